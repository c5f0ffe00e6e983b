"""有用 and 没用 under an answer: what a tap on them means, and the keyboard without them."""

from telegram import InlineKeyboardButton, InlineKeyboardMarkup

from channels.feedback import Feedback
from channels.telegram.words import words

# No token of an option holds a colon, so that a tap on one is never taken for an opinion.
_MARK = "opinion:"
_SIGNS = {"+": True, "-": False}


def thumbs(receipt: str) -> list[InlineKeyboardButton]:
    """Return the row of buttons under the answer with ``receipt``."""
    said = words().opinion
    return [
        InlineKeyboardButton(said["useful"], callback_data=f"{_MARK}+{receipt}"),
        InlineKeyboardButton(said["useless"], callback_data=f"{_MARK}-{receipt}"),
    ]


def opinion(tapped: str) -> Feedback | None:
    """Return the opinion that a tapped button stands for, None if it is an option."""
    if not tapped.startswith(_MARK):
        return None
    sign, receipt = tapped[len(_MARK) :][:1], tapped[len(_MARK) + 1 :]
    return Feedback(receipt=receipt, useful=_SIGNS.get(sign, False))


def without_thumbs(markup: InlineKeyboardMarkup | None) -> InlineKeyboardMarkup | None:
    """Return the keyboard that is left when an answer has been judged."""
    if markup is None:
        return None
    rows = [row for row in markup.inline_keyboard if not _is_thumbs(row)]
    return InlineKeyboardMarkup(rows) if rows else None


def _is_thumbs(row: tuple[InlineKeyboardButton, ...]) -> bool:
    return any(str(button.callback_data).startswith(_MARK) for button in row)
