"""Whether a message only announces a question."""

import pytest

from actions.understanding.opening import only_opens


@pytest.mark.parametrize(
    "words",
    [
        "我想问个事",
        "有个事想咨询一下",
        "有个是想问一下",
        "你好,请教一下",
        "打听个事儿",
        "我有点事要问问你们",
        "咨询一下,可以吗?",
        "麻烦问一下",
        "我想了解点情况",
        "俺想跟你打听个事呗",
    ],
)
def test_an_announcement_is_known(words: str) -> None:
    assert only_opens(words)


@pytest.mark.parametrize(
    "words",
    [
        "我想问低保",
        "问一下医保",
        "有个事",
        "我要反映路灯坏了",
        "请问居委会几点下班",
        "咨询一下公租房",
        "",
        "你好",
        "说了多少遍了",
    ],
)
def test_who_says_more_has_asked(words: str) -> None:
    assert not only_opens(words)
