"""How content a person says to be: 0 不满意, 1 理解, 2 满意, 3 非常满意."""

import re

from actions.understanding.numerals import CHINESE, number_of

# 二十分钟, 三个星期 and 十分满意 give no points
_STARS = re.compile(
    rf"(?P<minus>负)?(?P<count>(?!十分[^\W\d_吧啊呢了哦呀哈好])[0-9{CHINESE}]{{1,3}})"
    r"\s*(?:颗|个)?\s*(?:星(?!期)|分(?![钟之类开别配析布享]))|(?P<drawn>[★⭐]+)"
)
_VERY_CONTENT = "满意|满分|好评|赞(?!助|成)|完美"
# What denies comes before what it denies: 十分不满意 is no 满意.
_WORDS: tuple[tuple[re.Pattern[str], int], ...] = (
    (re.compile(r"(?:没有?|没什么|没啥|无)(?:什么|任何|啥)?不满意|(?<!可)不差(?!钱)"), 2),
    (
        re.compile(
            r"(?<!可)不(?:是|太|怎么|很|算|大|够|能|会|敢|甚|那么|特别|非常|十分|多|真)*"
            rf"(?:{_VERY_CONTENT}|理解|可以)"
            r"|没有?(?:很|太|非常|特别|那么|多|多么)?满意|(?:谈|算|说)不上.{0,2}满意"
            r"|理解不了|(?:无法|难以)理解|不好(?!意思|说)|(?<![不温时误反])差(?!不多|异|别|额|事)"
            r"|失望|糟糕|负分|很烂|垃圾(?:服务|物业|平台)"
            r"|^(?:真|太|很|就是|简直)*垃圾(?:了|啊|透了|极了|得很)?\W*$"
        ),
        0,
    ),
    (
        re.compile(
            r"(?:非常|很|十分|特别|相当|超级?|太|最|真)(?:的)?满意|满分|好评|赞(?!助|成)|完美"
            r"|特别好|非常好"
        ),
        3,
    ),
    (re.compile(r"(?:基本|还算|比较|挺|蛮|较)?满意|不错|挺好|很好|蛮好|可以"), 2),
    (re.compile(r"一般|还行|凑合|马马虎虎|理解|中评|将就|^差不多吧?\W*$"), 1),
)
_OF_STARS = {0: 0, 1: 0, 2: 0, 3: 1, 4: 2, 5: 3}
_OF_TEN = {6: 1, 7: 1, 8: 2, 9: 3, 10: 3}


def rating_of(plain: str) -> int | None:
    """Return the rating in normalised text, or None if there is none.

    Five stars are 3, four 2, three 1, fewer 0; up to ten or a hundred points likewise.
    """
    stars = _STARS.search(plain)
    if stars:
        count = len(stars["drawn"]) if stars["drawn"] else number_of(stars["count"])
        return None if count is None else 0 if stars["minus"] else _of_points(count)
    return next((rating for words, rating in _WORDS if words.search(plain)), None)


def _of_points(points: int) -> int:
    if points <= 5:
        return _OF_STARS[points]
    return _OF_TEN.get(points // 10 if points > 10 else points, 0)
