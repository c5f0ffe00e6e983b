"""Numbers as they are said and as they are written."""

import pytest

from voice.numerals import in_figures, spelled
from voice.speaker import pinyin


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("3栋12单元", "三栋十二单元"),
        ("请打12345", "请打一二三四五"),
        ("查询码007", "查询码零零七"),
        ("没有数字", "没有数字"),
    ],
)
def test_figures_are_spelled_as_they_are_said(written: str, said: str) -> None:
    assert spelled(written) == said


@pytest.mark.parametrize(
    ("heard", "written"),
    [
        ("三栋二单元", "3栋2单元"),
        ("二十一号楼一层", "21号楼1层"),
        ("三天没人修", "三天没人修"),
        ("十百栋", "十百栋"),
    ],
)
def test_numbers_of_buildings_are_written_in_figures(heard: str, written: str) -> None:
    assert in_figures(heard) == written


def test_words_are_given_to_the_speaker_as_sounds() -> None:
    assert pinyin("您好,3栋。") == "nin2 hao3, san1 dong4"


def test_letters_are_named_as_in_the_code_of_a_ticket() -> None:
    assert pinyin("码是 4,D,W。") == "ma3 shi4, si4, di4, da2 bu5 liu5"
    assert pinyin("下载APP") == "xia4 zai4 ei1 pi4 pi4"
