"""Which Chinese encoding a text is in: the one in which it reads like Chinese.

Bytes of one encoding often decode in another (nearly everything does in GB 18030), but then they
yield characters that nobody writes. So every reading is judged by how much of it is made of the
characters and signs that are in every Chinese text, in simplified or in traditional form.
"""

from charset_normalizer import from_bytes

MARKS = (
    (b"\xef\xbb\xbf", "utf-8-sig"),
    (b"\xff\xfe\x00\x00", "utf-32"),
    (b"\x00\x00\xfe\xff", "utf-32"),
    (b"\xff\xfe", "utf-16"),
    (b"\xfe\xff", "utf-16"),
)
WIDE = ("utf-16-le", "utf-16-be", "utf-32-le", "utf-32-be")
NARROW = ("gb18030", "big5hkscs", "big5")
SAMPLE = 8000  # characters that are judged
LEAST = 0.08  # share of usual characters below which nothing reads like Chinese
# The commonest characters of Chinese, then those of them that look otherwise in traditional form.
USUAL = frozenset(
    "的一是不了在人有我他这中大来上国个到说们为子和你地出道也时年得就那要下以生会自着去之过家学对可里后"
    "小么心多天而能好都然没日于起还发成事只作当想看文无开手十用主行方又如前所本见经头面公同三已老从动两长"
    "知民样现分将外但身些与高意进把法此实回二理美点月明其种声全工己话儿者向情部正名定女问力机给等几很业最"
    "间新什打便位因重被走电四第门相次东政海口使教西再平真听世气信北少关并内加化由却代军产入先山五太水万市"
    "合表办社区街道居委会申请材料证件规定通知条件标准补贴时间地点电话联系单位应当按照有关部门负责管理服务"
    "個來們這說為會過時對學發開動實現點問題機關並內產萬體區從東業經證請條規標準補貼間話聯繫單應當門負責務"
    "，。、；：？！“”‘’（）《》〔〕【】—…·０１２３４５６７８９0123456789\n\r\t 　.,:;()-/%"
)


def decode(content: bytes) -> str | None:
    """Return text in whichever Chinese encoding it is, or None if it is not text."""
    for mark, encoding in MARKS:
        if content.startswith(mark):
            return _decoded(content, encoding)
    if b"\0" in content[:4096]:
        return _best(content, WIDE)
    text = _decoded(content, "utf-8")
    if text is not None and looks_written(text):
        wide = _best(content, WIDE[:2]) if not len(content) % 2 and not text.isascii() else None
        return wide if wide is not None and likeness(wide) > likeness(text) else text
    found = _best(content, (*NARROW, *WIDE[:2]))
    if found is not None:
        return found
    guess = from_bytes(content[: 64 * 2**10]).best()
    text = None if guess is None else _decoded(content, guess.encoding)
    return text if text is not None and looks_written(text) else None


def _best(content: bytes, encodings: tuple[str, ...]) -> str | None:
    """Return the reading that is most like Chinese, if any is."""
    likely = LEAST
    best: str | None = None
    for encoding in encodings:
        text = _decoded(content, encoding)
        if text is None or not looks_written(text):
            continue
        found = likeness(text)
        if found > likely:
            best, likely = text, found
    return best


def _decoded(content: bytes, encoding: str) -> str | None:
    try:
        return content.decode(encoding)
    except UnicodeDecodeError:
        return None


def likeness(text: str) -> float:
    """Return the share of its different characters that every Chinese text has, 0 to 1.

    Each counts once: a word that a small table repeats says no more than its first time.
    """
    signs = set(text[:SAMPLE])
    return sum(sign in USUAL or "a" <= sign.lower() <= "z" for sign in signs) / max(len(signs), 1)


def looks_written(text: str) -> bool:
    """Tell words from bytes that merely happened to decode."""
    sample = text[:SAMPLE]
    odd = sum(
        (ord(sign) < 32 and sign not in "\t\n\r\f\v")
        or 0xE000 <= ord(sign) <= 0xF8FF
        or sign == "\ufffd"
        for sign in sample
    )
    return odd <= len(sample) // 100
