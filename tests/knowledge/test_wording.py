"""Questions are held against the clause that shows what they ask for."""

import pytest

from knowledge.wording import Wording, wording


def asked(text: str) -> Wording:
    return wording(text, lambda term: 1.0, lambda text: ())


def test_a_sum_beside_other_words_is_no_answer() -> None:
    question = asked("停车多少钱")

    about_parking, _ = question.clause_shares("停车每小时5元,标签免费")
    about_labels, _ = question.clause_shares("停车请出示标签,标签每张5元")

    assert about_parking > about_labels


def test_the_clause_before_may_say_what_the_sum_is_for() -> None:
    alone, with_before = asked("补办押金多少钱").clause_shares("补办的,押金,每张20元")

    assert alone < with_before


@pytest.mark.parametrize("answer", ["", "工作人员会上门", "，；。"])
def test_an_answer_without_what_is_asked_for_has_no_clause(answer: str) -> None:
    assert asked("补办押金多少钱").clause_shares(answer) == (0.0, 0.0)
