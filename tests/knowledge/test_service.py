"""The knowledge desk over HTTP: only for the gateway, and every refusal is a sentence."""

from collections.abc import Iterator
from threading import Event

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import text

from knowledge.attempts import Attempts, State
from knowledge.desk import Desk
from knowledge.errors import BusyError
from knowledge.gate import Progress
from knowledge.publishing import Attempt, Publishing
from knowledge.service import create_app
from tests.knowledge.conftest import POLICY

TOKEN = "an-internal-token"
DOCUMENTS = "/internal/knowledge/documents"


@pytest.fixture
def client(desk: Desk) -> Iterator[TestClient]:
    headers = {"Authorization": f"Bearer {TOKEN}"}
    with TestClient(create_app(Publishing(desk), TOKEN), headers=headers) as opened:
        yield opened


def add(client: TestClient, content: str = POLICY) -> str:
    answer = client.post(
        DOCUMENTS, files={"file": ("津贴.txt", content.encode())}, data={"actor": "李敏"}
    )
    assert answer.status_code == 201
    return str(answer.json()["number"])


@pytest.mark.parametrize("token", ["", "Bearer ", "Bearer wrong", "Bearer é"])
def test_nobody_gets_in_without_the_token(client: TestClient, token: str) -> None:
    answer = client.get(DOCUMENTS, headers=[(b"Authorization", token.encode())])

    assert answer.status_code == 401
    assert answer.headers["content-type"] == "application/problem+json"


def test_without_a_token_the_desk_stays_shut(desk: Desk) -> None:
    with TestClient(create_app(Publishing(desk), "")) as client:
        assert client.get(DOCUMENTS, headers={"Authorization": "Bearer "}).status_code == 401


def test_a_page_gets_all_it_shows(client: TestClient) -> None:
    number = add(client)

    found = client.get(f"{DOCUMENTS}/{number}").json()

    assert found["document"]["status"] == "draft"
    assert found["moves"] == ["submit", "remove"]
    assert len(found["clauses"]) == found["document"]["passages"]
    assert [event["actor"] for event in found["history"]] == ["李敏"]


@pytest.mark.parametrize(
    ("path", "body", "status"),
    [
        ("nothing/moves", {"move": "submit", "actor": "李敏"}, 404),
        ("{number}/moves", {"move": "publish", "actor": "李敏"}, 409),
        ("{number}/moves", {"move": "replace", "actor": "李敏"}, 409),
        ("{number}/moves", {"move": "fly", "actor": "李敏"}, 422),
        ("{number}/moves", {"move": "submit"}, 422),
        ("{number}/terms", {"title": "", "audience": "public", "actor": "李敏"}, 422),
    ],
)
def test_what_cannot_be_done_is_said_in_a_sentence(
    client: TestClient, path: str, body: dict[str, str], status: int
) -> None:
    number = add(client)

    answer = client.post(f"{DOCUMENTS}/{path.format(number=number)}", json=body)

    assert answer.status_code == status
    assert answer.json()["title"].endswith("。")
    assert client.get(f"{DOCUMENTS}/{number}").json()["document"]["status"] == "draft"


def test_what_was_corrected_is_told_field_by_field(client: TestClient) -> None:
    number = add(client)
    terms = client.get(f"{DOCUMENTS}/{number}").json()["document"]
    names = ("title", "official_number", "issuer", "issued", "effective", "expires", "area")
    body = {name: terms[name] for name in names} | {"owner": " 王芳 ", "audience": "worker"}

    client.post(f"{DOCUMENTS}/{number}/terms", json=body | {"actor": "李敏"})

    latest = client.get(f"{DOCUMENTS}/{number}").json()["history"][0]
    assert latest["changes"] == {"owner": ["", "王芳"], "audience": ["public", "worker"]}


class SlowPublishing(Publishing):
    """Publishes nothing until it is told to go on."""

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self.go_on, self.has_begun = Event(), Event()

    def publish(
        self,
        name: str,
        *,
        actor: str,
        note: str = "",
        override: str = "",
        progress: Progress = lambda done, total: None,
    ) -> Attempt:
        progress(1, 4)
        self.has_begun.set()
        self.go_on.wait(30)
        raise BusyError


def test_one_attempt_runs_at_a_time_and_says_how_far_it_is(desk: Desk) -> None:
    publishing = SlowPublishing(desk)
    attempts = Attempts(publishing)
    attempts.begin("one", actor="李敏", note="", override="")
    publishing.has_begun.wait(30)

    with pytest.raises(BusyError):
        attempts.begin("two", actor="李敏", note="", override="")

    running = attempts.of("one")
    publishing.go_on.set()
    assert running is not None
    assert (running.state, running.done, running.total) == (State.RUNNING, 1, 4)
    assert attempts.of("two") is None


def test_a_database_that_fails_is_a_problem_without_a_word_of_anybody(
    client: TestClient, desk: Desk, caplog: pytest.LogCaptureFixture
) -> None:
    add(client)
    with desk.documents._engine.begin() as connection:
        connection.execute(text("DROP TABLE knowledge_passage"))
        connection.execute(text("ALTER TABLE knowledge_document RENAME TO gone"))

    answer = client.get(f"{DOCUMENTS}/王建国家漏水")

    assert answer.status_code == 503
    assert answer.headers["content-type"] == "application/problem+json"
    assert "王建国" not in caplog.text + answer.text
