"""Two versions are compared clause by clause, and nothing of either is lost."""

from hypothesis import given
from hypothesis import strategies as st

from knowledge.differences import Difference, differences
from knowledge.reading.document import Section

sections = st.lists(
    st.builds(
        Section,
        text=st.text("一二三四五六七八九十元", min_size=1, max_size=12),
        label=st.sampled_from(["", "第一条", "第二条", "第三条"]),
    ),
    max_size=6,
)


def clause(label: str, text: str) -> Section:
    return Section(label=label, text=text)


def test_a_changed_sum_is_marked_within_its_clause() -> None:
    before = [clause("第一条", "目的。"), clause("第三条", "每月补贴100元。")]
    after = [clause("第一条", "目的。"), clause("第三条", "每月补贴150元。")]

    same, changed = differences(before, after)

    assert same.kind is Difference.SAME
    assert changed.kind is Difference.CHANGED
    assert [(one.kind, one.text) for one in changed.pieces] == [
        (Difference.SAME, "每月补贴1"),
        (Difference.REMOVED, "0"),
        (Difference.ADDED, "5"),
        (Difference.SAME, "0元。"),
    ]


def test_a_clause_put_between_others_changes_none_of_them() -> None:
    before = [clause("", "垃圾每天清运。"), clause("", "大件垃圾要预约。")]
    after = [before[0], clause("", "宠物要牵绳。"), before[1]]

    kinds = [one.kind for one in differences(before, after)]

    assert kinds == [Difference.SAME, Difference.ADDED, Difference.SAME]


def test_a_clause_that_is_gone_is_named() -> None:
    before = [clause("第一条", "目的。"), clause("第二条", "旧的规定。")]

    found = differences(before, before[:1])

    assert [(one.kind, one.label, one.before) for one in found][1:] == [
        (Difference.REMOVED, "第二条", "旧的规定。")
    ]


def test_an_article_that_was_written_anew_is_still_the_same_article() -> None:
    found = differences([clause("第二条", "甲乙丙丁")], [clause("第二条", "戊己庚辛")])

    assert [one.kind for one in found] == [Difference.CHANGED]


@given(before=sections, after=sections)
def test_both_versions_can_be_read_from_the_differences(
    before: list[Section], after: list[Section]
) -> None:
    found = differences(before, after)

    assert [one.after for one in found if one.kind != "removed"] == [s.text for s in after]
    assert [one.before for one in found if one.kind != "added"] == [s.text for s in before]
    for one in found:
        if one.kind is Difference.CHANGED:
            kept = [piece for piece in one.pieces if piece.kind is not Difference.ADDED]
            assert "".join(piece.text for piece in kept) == one.before


@given(version=sections)
def test_a_version_is_no_different_from_itself(version: list[Section]) -> None:
    assert {one.kind for one in differences(version, version)} <= {Difference.SAME}
