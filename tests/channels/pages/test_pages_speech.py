"""Speaking to a page whose browser recognises nothing itself."""

import base64

import pytest
from playwright.sync_api import Page, expect

from tests.channels.ears import sound
from tests.channels.pages.accessibility import barriers
from tests.channels.pages.house import House

pytestmark = pytest.mark.browser

SAID = "三栋电梯坏了"
# A browser without recognition, and a recorder that holds what is said.
RECORDER = """
delete window.webkitSpeechRecognition;
delete window.SpeechRecognition;
const said = Uint8Array.from(atob("%s"), (c) => c.charCodeAt(0));
navigator.mediaDevices.getUserMedia = async () => ({ getTracks: () => [] });
window.MediaRecorder = class extends EventTarget {
  state = "inactive";
  mimeType = "audio/webm";
  start() { this.state = "recording"; }
  stop() {
    this.state = "inactive";
    this.dispatchEvent(Object.assign(new Event("dataavailable"), { data: new Blob([said]) }));
    this.dispatchEvent(new Event("stop"));
  }
};
"""


@pytest.fixture
def speaker(page: Page, house: House) -> Page:
    house.ears.is_open = True
    content = base64.b64encode(sound(SAID)).decode()
    page.add_init_script(RECORDER % content)
    return page


@pytest.mark.parametrize(
    ("path", "button", "done", "box"),
    [
        ("/simple/report", "按一下，说话", "说完了，按一下", "#text"),
        ("/", "说话", "说完了", "#words"),
    ],
)
def test_what_is_recorded_is_written_down_and_not_yet_sent(
    speaker: Page, house: House, path: str, button: str, done: str, box: str
) -> None:
    speaker.goto(path)
    speaker.get_by_role("button", name=button, exact=True).click()
    speaker.get_by_role("button", name=done, exact=True).click()

    expect(speaker.locator(box)).to_have_value(SAID)
    assert house.dialogue.asked == []


def test_what_was_heard_is_read_back_before_it_is_sent(speaker: Page) -> None:
    speaker.goto("/simple/report")
    speaker.locator("[data-mic]").click()
    speaker.locator("[data-mic]").click()

    expect(speaker.locator("[data-heard]")).to_contain_text(f"您说的是：{SAID}")


@pytest.mark.parametrize(("path", "mic"), [("/simple/report", "[data-mic]"), ("/", "#speak")])
def test_where_nobody_hears_there_is_no_button(
    speaker: Page, house: House, path: str, mic: str
) -> None:
    house.ears.is_open = False
    with speaker.expect_response("**/api/speech"):
        speaker.goto(path)

    expect(speaker.locator(mic)).to_be_hidden()


@pytest.mark.parametrize("path", ["/simple/report", "/"])
def test_a_page_that_listens_has_no_barriers(speaker: Page, path: str) -> None:
    speaker.goto(path)
    mic = speaker.locator("[data-mic], #speak")
    expect(mic).to_be_visible()

    assert barriers(speaker) == []
