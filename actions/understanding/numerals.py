"""Numbers as people write and speak them."""

import cn2an

CHINESE = "零〇一二三四五六七八九十百两幺廿卅壹贰叁肆伍陆柒捌玖拾"
NUMBER = rf"(?:\d{{1,4}}|[{CHINESE}]{{1,7}})"
DIGITS = str.maketrans("零〇一二三四五六七八九幺两壹贰叁肆伍陆柒捌玖", "0012345678912123456789")
_TENS = str.maketrans({"廿": "二十", "卅": "三十", "拾": "十", "〇": "零", "壹": "一", "贰": "二"})


def digits_of(text: str) -> str:
    """Return the text with every spoken digit as a figure; other characters stay."""
    return text.translate(DIGITS)


def number_of(text: str) -> int | None:
    """Return the number that 21, 二十一, 廿一 or 五零一 stands for, or None."""
    if text.isdigit():
        return int(text)
    spoken = digits_of(text)
    if spoken.isdigit():
        return int(spoken)
    try:
        return int(cn2an.cn2an(text.translate(_TENS), "smart"))
    except (KeyError, ValueError):  # cn2an looks some units up without asking whether they fit
        return None
