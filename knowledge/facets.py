"""Which facet of a service a question asks for."""

from knowledge.item import Facet, KnowledgeItem
from knowledge.lexicon import lexicon
from knowledge.question import Question

PROXY = "proxy"  # whether another person may go (代办)
VAGUE = (Facet.CONDITIONS, Facet.STEPS)  # asked for when nothing plainer is


def facets_asked(question: str) -> list[Facet]:
    """Return the facets a question asks for, the most telling first.

    What is asked stands at the end (身份证掉哪儿了, 补一张多少钱), so the last comes first.
    """
    words = lexicon()
    ends = {
        facet: max(match.end() for match in found)
        for facet, pattern in words.facets.items()
        if (found := list(pattern.finditer(question)))
    }
    if words.benefit.search(question) and not words.charge.search(question):
        ends.pop(Facet.FEE, None)
    return sorted(ends, key=lambda one: (_vagueness(one), -ends[one]))


def _vagueness(facet: Facet) -> int:
    return VAGUE.index(facet) + 1 if facet in VAGUE else 0


def is_only_asking(question: str) -> bool:
    """Return whether a question says what it asks for, and nothing of what (那得交钱不)."""
    words = lexicon()
    rest = question
    for pattern in words.facets.values():
        rest = pattern.sub("", rest)
    return not words.light.sub("", rest).strip(" ,，。?？!！、~")


def asks_amount(question: str) -> bool:
    """Return whether a question asks how much, of a fee or of a benefit (每个月发多少)."""
    words = lexicon()
    is_sum = words.facets[Facet.FEE].search(question) or words.benefit.search(question)
    return is_sum is not None


def proxy_facet(item: KnowledgeItem, asked: Question) -> Facet | None:
    """Return the facet that says whether another may go, if that is what is asked."""
    shows = [one.shows for one in asked.expectations if one.name == PROXY]
    told = (
        facet
        for facet, lines in item.facets.items()
        if any(one.search(line) for one in shows for line in lines)
    )
    return next(told, None)
