"""The XML of messages: flat fields in, nothing that could explode or escape out."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from channels.errors import BadMessageError
from channels.wechat.envelope import DEPTH, FIELDS, read_fields, write_text
from channels.wechat.incoming import Incoming

TEXT = (
    "<xml><ToUserName><![CDATA[gh_1]]></ToUserName><FromUserName><![CDATA[o1]]></FromUserName>"
    "<CreateTime>1</CreateTime><MsgType><![CDATA[text]]></MsgType>"
    "<Content><![CDATA[ 3栋 <灯> 坏了 ]]></Content><MsgId>77</MsgId></xml>"
)
LAUGHS = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10 if n else "ha"}">' for n in range(10))


def test_a_message_is_read() -> None:
    incoming = Incoming.from_fields(read_fields(TEXT.encode()))

    assert (incoming.account, incoming.me, incoming.kind) == ("o1", "gh_1", "text")
    assert incoming.id == "wx-77"
    assert incoming.get("Content") == "3栋 <灯> 坏了"


def test_what_stands_deeper_is_left_out() -> None:
    fields = read_fields(b"<xml><A>1</A><B><C>2</C></B><D>3</D></xml>")

    assert (fields["A"], fields["D"]) == ("1", "3")
    assert "C" not in fields


@pytest.mark.parametrize(
    "body",
    [
        f"<!DOCTYPE xml [{LAUGHS}]><xml><Content>&l9;</Content></xml>",
        '<!DOCTYPE xml [<!ENTITY x SYSTEM "file:///etc/passwd">]><xml><C>&x;</C></xml>',
        '<!DOCTYPE xml SYSTEM "http://127.0.0.1/x.dtd"><xml><C>1</C></xml>',
        '<?xml version="1.0" encoding="utf-16"?><xml><C>1</C></xml>',
        "<xml>" + "<a>" * (DEPTH + 1) + "</a>" * (DEPTH + 1) + "</xml>",
        "<xml>" + "".join(f"<f{n}>1</f{n}>" for n in range(FIELDS + 5)) + "</xml>",
        "<xml><C>1</C>",
        "<xml>&undeclared;</xml>",
        "",
        "{}",
        "\0",
    ],
    ids=lambda body: body[:24],
)
def test_dangerous_or_broken_xml_is_refused(body: str) -> None:
    with pytest.raises(BadMessageError):
        Incoming.from_fields(read_fields(body.encode()))


@given(st.binary(max_size=300))
def test_any_bytes_are_read_or_refused(body: bytes) -> None:
    try:
        fields = read_fields(b"<xml><C>" + body + b"</C></xml>")
    except BadMessageError:
        return
    assert all(isinstance(value, str) for value in fields.values())


@given(st.text(max_size=200))
def test_whatever_is_said_survives_the_envelope(text: str) -> None:
    fields = read_fields(write_text("o1", "gh_1", text).encode(errors="ignore"))

    assert set(fields) == {"ToUserName", "FromUserName", "CreateTime", "MsgType", "Content"}
    letters = [letter for letter in text if letter.isprintable() and not letter.isspace()]
    assert [letter for letter in letters if letter not in fields["Content"]] == []


def event(**more: str) -> dict[str, str]:
    fields = {"ToUserName": "gh_1", "FromUserName": "o1", "MsgType": "event"}
    return {**fields, "CreateTime": "1714112445", "Event": "CLICK", "EventKey": "help", **more}


def test_a_repeated_event_is_known_by_person_and_second() -> None:
    first, again = Incoming.from_fields(event()), Incoming.from_fields(event())

    assert first.key == again.key
    assert first.event == "click"


@pytest.mark.parametrize("more", [{"FromUserName": "o2"}, {"CreateTime": "1"}, {"EventKey": "x"}])
def test_other_events_are_other_events(more: dict[str, str]) -> None:
    assert Incoming.from_fields(event()).key != Incoming.from_fields(event(**more)).key


@pytest.mark.parametrize(
    "more", [{"FromUserName": ""}, {"CreateTime": "x"}, {"MsgType": ""}, {"MsgId": "9" * 65}]
)
def test_what_cannot_be_told_apart_is_refused(more: dict[str, str]) -> None:
    with pytest.raises(BadMessageError):
        Incoming.from_fields(event(**more))
