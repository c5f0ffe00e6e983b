"""Numbers that Chinese texts write in words, read back: 二十五, 一百零三, 二〇二四."""

_DIGITS = {sign: value for value, sign in enumerate("零一二三四五六七八九")} | {
    "〇": 0, "○": 0, "Ｏ": 0, "O": 0, "两": 2,
}  # fmt: skip
_UNITS = {"十": 10, "廿": 20, "卅": 30, "百": 100, "千": 1000}


def counted(text: str) -> int:
    """Return the number that figures, digits (二〇二四) or units (二十四) write; 0 if none.

    Numbers from 10,000 on are not among them: nothing that is numbered or dated has so many.
    """
    if text.isdecimal():
        return int(text)
    if not text or any(sign not in _DIGITS and sign not in _UNITS for sign in text):
        return 0
    if all(sign in _DIGITS for sign in text):
        return int("".join(str(_DIGITS[sign]) for sign in text))
    total, digit = 0, 0
    for sign in text:
        if sign in _DIGITS:
            digit = _DIGITS[sign]
        elif sign in "廿卅":
            total += _UNITS[sign]
        else:
            total, digit = total + (digit or 1) * _UNITS[sign], 0
    return total + digit
