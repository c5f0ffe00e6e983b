"""Several questions in one message: each is answered, and each without an answer is named."""

from collections.abc import Callable
from dataclasses import dataclass

from actions.understanding.introduction import without_introduction
from actions.understanding.normalise import normalise, simplified
from actions.understanding.pointing import names_nothing
from actions.understanding.questions import questions_in, subject_of
from knowledge.answer import Answer
from knowledge.facets import is_only_asking
from knowledge.origin import without_origin

Find = Callable[[str, str | None], Answer]  # of a question, and the item talked about before


@dataclass(frozen=True, slots=True)
class Answered:
    """One of the questions in somebody's words, with what is known of it."""

    question: str
    answer: Answer


def looked_up(text: str) -> str:
    """Return the words that are looked up: what is asked, and not who asks it or from where."""
    return simplified(without_origin(without_introduction(text)))


def answers_to(text: str, before: str | None, find: Find) -> tuple[Answered, ...]:
    """Return the answer to each of several questions; none where it is one, or nothing is known.

    A question without a subject is about what the one before it is about.

    Args:
        text: What somebody wrote.
        before: The item talked about before, if the first question has no subject either.
        find: How one question is looked up.
    """
    questions = questions_in(without_introduction(text))
    if not questions or (_is_bare(questions[0]) and not before):
        return ()
    found: list[Answered] = []
    item, subject = before, ""
    for question in questions:
        words, is_bare = looked_up(question), _is_bare(question)
        answer = find(words, item if is_bare else None)
        if is_bare and answer.is_refusal and subject:
            answer = find(f"{subject}{words}", None)
        if not is_bare:
            subject = subject_of(words)
        if not answer.is_refusal:
            item = answer.item
        elif not is_bare:
            item = None  # what follows is about this, of which nothing is known
        found.append(Answered(question, answer))
    return tuple(found) if any(not one.answer.is_refusal for one in found) else ()


def _is_bare(question: str) -> bool:
    """Return whether a question says only what it asks for, and nothing of what (在哪办)."""
    plain = normalise(question)
    return is_only_asking(plain) or names_nothing(plain)
