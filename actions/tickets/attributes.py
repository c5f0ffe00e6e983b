"""What a category asks beyond the description (分类追问项), and the answers to it.

Source: Open311 GeoReport v2, "GET Service Definition": code, datatype, required, order,
description, values.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from actions.tickets.errors import AttributeMissingError, AttributeValueError
from actions.tickets.masking import mask

ANSWER_LIMIT = 500  # characters of one answer
Answers = Mapping[str, tuple[str, ...]]  # by code of the attribute; keys of values, or words


class Datatype(StrEnum):
    """What an answer may be; the names are the standard's."""

    STRING = "string"
    NUMBER = "number"
    DATETIME = "datetime"
    TEXT = "text"
    SINGLE = "singlevaluelist"
    MULTI = "multivaluelist"

    @property
    def is_list(self) -> bool:
        """Whether an answer is one of the values."""
        return self in {Datatype.SINGLE, Datatype.MULTI}


@dataclass(frozen=True, slots=True, kw_only=True)
class Value:
    """One answer that may be chosen; with ``emergency`` it is a case for 110, 119 or 120."""

    key: str
    name: str
    emergency: str = ""
    said: tuple[str, ...] = ()  # how residents say it


@dataclass(frozen=True, slots=True, kw_only=True)
class Attribute:
    """One question of a category; ``variable`` is false where a text is only to be read."""

    code: str
    name: str  # what stands before the answer, "灯杆号"
    question: str
    datatype: Datatype = Datatype.STRING
    hint: str = ""  # the standard's datatype_description
    required: bool = False
    variable: bool = True
    order: int = 1
    internal: bool = False  # the answer stays here: it tells of somebody else
    asked: bool = True  # in conversation; the others are only taken where they are told
    when: str = ""  # an expression: asked where the description has it
    said_as: str = ""  # an expression whose first group is the answer within a sentence
    answer_as: str = ""  # an expression: what answers the question by itself
    values: tuple[Value, ...] = ()

    @property
    def takes_several(self) -> bool:
        """Whether more than one value may be chosen."""
        return self.datatype is Datatype.MULTI

    def value(self, key: str) -> Value | None:
        """Return the value of this key."""
        return next((one for one in self.values if one.key == key), None)

    def read(self, offered: Sequence[str]) -> tuple[str, ...]:
        """Return an answer as it is kept; empty if none was given.

        Raises:
            AttributeValueError: It is not of the datatype, or too long.
        """
        given = tuple(dict.fromkeys(text for one in offered if (text := one.strip())))
        several = len(given) > 1 and self.datatype is not Datatype.MULTI
        if several or not all(self._fits(one) for one in given):
            raise AttributeValueError(self.code)
        return given

    def _fits(self, text: str) -> bool:
        if self.datatype.is_list:
            return self.value(text) is not None
        if len(text) > ANSWER_LIMIT:
            return False
        try:
            if self.datatype is Datatype.NUMBER:
                return abs(float(text)) < float("inf")
            if self.datatype is Datatype.DATETIME:
                return datetime.fromisoformat(text) is not None
        except ValueError:
            return False
        return True


@dataclass(frozen=True, slots=True, kw_only=True)
class Detail:
    """An answer as people read it."""

    code: str
    name: str
    values: tuple[str, ...]
    internal: bool = False

    def as_contract(self, *, is_masked: bool = False) -> dict[str, Any]:
        """Return the ``attributes`` entry of the HTTP contract; masked, it names nobody."""
        values = [mask(value) if is_masked else value for value in self.values]
        return {"code": self.code, "name": self.name, "values": values}


def attribute_of(row: Mapping[str, Any], order: int) -> Attribute:
    """Return the attribute of a row of the table.

    Raises:
        ValueError: The datatype is unknown, or a list has no values.
    """
    datatype = Datatype(row.get("datatype", Datatype.STRING))
    values = tuple(
        Value(
            key=str(one["key"]),
            name=str(one["name"]),
            emergency=str(one.get("emergency", "")),
            said=tuple(str(word) for word in one.get("said", ())),
        )
        for one in row.get("values", ())
    )
    if datatype.is_list is not bool(values):
        raise ValueError(f"attribute {row['code']} has a list of values, or none, and must not")
    return Attribute(
        code=str(row["code"]),
        name=str(row["name"]),
        question=str(row["question"]),
        datatype=datatype,
        hint=str(row.get("hint", "")),
        required=bool(row.get("required", False)),
        variable=bool(row.get("variable", True)),
        order=int(row.get("order", order)),
        internal=bool(row.get("internal", False)),
        asked=bool(row.get("asked", True)),
        **{name: _expression(row, name) for name in ("when", "said_as", "answer_as")},
        values=values,
    )


def _expression(row: Mapping[str, Any], name: str) -> str:
    text = str(row.get(name, ""))
    try:
        re.compile(text)
    except re.error as error:
        raise ValueError(f"attribute {row['code']} has a bad expression: {name}") from error
    return text


def read_answers(
    attributes: Iterable[Attribute], offered: Mapping[str, Sequence[str]]
) -> dict[str, tuple[str, ...]]:
    """Return the answers to these attributes; what no attribute asks is left out.

    Raises:
        AttributeMissingError: A required one has no answer.
        AttributeValueError: An answer is not of its datatype.
    """
    answers: dict[str, tuple[str, ...]] = {}
    for attribute in attributes:
        if not attribute.variable:
            continue
        answer = attribute.read(offered.get(attribute.code, ()))
        if answer:
            answers[attribute.code] = answer
        elif attribute.required:
            raise AttributeMissingError(attribute.code)
    return answers


def emergency_of(attributes: Iterable[Attribute], answers: Answers) -> str:
    """Return the number to call at once because of an answer, or nothing."""
    chosen = (
        value.emergency
        for attribute in attributes
        for key in answers.get(attribute.code, ())
        if (value := attribute.value(key))
    )
    return next((number for number in chosen if number), "")


def details_of(attributes: Iterable[Attribute], answers: Answers) -> tuple[Detail, ...]:
    """Return the answers for people to read, in the order of ``attributes``.

    An answer to a question that the table no longer asks stands under its code.
    """
    known = {attribute.code: attribute for attribute in attributes}
    asked = [one.code for one in known.values() if one.code in answers]
    codes = [*asked, *(code for code in answers if code not in known)]
    return tuple(_detail(code, known.get(code), answers[code]) for code in codes)


def _detail(code: str, attribute: Attribute | None, answer: Sequence[str]) -> Detail:
    if attribute is None:
        return Detail(code=code, name=code, values=tuple(answer))
    chosen = [attribute.value(one) for one in answer]
    values = [value.name if value else one for value, one in zip(chosen, answer, strict=True)]
    return Detail(
        code=code, name=attribute.name, values=tuple(values), internal=attribute.internal
    )
