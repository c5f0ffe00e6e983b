"""Numbers as they are said and as they are written."""

import re

import cn2an

LONGEST_AMOUNT = 3  # digits; longer numbers are telephones and codes, read digit by digit
_DIGITS = "零一二三四五六七八九"
_FIGURES = re.compile(r"\d+")
_COUNTED = re.compile(r"[零一二两三四五六七八九十百]+(?=号?[栋楼]|单元|层|室)")


def spelled(text: str) -> str:
    """Return ``text`` with its figures in words: 3栋 三栋, 12345 一二三四五."""
    return _FIGURES.sub(lambda found: _spell(found[0]), text)


def in_figures(text: str) -> str:
    """Return ``text`` with the numbers of buildings and units in figures: 三栋二单元 3栋2单元."""
    return _COUNTED.sub(lambda found: _figure(found[0]), text)


def _spell(figures: str) -> str:
    if len(figures) > LONGEST_AMOUNT or figures.startswith("0"):
        return "".join(_DIGITS[int(figure)] for figure in figures)
    return str(cn2an.an2cn(figures))


def _figure(words: str) -> str:
    try:
        return str(cn2an.cn2an(words, "smart"))
    except ValueError:
        return words
