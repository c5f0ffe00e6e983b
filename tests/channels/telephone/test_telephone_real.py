"""A whole call with nothing pretended but the caller: real speech, recogniser and dialogue."""

import re
import shutil
import subprocess
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import cast

import pytest

from actions.tickets.database import open_engine
from actions.tickets.store import TicketStore
from channels import readback
from channels.hearing import Heard, Hearing
from channels.parts import Parts
from channels.settings import Settings
from channels.telephone.sound import from_wav
from channels.telephone.words import words
from tests.channels.telephone.exchange import KEY, Caller, calling, on_a_port
from tests.serving import Product
from voice.model import is_installed
from voice.settings import PORT_OFFSET
from voice.speaker import PROGRAM, pinyin

pytestmark = [
    pytest.mark.rasa,
    pytest.mark.skipif(not is_installed(), reason="the voice extra is missing (make setup-voice)"),
    pytest.mark.skipif(
        shutil.which(PROGRAM) is None, reason="espeak-ng is missing (apt-get install espeak-ng)"
    ),
]
PROBLEM = "五栋一单元的电梯坏了,没人修"
TRIES = 3  # a synthetic voice is not always understood; a caller says it again
CODE = re.compile(r"查询码是 ([0-9A-Z](?:,[0-9A-Z])+)。")


def spoken(text: str) -> bytes:
    """Return ``text`` in the voice that is understood best of espeak-ng's, in µ-law."""
    command = [PROGRAM, "-v", "cmn-latn-pinyin+f3", "-s", "140", "-p", "60", "--stdout"]
    said = subprocess.run([*command, pinyin(text)], capture_output=True, check=True)
    return from_wav(said.stdout)


@dataclass
class Witness:
    """The real hearing, and what went through it."""

    inner: Hearing
    heard: list[str] = field(default_factory=list)
    spoken: list[str] = field(default_factory=list)
    is_open: bool = True

    async def hear(self, content: bytes) -> Heard:
        heard = await self.inner.hear(content)
        self.heard.append(heard.text)
        return heard

    async def speak(self, text: str) -> bytes:
        self.spoken.append(text)
        return await self.inner.speak(text)


@pytest.fixture
def parts(product: Product, monkeypatch: pytest.MonkeyPatch) -> Parts:
    monkeypatch.setattr("channels.telephone.call.PATIENCE_S", 600)  # nothing said in between
    environ = {
        **product.secrets,
        "LINLI_HOME": str(product.home),
        "LINLI_PORT": str(product.port),
        "LINLI_TELEPHONE_KEY": KEY,
        "LINLI_VOICE_URL": f"http://127.0.0.1:{product.port + PORT_OFFSET}",
    }
    real = Parts.assemble(Settings.from_env(environ))
    return replace(real, hearing=Witness(real.hearing))


@dataclass
class Conversation:
    """The caller's side: presses and speaks when the sentence before has ended."""

    caller: Caller
    witness: Witness

    async def listen(self) -> str:
        await self.caller.listen()
        return self.witness.spoken[-1]

    async def press(self, key: str) -> str:
        await self.caller.tell("DTMF_END", digit=key)
        return await self.listen()

    async def say(self, text: str) -> str:
        await self.caller.say(spoken(text))
        return await self.listen()

    async def tell_until_understood(self, text: str, *words_of_it: str) -> str:
        """Say ``text`` again as long as what is read back is something else."""
        for _ in range(TRIES):
            told = await self.say(text)
            if all(word in told for word in words_of_it):
                return told
            if readback.words().again in told:
                await self.press("2")
        raise AssertionError(f"not understood: {self.witness.heard}")


async def test_a_complaint_is_spoken_filed_and_passed_to_a_person(
    product: Product, parts: Parts
) -> None:
    witness = cast("Witness", parts.hearing)
    async with on_a_port(parts) as port, calling(port, "01000000042") as caller:
        call = Conversation(caller, witness)
        greeting = await call.listen()
        asked = await call.press("2")
        read_back = await call.tell_until_understood(PROBLEM, "5栋1单元", "电梯")
        draft = await call.press("1")
        filed = await call.press("1")
        progress = await call.press("1")
        person = await call.press("0")
        await caller.listen()
        waiting = [one for one in parts.handover.waiting() if one["channel"] == "telephone"]
    store = TicketStore(open_engine(product.tickets_url))
    conversation = waiting[-1]["conversation"]
    ticket = store.of_conversation(conversation)[0]
    store.withdraw(ticket.number, conversation=conversation, now=datetime.now(UTC))
    await parts.close()

    assert words().menu in greeting
    assert asked == words().ask["2"]
    assert read_back.startswith("我听到的是")
    assert "地点:5栋1单元" in draft
    assert [code.replace(",", "") for code in CODE.findall(filed)] == [ticket.code]
    assert "电梯" in progress
    assert words().person in person
    assert caller.commands[-1] == "HANGUP"
