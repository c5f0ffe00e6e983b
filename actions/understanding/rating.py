"""How content a person says to be: 0 不满意, 1 理解, 2 满意, 3 非常满意."""

import re

from actions.understanding.numerals import CHINESE, number_of

_STARS = re.compile(rf"([0-9{CHINESE}]{{1,3}})\s*(?:颗|个)?\s*(?:星|分)|(?P<drawn>[★⭐]+)")
_WORDS: tuple[tuple[re.Pattern[str], int], ...] = (
    (re.compile(r"不(?:太|怎么|是很|算)?满意|不好|差|失望|糟糕|负分|垃圾|很烂"), 0),
    (
        re.compile(
            r"(?:非常|很|十分|特别|相当|超级?|太|最|真)(?:的)?满意|满分|好评|赞|完美|特别好|非常好"
        ),
        3,
    ),
    (re.compile(r"(?:基本|还算|比较|挺|蛮|较)?满意|不错|挺好|很好|蛮好|可以"), 2),
    (re.compile(r"一般|还行|凑合|马马虎虎|理解|中评|将就"), 1),
)
_OF_STARS = {0: 0, 1: 0, 2: 0, 3: 1, 4: 2, 5: 3}
_OF_TEN = {6: 1, 7: 1, 8: 2, 9: 3, 10: 3}


def rating_of(plain: str) -> int | None:
    """Return the rating in normalised text, or None if there is none.

    Five stars are 3, four 2, three 1, fewer 0; up to ten or a hundred points likewise.
    """
    stars = _STARS.search(plain)
    if stars:
        count = len(stars["drawn"]) if stars["drawn"] else number_of(stars[1])
        return None if count is None else _of_points(count)
    return next((rating for words, rating in _WORDS if words.search(plain)), None)


def _of_points(points: int) -> int:
    if points <= 5:
        return _OF_STARS[points]
    return _OF_TEN.get(points // 10 if points > 10 else points, 0)
