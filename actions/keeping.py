"""Keeping (留存): each answer gets a receipt; a question without an answer is kept, masked."""

import logging
from datetime import UTC, datetime

from rasa_sdk import Tracker
from sqlalchemy.exc import SQLAlchemyError

from actions.speech import said
from actions.tickets.masking import mask
from knowledge.answer import Answer
from knowledge.counter import Counter
from knowledge.errors import KnowledgeError
from knowledge.receipts import grouped

logger = logging.getLogger(__name__)


def worded(counter: Counter, tracker: Tracker, answer: Answer) -> tuple[Answer, str]:
    """Return the answer in the words that are to be said, and the id of its receipt."""
    answer = counter.rephrased(answer, mask(said(tracker)))
    return answer, keep(counter, tracker, answer)


def keep(counter: Counter, tracker: Tracker, answer: Answer) -> str:
    """Return the id of the receipt now kept; empty where that fails, for the turn goes on."""
    if answer.asked is None:
        return ""
    words = said(tracker)
    try:
        number = counter.keep(
            answer,
            said=words,
            masked=mask(words),
            conversation=tracker.sender_id,
            now=datetime.now(UTC),
        )
    except (KnowledgeError, SQLAlchemyError, OSError) as error:
        logger.error("no receipt for an answer: %s", type(error).__name__)
        return ""
    return grouped(number)
