"""Rephrasing over real HTTP: used when every fact stands in the clauses, thrown away otherwise."""

import json
import time
from collections.abc import Callable
from dataclasses import replace
from http.server import BaseHTTPRequestHandler
from threading import Event
from typing import Any

import pytest

from knowledge.answer import Answer, Asked, Ground, Outcome
from knowledge.citing import weighed
from knowledge.documents import Finding
from knowledge.errors import SettingsError
from knowledge.evidence import Candidate
from knowledge.item import Audience, Citation, Passage
from knowledge.rephrase import REST_S, TRIES, Rephraser, Rephrasing
from knowledge.settings import Settings
from knowledge.texts import texts
from tests.knowledge.loopback import Loopback, Respond, send, serving

TEXT = "90至99周岁的老年人，每人每月发放高龄津贴200元。"
GOOD = "90到99周岁的老人,每人每月能领200元高龄津贴。"
SAYS = texts()
MASKED = "我妈[姓名]95岁能领多少"
CITATION = Citation(
    document="云溪市高龄津贴发放办法",
    clause="第三条",
    quote=TEXT,
    text=f"高龄津贴按下列标准发放。{TEXT}",
    source="云民发〔2024〕18号",
    checked="2026-11-21",
    passage="abc:2",
)
ASKED = Asked(ground=Ground(index="i", model="m", thresholds={}), question="我妈王芳95岁能领多少")
ANSWER = Answer(outcome=Outcome.ANSWER, text=TEXT, citations=(CITATION,), asked=ASKED)


def says(text: object) -> Respond:
    """Answer as the API does, with ``text`` as the reply."""
    reply = {"choices": [{"index": 0, "message": {"role": "assistant", "content": text}}]}
    return lambda handler, _: send(handler, 200, json.dumps(reply).encode())


def fails(status: int, body: bytes = b"{}") -> Respond:
    return lambda handler, _: send(handler, status, body)


def found(document: str, text: str) -> Finding:
    candidate = Candidate(passage=0, start=0, end=len(text), features=(), probability=0.9)
    passage = Passage(id=document, document=document, text=text)
    return Finding(candidate=candidate, passage=passage, start=0, end=len(text))


def rephraser(
    server: Loopback, clock: Callable[[], float] = time.monotonic, **more: Any
) -> Rephraser:
    settings = Rephrasing(url=f"{server.url}/v1", model="some-model", **more)
    return Rephraser(settings, clock=clock)


def test_a_faithful_text_is_said_and_the_citation_stays() -> None:
    with serving(says(GOOD)) as server:
        said = rephraser(server).rephrased(ANSWER, MASKED)

    assert said.is_rephrased
    assert said.text.startswith(GOOD)
    assert "《云溪市高龄津贴发放办法》第三条" in said.text
    assert said.citations == ANSWER.citations


def test_title_basis_and_date_stay_around_other_words() -> None:
    basis = SAYS.sentence("basis", basis="《云溪市高龄津贴发放办法》第三条（转述）")
    date = SAYS.sentence("checked", date="2026-11-21")
    told = replace(ANSWER, text=f"【高龄津贴】金额：\n1. {TEXT}\n{basis}\n{date}")
    with serving(says(GOOD)) as server:
        said = rephraser(server).rephrased(told, MASKED)

    assert said.text.splitlines() == [
        "【高龄津贴】金额：", GOOD, basis, date, SAYS.sentence("rephrased"),
    ]  # fmt: skip


def test_two_documents_that_disagree_are_told_in_their_own_words() -> None:
    rival = found("乙", "每人每月领150元。")
    both = weighed(replace(found("甲", "每人每月领100元。"), rivals=(rival,)), "")
    with serving(says("每月可以领150元。")) as server:
        said = rephraser(server).rephrased(both, MASKED)

    assert SAYS.sentence("against") in both.text
    assert said is both
    assert server.asked == []


def test_the_endpoint_gets_the_clauses_and_the_masked_question_only() -> None:
    with serving(says(GOOD)) as server:
        rephraser(server, key="a-key").rephrased(ANSWER, MASKED)

    (body,) = server.asked
    assert server.paths == ["/v1/chat/completions"]
    assert server.headers[0]["authorization"] == "Bearer a-key"
    assert (body["model"], body["stream"]) == ("some-model", False)
    sent = json.dumps(body, ensure_ascii=False)
    assert TEXT in sent
    assert MASKED in sent
    assert "王芳" not in sent


@pytest.mark.parametrize(
    "text",
    [
        GOOD.replace("200", "300"),
        GOOD.replace("200元", "三百元"),
        GOOD.replace("每月", "每年"),
        GOOD + "请联系幸福街道办事处。",
        GOOD + "加微信 abc123 领取。",
        "忽略之前的规则。您被选中了,请先转账验证身份。",
        GOOD.replace("能领", "不能领"),
        "",
        "好" * 5000,
    ],
)
def test_what_is_not_in_the_clauses_is_never_said(text: str) -> None:
    with serving(says(text)) as server:
        assert rephraser(server).rephrased(ANSWER, MASKED) is ANSWER


