"""What can go wrong with learning from a community's history.

HistoryError
├── HistoryRowError    a row cannot be learned from: correct the file
├── HistoryScantError  there are too few rows, or they would teach nothing: bring more
└── HistoryModelError  the model cannot be read: train again
"""


class HistoryError(Exception):
    """Learning from history failed; the text is meant for people and quotes no message."""


class HistoryRowError(HistoryError):
    """A labelled row cannot be learned from."""


class HistoryScantError(HistoryError):
    """The rows are too few, or what they teach is worse than what ships."""


class HistoryModelError(HistoryError):
    """The model learned from history cannot be read."""
