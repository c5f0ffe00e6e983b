"""What is quoted of a document: the best words, and others that are hardly behind them."""

from collections.abc import Sequence
from dataclasses import replace

import pytest

from knowledge.answer import Outcome
from knowledge.citing import cited
from knowledge.documents import Finding
from knowledge.evidence import Candidate
from knowledge.item import Passage
from knowledge.quoting import quoted_too

FIRST = "初次申领不收费。"
PASSAGE = Passage(id="1", document="居住证办法", label="第六条", text=f"{FIRST}每年签注一次。")


def finding(passage: Passage, quote: str) -> Finding:
    """Return the finding of some words of a passage."""
    start = passage.text.index(quote)
    candidate = Candidate(
        passage=0, start=start, end=start + len(quote), features=(), probability=0.8
    )
    return Finding(candidate=candidate, passage=passage, start=start, end=start + len(quote))


@pytest.mark.parametrize(
    ("others", "chosen"),
    [
        ([], None),
        ([(1.5, "补领收20元。")], 0),
        ([(0.5, "补领收20元。")], None),  # far behind
        ([(1.9, "不收费。"), (1.5, "补领收20元。")], 1),  # quoted already
        ([(1.9, "补" * 140)], None),  # too long to read at a glance
    ],
)
def test_other_words_are_quoted_too_where_they_are_hardly_behind_and_short(
    others: Sequence[tuple[float, str]], chosen: int | None
) -> None:
    assert quoted_too(FIRST, 2.0, others) == chosen


def test_words_of_two_clauses_are_quoted_with_both_places() -> None:
    other = replace(PASSAGE, id="2", label="第七条", text="补领收工本费20元。")
    both = replace(finding(PASSAGE, FIRST), second=finding(other, other.text))

    answer = cited(both)

    assert answer.outcome is Outcome.ANSWER
    assert answer.text.startswith(f"{FIRST}\n{other.text}\n")
    assert "第六条" in answer.text
    assert "第七条" in answer.text
    assert [one.quote for one in answer.citations] == [FIRST, other.text]
    assert [one.passage for one in answer.citations] == ["1", "2"]


def test_two_sentences_of_one_clause_name_it_once() -> None:
    both = replace(finding(PASSAGE, FIRST), second=finding(PASSAGE, "每年签注一次。"))

    assert cited(both).text.count("第六条") == 1
