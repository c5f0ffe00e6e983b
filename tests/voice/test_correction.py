"""What was heard becomes what was said, and what was said well stays."""

import pytest

from voice.alike import cost, syllables
from voice.correction import Corrector
from voice.vocabulary import Vocabulary, read_vocabulary

TEXTS = (
    *("三栋二单元楼道灯坏了", "楼道灯不亮", "楼道灯坏了没人修", "三栋二单元电梯坏了") * 4,
    *("我要办居住证", "居住证怎么办", "老年优待证在哪里办", "帮我找网格员") * 4,
)
TERMS = ("三栋二单元", "楼道灯", "居住证", "老年优待证", "网格员", "没人修")


@pytest.fixture(scope="module")
def corrector() -> Corrector:
    return Corrector(Vocabulary(prompt="", terms=TERMS, texts=TEXTS))


@pytest.mark.parametrize(
    ("heard", "said"),
    [
        ("三东二单元楼道登坏了", "3栋2单元楼道灯坏了"),
        ("我要办居住正", "我要办居住证"),
        ("老年由代证在哪里办", "老年优待证在哪里办"),
        ("楼道灯坏了没人秀", "楼道灯坏了没人修"),
    ],
)
def test_what_sounds_near_a_term_of_ours_becomes_it(
    corrector: Corrector, heard: str, said: str
) -> None:
    assert corrector.correct(heard) == said


def test_a_word_is_not_put_in_for_what_sounds_like_only_the_other_half_of_it() -> None:
    texts = ("我要申请入党",) * 40
    known = Corrector(Vocabulary(prompt="", terms=("申请入党",), texts=texts))

    assert known.correct("我要申请助餐") == "我要申请助餐"
    assert known.correct("我要申请路党") == "我要申请入党"


@pytest.mark.parametrize("said", ["楼道灯坏了", "我要办居住证", "今天天气真好", "OK,谢谢你", ""])
def test_what_is_right_stays(corrector: Corrector, said: str) -> None:
    assert corrector.correct(said) == said


def test_sounds_that_people_mix_up_are_near_and_others_far() -> None:
    lou, nou, ma = syllables("楼耨妈")

    assert cost(lou, lou) == 0
    assert cost(lou, nou) < 0.1
    assert cost(lou, ma) == pytest.approx(1)


def test_the_vocabulary_knows_places_items_and_troubles_of_ours() -> None:
    found = read_vocabulary()

    assert {"三栋二单元", "二十四栋", "居住证", "楼道灯", "转人工"} <= set(found.terms)
    assert "楼道灯" in found.prompt