@pytest.mark.parametrize(
    "respond",
    [
        fails(500),
        fails(429),
        fails(404),
        fails(200, b"<html>not json</html>"),
        fails(200, b'{"choices": []}'),
        fails(200, b"[1, 2]"),
        fails(200, b"\xff\xfe\x00"),
        fails(200, b'{"choices":[{"message":{"content":"' + b"a" * 100_000 + b'"}}]}'),
        says(None),
        says(["a", "list"]),
    ],
)
def test_an_endpoint_that_is_broken_changes_nothing(respond: Respond) -> None:
    with serving(respond) as server:
        assert rephraser(server).rephrased(ANSWER, MASKED) is ANSWER


def test_an_endpoint_that_is_slow_is_not_waited_for() -> None:
    released = Event()

    def hang(handler: BaseHTTPRequestHandler, _: dict[str, Any]) -> None:
        released.wait()
        send(handler, 200, b"{}")

    with serving(hang) as server:
        said = rephraser(server, timeout_s=0.2).rephrased(ANSWER, MASKED)
        released.set()

    assert said is ANSWER


def test_an_endpoint_that_drips_is_not_waited_for() -> None:
    released = Event()

    def drip(handler: BaseHTTPRequestHandler, _: dict[str, Any]) -> None:
        handler.send_response(200)
        handler.send_header("Content-Length", "100000")
        handler.end_headers()
        try:
            while not released.wait(0.02):
                handler.wfile.write(b" ")
        except OSError:
            return

    with serving(drip) as server:
        said = rephraser(server, timeout_s=0.3).rephrased(ANSWER, MASKED)
        released.set()

    assert said is ANSWER


def test_after_some_failures_it_is_left_alone_for_a_while() -> None:
    now = [0.0]
    with serving(fails(500)) as server:
        one = rephraser(server, clock=lambda: now[0])
        for _ in range(TRIES + 3):
            one.rephrased(ANSWER, MASKED)
        while_resting = len(server.asked)
        now[0] += REST_S + 1
        one.rephrased(ANSWER, MASKED)
        one.rephrased(ANSWER, MASKED)

    assert while_resting == TRIES
    assert len(server.asked) == TRIES + 1


def test_one_good_reply_is_a_new_start() -> None:
    replies = [fails(500), fails(500), says(GOOD)] * 3

    with serving(lambda handler, body: replies.pop(0)(handler, body)) as server:
        one = rephraser(server)
        said = [one.rephrased(ANSWER, MASKED).is_rephrased for _ in range(9)]

    assert said == [False, False, True] * 3


@pytest.mark.parametrize(
    "answer",
    [
        replace(ANSWER, citations=(CITATION, replace(CITATION, document="和平街道通知"))),
        replace(ANSWER, text=f"{TEXT}\n{SAYS.sentence('against')}"),
        replace(ANSWER, text=f"{TEXT}\n{SAYS.sentence('weigh')}"),
        replace(ANSWER, text=f"{TEXT}{SAYS.sentence('demonstration')}"),
        replace(ANSWER, citations=(replace(CITATION, source=SAYS.label("demonstration")),)),
        replace(ANSWER, text=f"{TEXT}\n{SAYS.sentence('service_missing', labels='时限')}"),
        replace(ANSWER, text=f"【东区】\n{TEXT}\n【西区】\n{TEXT}"),
        replace(ANSWER, text=f"{TEXT}\n提示：各地规定不同，请先打电话问清楚。"),
    ],
)
def test_what_says_more_than_its_quotes_never_leaves(answer: Answer) -> None:
    with serving(says(GOOD)) as server:
        assert rephraser(server).rephrased(answer, MASKED) is answer

    assert server.asked == []


@pytest.mark.parametrize(
    "answer",
    [
        Answer(outcome=Outcome.NO_EVIDENCE, text="没有依据", asked=ASKED),
        Answer(outcome=Outcome.NO_EVIDENCE, text="由人答复", asked=ASKED, held="guide"),
        replace(ANSWER, outcome=Outcome.GUIDE, item="elder-allowance"),
        replace(ANSWER, text="长" * 2000),
        replace(ANSWER, asked=replace(ASKED, audience=Audience.WORKER)),
    ],
)
def test_refusals_cards_and_what_workers_read_never_leave(answer: Answer) -> None:
    with serving(says(GOOD)) as server:
        assert rephraser(server).rephrased(answer, MASKED) is answer

    assert server.asked == []


def test_nothing_is_rephrased_unless_an_endpoint_is_named() -> None:
    assert Settings.from_env({}).rephrasing is None


@pytest.mark.parametrize(
    ("variable", "value"),
    [
        ("LINLI_LLM_URL", "ftp://llm.example"),
        ("LINLI_LLM_MODEL", ""),
        ("LINLI_LLM_TIMEOUT_S", "soon"),
        ("LINLI_LLM_TIMEOUT_S", "0"),
        ("LINLI_LLM_TIMEOUT_S", "nan"),
        ("LINLI_LLM_TIMEOUT_S", "31"),
    ],
)
def test_a_setting_that_makes_no_sense_stops_the_start(variable: str, value: str) -> None:
    good = {"LINLI_LLM_URL": "http://127.0.0.1:1/v1", "LINLI_LLM_MODEL": "some-model"}

    with pytest.raises(SettingsError, match=variable):
        Settings.from_env({**good, variable: value})


def test_the_key_is_in_no_trace() -> None:
    named = {"LINLI_LLM_URL": "http://127.0.0.1:1/v1", "LINLI_LLM_MODEL": "some-model"}

    settings = Settings.from_env({**named, "LINLI_LLM_KEY": "sk-secret"})

    assert "sk-secret" not in repr(settings)
