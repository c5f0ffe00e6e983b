"""How the rows of an index are searched, by their number or by setting."""

from enum import StrEnum

MANY_ROWS = 20_000  # from here on rows are searched roughly, and the best compared exactly
LONG = 256  # numbers from which a bit of each says enough of a vector
FOURS = 4  # numbers of one code


class IndexKind(StrEnum):
    """How rows are searched."""

    AUTO = "auto"  # exact where they are few; else milvus where it is set up, bits or sq8
    EXACT = "exact"  # four bytes a number
    BYTES = "sq8"  # one byte a number, the best compared again
    TWO_BITS = "sq2"  # two bits a number, the best compared again
    BITS = "bits"  # one bit a number, the best compared again
    MILVUS = "milvus"  # by a server, the best compared again here


def kind_for(rows: int, dim: int, *, has_server: bool = False) -> IndexKind:
    """Return how so many rows are searched if nobody has said how."""
    if rows <= MANY_ROWS:
        return IndexKind.EXACT
    if has_server:
        return IndexKind.MILVUS
    return IndexKind.BITS if dim >= LONG and dim % FOURS == 0 else IndexKind.BYTES
