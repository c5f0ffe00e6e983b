"""Of the figures on pages only the pages' own numbers are left out."""

import pytest

from knowledge.reading.pages import blocks_of_pages


def pages(*given: list[str]) -> str:
    return "\n".join(block.text for block in blocks_of_pages(list(given)))


@pytest.mark.parametrize("line", ["12345", "85551234", "300", "2024"])
@pytest.mark.parametrize("place", ["first", "within", "last"])
def test_figures_that_are_no_page_number_are_kept(line: str, place: str) -> None:
    rest = ["投诉电话如下。", "请拨打。"]
    at = {"first": 0, "within": 1, "last": 2}[place]

    found = pages([*rest[:at], line, *rest[at:]])

    assert line in found.split("\n")


def test_a_small_number_within_a_page_is_kept() -> None:
    assert pages(["户数。", "1", "如上。"]) == "户数。\n1\n如上。"


@pytest.mark.parametrize(
    "numbers",
    [["1", "2", "3"], ["57", "58", "59"], ["- 1 -", "- 2 -", "- 3 -"], ["第1页", "第2页", "第3页"],
     ["1/3", "2/3", "3/3"], ["第 1 页 共 3 页", "第 2 页 共 3 页", "第 3 页 共 3 页"]],
)  # fmt: skip
def test_page_numbers_are_left_out(numbers: list[str]) -> None:
    contents = ["登记免费。", "年检免费。", "补办免费。"]
    at_foot = pages(*([text, number] for text, number in zip(contents, numbers, strict=True)))
    at_head = pages(*([number, text] for text, number in zip(contents, numbers, strict=True)))

    assert at_foot == at_head == "\n".join(contents)


def test_a_page_number_beside_what_every_page_repeats_is_left_out() -> None:
    given = [[f"{one}免费。", str(at), "幸福区民政局"] for at, one in enumerate("甲乙丙", 1)]

    assert pages(*given) == "甲免费。\n乙免费。\n丙免费。"
