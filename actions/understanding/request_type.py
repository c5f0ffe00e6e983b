"""What kind of request a message is: 咨询 求助 投诉 举报 建议 表扬."""

import re
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from pathlib import Path

import numpy as np
import yaml
from numpy.typing import NDArray

from actions.tickets.categories import Category
from actions.tickets.ticket import RequestType
from actions.understanding.lexicon import load_lexicon, pattern_of
from actions.understanding.vectors import Embed

_SUBJECT = re.compile(r"\s*([^。!?\n]{4,40})[。!?\n]+(?=.{20})", re.DOTALL)

_REPORTS = re.compile(r"(?<![不非别])(?:举报|检举|揭发)(?![人信者电]|热线|过我|我[的们])")
_REPORTS_NOT = re.compile(r"(?:不是|不算|别算|不要算?|没有?)(?:要|想)?(?:举报|检举)")
EXAMPLES = Path(__file__).with_name("request_types.yml")
NONE = "none"  # key of the examples that are no request at all
SHORT = 30  # characters; a letter's subject and words say more of it than its nearness
SURE = 0.3  # of the likeliest kind, where 1 is an example of it
SURE_OF_PRAISE = 0.55
NO_PROBLEMS = ("OTH", "CAR", "MED")  # groups of categories: opinions, care, mediation
RIDGE = 0.3  # how little one example counts against the others
LEAST_SPREAD = 1e-9  # squared distance: of an embedder to which all examples are the same

Rows = Sequence[tuple[RequestType, re.Pattern[str]]]


@cache
def _patterns(table: str) -> Rows:
    rows = load_lexicon()[table].items()
    return tuple((RequestType(code), re.compile("|".join(words))) for code, words in rows)


class RequestTypeReader:
    """Reads the kind from the words; a short message without telling ones, from its meaning."""

    def __init__(self, embed: Embed | None = None, complaints: Iterable[str] = ()) -> None:
        """Learn from the examples: a regression from their vectors to their kinds.

        Args:
            embed: the embedder; without it the words alone tell the kind.
            complaints: more examples of problems, so that a short report stays a complaint.
        """
        self._embed = embed
        if embed is None:
            return
        loaded = yaml.safe_load(EXAMPLES.read_text("utf-8"))
        kinds = {code: None if code == NONE else RequestType(code) for code in loaded}
        rows = [(kinds[code], text) for code, texts in loaded.items() for text in texts]
        rows += [(RequestType.COMPLAINT, text) for text in complaints]
        self._kinds = list(dict.fromkeys(kind for kind, _ in rows))
        vectors = np.asarray(embed([text for _, text in rows]), dtype=np.float64)
        self._middle = vectors.mean(axis=0)
        centred = vectors - self._middle
        wanted = np.array([[float(kind is one) for one in self._kinds] for kind, _ in rows])
        spread = max(float(np.square(centred).sum(1).mean()), LEAST_SPREAD)
        near = centred @ centred.T + RIDGE * spread * np.eye(len(rows))
        self._weights = centred.T @ np.linalg.solve(near, wanted - wanted.mean(axis=0))
        self._level = wanted.mean(axis=0)

    def praises(self, plain: str) -> bool:
        """Return whether a message is praise by its words, or far nearer to it than to all else.

        What is like nothing known is near to warm words, and must not become a letter of thanks.
        """
        if self._embed is None or request_type_of(plain) is RequestType.PRAISE:
            return request_type_of(plain) is RequestType.PRAISE
        chances = self._chances(plain, self._embed)
        return float(chances[self._kinds.index(RequestType.PRAISE)]) >= SURE_OF_PRAISE

    def _chances(self, plain: str, embed: Embed) -> NDArray[np.float64]:
        vector = embed([plain])[0] - self._middle
        chances: NDArray[np.float64] = vector @ self._weights + self._level
        return chances

    def read(self, plain: str) -> RequestType:
        """Return the kind of a normalised message; what names a fault is a complaint."""
        told = request_type_of(plain)
        is_plain = len(plain) <= SHORT and not pattern_of("faults").search(plain)
        if self._embed is None or told is not RequestType.COMPLAINT or not is_plain:
            return told
        chances = self._chances(plain, self._embed)
        best = int(chances.argmax())
        likeliest = self._kinds[best]
        return likeliest if likeliest is not None and chances[best] >= SURE else told


_INFORMATION = re.compile(  # where, how much, when, whether something rose
    r"哪[里儿]?(?:能|可以|有)?(?:打(?!电话)|接种|办|买|交|缴|领|取|考|查)|多少(?:钱|元|块|一)|几(?:块|毛|元|点|号)|什么价|(?:[涨跌降]|[开关放]门|放假|下班|上班)了(?:吗|没有?|么)\W*$"
)


def only_asks(plain: str) -> bool:
    """Return whether a short message wants a place, a sum or a time told, and reports nothing."""
    is_plain = len(plain) <= SHORT and not pattern_of("faults").search(plain)
    return is_plain and _INFORMATION.search(plain) is not None


def says_report(plain: str) -> bool:
    """Return whether somebody says of what they tell that it is a report of a violation (举报)."""
    return _REPORTS.search(plain) is not None


def denies_report(plain: str) -> bool:
    """Return whether somebody says that they report no violation, but complain (不是举报)."""
    return _REPORTS_NOT.search(plain) is not None


def told_problems(categories: Mapping[str, Category]) -> list[str]:
    """Return the examples of the categories that are problems, neither wishes nor opinions."""
    known = (one for one in categories.values() if not one.code.startswith(NO_PROBLEMS))
    return [text for one in known for text in one.examples]


def request_type_of(plain: str) -> RequestType:
    """Return the kind that the subject line names, else the first kind whose words occur.

    A problem without any such words is a complaint.
    """
    subject = _SUBJECT.match(plain)
    return (
        (_first(_patterns("request_subjects"), subject[1]) if subject else None)
        or _first(_patterns("request_types"), plain)
        or RequestType.COMPLAINT
    )


def _first(rows: Rows, plain: str) -> RequestType | None:
    return next((kind for kind, pattern in rows if pattern.search(plain)), None)
