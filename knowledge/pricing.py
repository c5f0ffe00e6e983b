"""Whether an item says what something costs, so that a price is not answered with another one."""

from collections.abc import Iterator

from knowledge.bm25 import normalised
from knowledge.item import Facet, KnowledgeItem
from knowledge.lexicon import lexicon
from knowledge.passages import passages_of
from knowledge.question import Question, Term
from knowledge.spans import sentences

LEAST = 0.3  # share of the weight of what is priced that a sentence on a charge has to have


def asks_price(asked: Question) -> bool:
    """Return whether a question asks what something costs, by the piece or as a whole."""
    words = lexicon()
    return bool(words.priced.search(asked.text)) and not words.granted.search(asked.text)


def is_priced(item: KnowledgeItem, asked: Question) -> bool:
    """Return whether an item speaks of a charge for what the question names."""
    if Facet.FEE in item.facets:
        return True
    subject = list(_subject(asked))
    total = sum(term.weight for term in subject)
    return not subject or any(
        sum(term.weight for term in subject if term.text in text) >= LEAST * total
        for text in _charges(item)
    )


def _subject(asked: Question) -> Iterator[Term]:
    """Yield the terms of what is priced: neither of those that ask nor of a measure (一平米)."""
    words = lexicon()
    patterns = (words.measured, words.priced)
    spans = [match.span() for one in patterns for match in one.finditer(asked.text)]
    for term in asked.terms:
        if not any(start < term.end and term.start < end for start, end in spans):
            yield term


def _charges(item: KnowledgeItem) -> Iterator[str]:
    """Yield what an item says of charges, and the prices it is asked for; a fine is none."""
    words = lexicon()
    yield from filter(words.priced.search, map(normalised, item.questions))
    for passage in passages_of(item):
        for start, end in sentences(passage.text):
            text = normalised(passage.text[start:end])
            if words.charged.search(text) and not words.fined.search(text):
                yield text
