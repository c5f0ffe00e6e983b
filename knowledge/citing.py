"""Makes the answer of what added documents say: the words, where they stand, who disagrees.

What is not in force yet on the day of the answer says so first, as nobody hears on.
"""

from dataclasses import replace

from knowledge.answer import Answer, Outcome
from knowledge.documents import Finding
from knowledge.item import Citation, Passage
from knowledge.rivals import disagree, nearness, precedence
from knowledge.texts import texts


def cited(finding: Finding, day: str = "") -> Answer:
    """Return the words of a passage, or of two of one document, and where they stand.

    ``day`` is that of the answer, as ISO.
    """
    both = [one for one in (finding, finding.second) if one]
    says = texts()
    labels = dict.fromkeys(one.passage.label for one in both if one.passage.label)
    title = says.sentence("document", title=finding.passage.document)
    basis = title + says.sentence("joiner").join(labels)
    lines = [*not_begun(finding.passage, day), *(one.quote for one in both)]
    return Answer(
        outcome=Outcome.ANSWER,
        text="\n".join([*lines, says.sentence("basis", basis=basis)]),
        citations=tuple(map(_citation, both)),
        score=finding.candidate.probability,
    )


def not_begun(passage: Passage, day: str) -> list[str]:
    """Return the line that says from when a passage is in force; none if it is on this day."""
    if not passage.is_to_come(day):
        return []
    says = texts()
    return [says.sentence("not_begun", begins=says.begins(passage.dated))]


def _citation(finding: Finding) -> Citation:
    passage = finding.passage
    return Citation(
        document=passage.document,
        clause=passage.label,
        quote=finding.quote,
        text=passage.text,
        source=passage.source,
        checked=passage.checked,
        passage=passage.id,
    )


def weighed(finding: Finding, home: str, day: str = "") -> Answer:
    """Return what the nearest and newest document says, and what others say against it.

    Those that are in force on ``day`` go before those that are not yet.
    """
    probability = finding.candidate.probability
    ranked = sorted(
        (finding, *finding.rivals),
        key=lambda one: precedence(one.passage, home, day),
        reverse=True,
    )
    first = ranked[0]
    against = [
        one
        for one in ranked[1:]
        if disagree(first.quote, one.quote) and nearness(one.passage.area, home) >= 0
    ]
    if not against:
        return replace(cited(first, day), score=probability)
    says = texts()
    answers = [cited(one, day) for one in (first, *against)]
    stretches = [
        "\n".join([answer.text, says.sentence("stand", stand=stand(one.passage))])
        for answer, one in zip(answers, (first, *against), strict=True)
    ]
    is_dated = all(one.passage.dated for one in (first, *against))
    weigh = says.sentence("weigh" if is_dated else "weigh_undated")
    lines = [stretches[0], says.sentence("against"), *stretches[1:], weigh]
    return Answer(
        outcome=Outcome.ANSWER,
        text="\n".join(lines),
        citations=tuple(one for answer in answers for one in answer.citations),
        score=probability,
    )


def stand(passage: Passage) -> str:
    """Return where a document is in force and of which day it is, or that it names no day.

    The day on which it was added is not its own.
    """
    says = texts()
    dated = passage.dated or says.sentence("undated")
    return says.sentence("material_detail_joiner").join(filter(None, [passage.area, dated]))
