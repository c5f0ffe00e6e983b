"""What a category asks beyond the description, and where the answers go."""

import csv
import io
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from actions.tickets.attributes import (
    Attribute,
    Datatype,
    Value,
    details_of,
    emergency_of,
    read_answers,
)
from actions.tickets.categories import Category, load_categories
from actions.tickets.desk import Desk
from actions.tickets.errors import AttributeMissingError, AttributeValueError
from actions.tickets.export import to_csv
from actions.tickets.letters import grid_body
from actions.tickets.store import TicketStore
from tests.tickets.examples import CATEGORIES, LAMP, MONDAY_NOON

POLE = Attribute(code="pole", name="灯杆号", question="编号？", order=2)
TRAPPED = Attribute(
    code="trapped",
    name="是否困人",
    question="有人被困吗？",
    datatype=Datatype.SINGLE,
    required=True,
    values=(Value(key="yes", name="有人被困", emergency="119"), Value(key="no", name="没有")),
)
BOTH = (TRAPPED, POLE)
EXAMPLE = "- {code: A, name: 甲, attributes: [%s]}"


def answered(datatype: Datatype, *texts: str) -> tuple[str, ...]:
    values = (Value(key="a", name="甲"), Value(key="b", name="乙")) if datatype.is_list else ()
    one = Attribute(code="x", name="x", question="x", datatype=datatype, values=values)
    return one.read(texts)


@pytest.mark.parametrize(
    ("datatype", "texts", "kept"),
    [
        (Datatype.STRING, (" A12 ",), ("A12",)),
        (Datatype.TEXT, ("", "  "), ()),
        (Datatype.NUMBER, ("-3.5",), ("-3.5",)),
        (Datatype.DATETIME, ("2026-11-22T08:00:00+08:00",), ("2026-11-22T08:00:00+08:00",)),
        (Datatype.SINGLE, ("a",), ("a",)),
        (Datatype.MULTI, ("b", "a", "b"), ("b", "a")),
    ],
)
def test_an_answer_of_its_datatype_is_kept(
    datatype: Datatype, texts: tuple[str, ...], kept: tuple[str, ...]
) -> None:
    assert answered(datatype, *texts) == kept


@pytest.mark.parametrize(
    ("datatype", "texts"),
    [
        (Datatype.STRING, ("一", "二")),
        (Datatype.TEXT, ("长" * 501,)),
        (Datatype.NUMBER, ("很热",)),
        (Datatype.NUMBER, ("nan",)),
        (Datatype.NUMBER, ("-inf",)),
        (Datatype.DATETIME, ("昨天",)),
        (Datatype.SINGLE, ("甲",)),
        (Datatype.SINGLE, ("a", "b")),
        (Datatype.MULTI, ("a", "c")),
    ],
)
def test_an_answer_of_another_kind_is_refused(datatype: Datatype, texts: tuple[str, ...]) -> None:
    with pytest.raises(AttributeValueError) as refused:
        answered(datatype, *texts)

    assert str(refused.value) == "attribute x"


def test_only_a_required_answer_must_be_there() -> None:
    with pytest.raises(AttributeMissingError):
        read_answers(BOTH, {"pole": ("A12",)})

    assert read_answers(BOTH, {"trapped": ("no",)}) == {"trapped": ("no",)}


def test_a_text_that_is_only_to_be_read_takes_no_answer() -> None:
    notice = replace(POLE, variable=False, required=True)

    assert read_answers([notice], {"pole": ("A12",)}) == {}


@given(st.dictionaries(st.sampled_from(["pole", "trapped", "else"]), st.tuples(st.text())))
def test_whatever_is_offered_is_answered_for_or_refused(offered: dict[str, tuple[str]]) -> None:
    try:
        kept = read_answers(BOTH, offered)
    except (AttributeMissingError, AttributeValueError):
        return

    assert set(kept) <= {"pole", "trapped"}
    assert kept["trapped"] in {("yes",), ("no",)}
    assert all(text == text.strip() != "" for answer in kept.values() for text in answer)


def test_an_answer_may_be_an_emergency() -> None:
    assert emergency_of(BOTH, {"trapped": ("yes",)}) == "119"
    assert emergency_of(BOTH, {"trapped": ("no",), "pole": ("yes",)}) == ""


def test_people_read_the_names_in_the_order_of_the_questions() -> None:
    found = details_of(BOTH, {"gone": ("旧",), "pole": ("A12",), "trapped": ("no",)})

    assert [(one.name, one.values) for one in found] == [
        ("是否困人", ("没有",)),
        ("灯杆号", ("A12",)),
        ("gone", ("旧",)),
    ]


@pytest.fixture
def asking(store: TicketStore) -> TicketStore:
    """A store whose lights ask for the number of the pole."""
    lighting = replace(CATEGORIES["lighting"], attributes=BOTH)
    return TicketStore(store.engine, replace(store.desk, categories={"lighting": lighting}))


def test_answers_come_back_with_the_ticket_and_leave_masked(asking: TicketStore) -> None:
    answers = {"pole": ("A12，电话13800001111",), "trapped": ("no",)}
    number = asking.file(replace(LAMP, attributes=answers), MONDAY_NOON).number

    ticket = asking.by_number(number)

    assert ticket is not None
    assert ticket.complaint.attributes == answers
    assert grid_body(ticket)["attributes"] == [
        {"code": "trapped", "name": "是否困人", "values": ["没有"]},
        {"code": "pole", "name": "灯杆号", "values": ["A12，电话[电话]"]},
    ]


def test_an_answer_that_is_an_emergency_makes_the_ticket_urgent(asking: TicketStore) -> None:
    ticket = asking.file(replace(LAMP, attributes={"trapped": ("yes",)}), MONDAY_NOON)

    assert ticket.complaint.urgency == 1


def test_answers_stand_in_the_spreadsheet(asking: TicketStore) -> None:
    ticket = asking.file(replace(LAMP, attributes={"pole": ("=A12",)}), MONDAY_NOON)

    headings, row = csv.reader(io.StringIO(to_csv([ticket])))

    assert row[headings.index("补充事项")] == "灯杆号：=A12"


def test_the_shipped_questions_are_short_and_have_distinct_words() -> None:
    asked = [one for category in load_categories().values() for one in category.attributes]

    assert len(asked) >= 10
    for attribute in asked:
        assert len(attribute.question) <= 30
        keys = [value.key for value in attribute.values]
        words = [word for value in attribute.values for word in value.said]
        assert len(set(keys)) == len(keys)
        assert len(set(words)) == len(words)


@pytest.mark.parametrize(
    "rows",
    [
        "{code: x, name: x, question: x, datatype: colour}",
        "{code: x, name: x, question: x, datatype: singlevaluelist}",
        "{code: x, name: x, question: x, values: [{key: a, name: a}]}",
        "{code: x, name: x, question: x}, {code: x, name: y, question: y}",
    ],
)
def test_a_table_with_a_bad_question_stops_the_start(tmp_path: Path, rows: str) -> None:
    path = tmp_path / "categories.yml"
    path.write_text(EXAMPLE % rows, encoding="utf-8")

    with pytest.raises(ValueError, match=r"attribute|colour"):
        load_categories(path)


def test_a_category_without_questions_asks_nothing() -> None:
    assert Category(code="a", name="a").attributes == ()
    assert Desk(categories=CATEGORIES).categories["lighting"].attributes == ()
