"""The chat API: its doors, its keys, and everything a program can get wrong."""

from collections.abc import AsyncIterator
from typing import Any

import pytest

from channels.body_limit import MESSAGE_LIMIT
from tests.channels.office import Guest, Office, picture, problem


async def test_a_conversation_opens_with_a_token(office: Office) -> None:
    answer = await office.client.post("/api/conversations", json={"audience": "elderly"})

    assert answer.status_code == 201
    assert set(answer.json()) == {"conversation", "token"}


async def test_a_conversation_opens_without_a_body(office: Office) -> None:
    assert (await office.client.post("/api/conversations")).status_code == 201


@pytest.mark.parametrize("audience", ["worker", "", 3, None])
async def test_an_audience_that_cannot_be_chosen_is_refused(
    office: Office, audience: object
) -> None:
    answer = await office.client.post("/api/conversations", json={"audience": audience})

    problem(answer, 422, "bad_request")


@pytest.mark.parametrize(
    "authorization",
    ["", "Bearer", "Bearer ", "Bearer wrong", "Basic dXNlcg==", "bearer \xff", "Bearer a b"],
)
@pytest.mark.parametrize(
    ("method", "path"),
    [("POST", "/api/messages"), ("GET", "/api/events"), ("POST", "/api/media")],
)
async def test_a_wrong_key_opens_nothing(
    office: Office, authorization: str, method: str, path: str
) -> None:
    headers = [(b"Authorization", authorization.encode("latin-1"))]
    body: dict[str, Any] = {} if method == "GET" else {"json": {"text": "灯"}}
    if path == "/api/media":
        body = {"files": {"file": ("a.jpg", picture(), "image/jpeg")}}

    answer = await office.client.request(method, path, headers=headers, **body)

    problem(answer, 401, "unknown_conversation")


async def test_a_token_in_the_address_opens_nothing(office: Office, guest: Guest) -> None:
    token = guest.headers["Authorization"][7:]

    answer = await office.client.get(f"/api/events?token={token}")

    problem(answer, 401, "unknown_conversation")


BAD_BODIES = [
    b"",
    b"{",
    b"null",
    b"[]",
    b'"text"',
    b"\xff\xfe",
    b'{"text": "\xff\xfe"}',
    b'{"text": "x", "message_id": "\\udfff"}',
    b'{"text": 7}',
    b'{"text": ["x"]}',
    b'{"text": "x", "media": "x"}',
    b'{"text": "x", "media": [1]}',
    b'{"text": "x", "media": ["1","2","3","4","5","6","7","8","9","10"]}',
    b'{"text": "x", "message_id": 7}',
    b'{"text": "x", "message_id": "\\u0000"}',
    b'{"text": "x", "location": {}}',
    b'{"text": "x", "location": {"latitude": NaN, "longitude": 1}}',
    b'{"text": "x", "location": {"latitude": Infinity, "longitude": 1}}',
    b'{"text": "x", "location": {"latitude": 1e400, "longitude": 1}}',
    b'{"text": "x", "location": {"latitude": 91, "longitude": 1}}',
    b'{"text": "x", "location": {"latitude": 1, "longitude": -181}}',
    b'{"text": "x", "location": {"latitude": "here", "longitude": 1}}',
    b'{"text": "x", "location": {"latitude": 1, "longitude": 1, "datum": "mars"}}',
    b'{"text": "x", "location": ' + b"[" * 5000 + b"]" * 5000 + b"}",
]


@pytest.mark.parametrize("body", BAD_BODIES, ids=range(len(BAD_BODIES)))
async def test_a_body_that_is_no_message_is_refused_in_chinese(
    office: Office, guest: Guest, body: bytes
) -> None:
    answer = await guest.post(body)

    assert answer.status_code in {400, 422}
    problem(answer, answer.status_code, "bad_request")
    assert not office.talker.heard


async def test_half_a_character_is_dropped(office: Office, guest: Guest) -> None:
    answer = await guest.post('{"text": "灯\\ud800坏了"}'.encode())

    assert answer.status_code == 200
    assert office.talker.texts == ["灯坏了"]


async def test_a_problem_repeats_nothing_of_what_was_sent(guest: Guest) -> None:
    answer = await guest.send(text=["张三丰"])

    assert "张三丰" not in answer.text


