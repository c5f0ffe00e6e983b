"""What residents are told."""

import json
from dataclasses import replace

import pytest

from actions.tickets.news import emergency_news, load_texts, news_of
from actions.tickets.ticket import Place, Status, Ticket
from tests.tickets.examples import LAMP, MONDAY_NOON, QUESTION

TICKET = Ticket(
    number="20260601-000001",
    code="ABCDEFGHJ",
    complaint=LAMP,
    submitted_at=MONDAY_NOON,
    updated_at=MONDAY_NOON,
    category_name="楼道照明",
    due_at=MONDAY_NOON,
)


@pytest.mark.parametrize("status", Status)
def test_every_status_has_a_short_text_with_the_number(status: Status) -> None:
    news = news_of(replace(TICKET, status=status), "说明")

    assert TICKET.number in news.text
    assert len(news.text) < 120
    assert not set("{}") & set(news.text)


def test_no_text_is_left_over() -> None:
    assert set(load_texts()["statuses"]) == set(Status)


@pytest.mark.parametrize("place", [LAMP.place, Place()])
@pytest.mark.parametrize("is_for_all", [False, True])
def test_a_worker_is_told_the_number_of_an_emergency_and_what_to_do(
    place: Place, is_for_all: bool
) -> None:
    told = emergency_news(
        replace(TICKET, complaint=replace(LAMP, place=place)), is_for_all=is_for_all
    )

    assert TICKET.number in told.text
    assert "15分钟" in told.text
    assert ("3栋" in told.text) is bool(place.building)


def test_the_note_is_told_and_a_missing_one_leaves_no_gap() -> None:
    resolved = replace(TICKET, status=Status.RESOLVED)

    assert "已更换灯泡" in news_of(resolved, "已更换灯泡").text
    assert "\n\n" not in news_of(resolved).text


def test_a_note_with_braces_is_only_a_note() -> None:
    assert "{number}" in news_of(replace(TICKET, status=Status.RESOLVED), "{number}").text


def test_a_resolved_ticket_asks_whether_it_is_solved() -> None:
    choices = news_of(replace(TICKET, status=Status.RESOLVED)).choices

    assert choices == (
        ("已解决", '/confirm_solved{"ticket_number": "20260601-000001"}'),
        ("没解决", '/report_unsolved{"ticket_number": "20260601-000001"}'),
    )


def test_a_closed_ticket_asks_for_a_rating_from_three_to_nought() -> None:
    choices = news_of(replace(TICKET, status=Status.CLOSED)).choices

    stars = [json.loads(payload.removeprefix("/rate_service"))["stars"] for _, payload in choices]
    assert [title for title, _ in choices] == ["非常满意", "满意", "理解", "不满意"]
    assert stars == [3, 2, 1, 0]


def test_an_answered_question_is_told_as_an_answer() -> None:
    asked = replace(TICKET, complaint=QUESTION, status=Status.RESOLVED)

    assert "有答复了" in news_of(asked, "请带身份证").text
