"""What is quoted of a document: the best words, and others that are hardly behind them."""

from collections.abc import Sequence
from dataclasses import replace

import pytest

from knowledge.answer import Outcome
from knowledge.citing import cited, weighed
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


UPLOADED = "2026-11-23"
STREET = Passage(
    id="3", document="街道", text="补领收工本费10元。", dated="2024-03-01", area="和平街道"
)
UNDATED = Passage(
    id="4", document="通知", text="补领收工本费20元。", checked=UPLOADED, area="和平街道"
)


def against(*passages: Passage) -> str:
    first, *others = (finding(one, one.text) for one in passages)
    return weighed(replace(first, rivals=tuple(others)), "和平街道", UPLOADED).text


def test_the_day_of_upload_is_not_told_as_the_day_of_a_document() -> None:
    told = against(UNDATED, STREET)

    assert UPLOADED not in told
    assert "（和平街道，没有写明日期）" in told
    assert "（和平街道，2024-03-01）" in told


@pytest.mark.parametrize("passages", [(UNDATED, STREET), (STREET, UNDATED)])
def test_no_order_of_dates_is_claimed_where_a_date_is_not_known(
    passages: tuple[Passage, ...],
) -> None:
    told = against(*passages)

    assert "更新" not in told
    assert told.index(STREET.text) < told.index(UNDATED.text)


def test_an_order_of_dates_is_claimed_where_all_are_known() -> None:
    newer = replace(UNDATED, dated="2026-02-01")

    told = against(STREET, newer)

    assert "日期更新的写在前面" in told
    assert told.index(newer.text) < told.index(STREET.text)
