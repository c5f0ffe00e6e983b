"""How the rows of an index are searched, by their number or by setting."""

from enum import StrEnum

MANY_ROWS = 20_000  # from here on rows are searched roughly, and the best compared exactly
GREAT = 200_000  # rows from which reading a byte of every number takes too long
LONG = 256  # numbers from which their signs say enough of a vector


class IndexKind(StrEnum):
    """How rows are searched."""

    AUTO = "auto"  # exact where they are few, bits or sq8 where they are many
    EXACT = "exact"  # four bytes a number
    BYTES = "sq8"  # one byte a number, the best compared again
    BITS = "bits"  # one bit a number, the best compared again


def kind_for(rows: int, dim: int) -> IndexKind:
    """Return how so many rows are searched if nobody has said how."""
    if rows <= MANY_ROWS:
        return IndexKind.EXACT
    return IndexKind.BITS if rows > GREAT and dim >= LONG else IndexKind.BYTES