async def test_a_form_is_no_message(guest: Guest) -> None:
    answer = await guest.post(b"text=x", kind="application/x-www-form-urlencoded")

    problem(answer, 422, "bad_request")


async def test_fields_of_the_future_are_ignored(guest: Guest) -> None:
    await guest.say("灯", mood="bright")


async def test_a_large_message_is_refused_unread(office: Office, guest: Guest) -> None:
    answer = await guest.post(b'{"text": "' + b"x" * 300_000 + b'"}')

    problem(answer, 413, "too_large")
    assert not office.talker.heard


async def test_a_large_message_that_hides_its_length_is_refused(
    office: Office, guest: Guest
) -> None:
    async def pieces() -> AsyncIterator[bytes]:
        yield b'{"text": "'
        for _ in range(MESSAGE_LIMIT // 1000 + 1):
            yield b"x" * 1000

    answer = await office.client.post("/api/messages", content=pieces(), headers=guest.headers)

    problem(answer, 413, "too_large")


async def test_an_unknown_address_is_a_problem(office: Office) -> None:
    problem(await office.client.get("/api/nothing"), 404, "not_found")
    problem(await office.client.get("/api/messages"), 405, "method_not_allowed")


@pytest.mark.parametrize("query", ["after=-1", "after=x", f"after={2**63}", "after=1e3"])
async def test_news_begin_at_a_number(guest: Guest, query: str) -> None:
    answer = await guest.client.get(f"/api/events?{query}", headers=guest.headers)

    problem(answer, 422, "bad_request")


async def test_an_unexpected_failure_is_a_problem_without_its_words(
    own_office: Office, caplog: pytest.LogCaptureFixture
) -> None:
    guest = await own_office.guest()

    class Broken:
        async def respond(self, utterance: object) -> object:
            raise LookupError("张三丰")

    own_office.parts.turns._dialogue = Broken()  # type: ignore[assignment]

    answer = await guest.send(text="灯")

    problem(answer, 500, "internal")
    assert "张三丰" not in answer.text + caplog.text


def operations(document: dict[str, Any]) -> set[tuple[str, str]]:
    return {(m.upper(), path) for path, item in document["paths"].items() for m in item}


async def test_the_document_agrees_with_the_routes(office: Office) -> None:
    document = (await office.client.get("/openapi.json")).json()

    assert operations(document) == {
        ("POST", "/api/conversations"),
        ("POST", "/api/messages"),
        ("POST", "/api/media"),
        ("POST", "/api/feedback"),
        ("GET", "/api/speech"),
        ("POST", "/api/speech"),
        ("GET", "/api/events"),
        ("GET", "/api/places"),
        ("GET", "/healthz"),
        ("GET", "/readyz"),
        ("GET", "/metrics"),
    }


async def test_the_document_has_a_page(office: Office) -> None:
    page = await office.client.get("/docs")

    assert page.status_code == 200
    assert "openapi.json" in page.text


async def test_the_document_shows_problems_as_they_are(office: Office) -> None:
    paths = (await office.client.get("/openapi.json")).json()["paths"]

    for path in ("/api/conversations", "/api/messages", "/api/media", "/api/events"):
        for operation in paths[path].values():
            assert "422" not in operation["responses"]
            assert set(operation["responses"]["default"]["content"]) == {
                "application/problem+json"
            }


def fields(document: dict[str, Any], schema: dict[str, Any]) -> dict[str, Any]:
    name = schema["$ref"].rsplit("/", 1)[1]
    found: dict[str, Any] = document["components"]["schemas"][name]["properties"]
    return found


async def test_the_document_describes_a_turn_as_it_is(office: Office, guest: Guest) -> None:
    document = (await office.client.get("/openapi.json")).json()
    responses = document["paths"]["/api/messages"]["post"]["responses"]
    described = fields(document, responses["200"]["content"]["application/json"]["schema"])

    turn = await guest.say("要登记吗")

    assert set(described) == set(turn)
    reply = fields(document, described["replies"]["items"])
    assert set(reply) == set(turn["replies"][0])
    assert set(fields(document, reply["choices"]["items"])) == {"title", "token"}
