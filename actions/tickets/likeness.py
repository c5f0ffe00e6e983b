"""Which descriptions mean the same: vectors from whoever embeds, compared by their angle."""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from actions.tickets.ticket import Ticket

Vectors = NDArray[np.floating[Any]]
Embed = Callable[[Sequence[str]], Vectors]


def cosines(vectors: Vectors) -> Vectors:
    """Return how near each row is to the first one, shape (n - 1,)."""
    lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
    unit = vectors / np.maximum(lengths, 1e-9)
    nearness: Vectors = unit[1:] @ unit[0]
    return nearness


def alike(
    embed: Embed, description: str, tickets: Sequence[Ticket], threshold: float
) -> list[Ticket]:
    """Return the tickets whose description means the same, the nearest first."""
    if not tickets or not description.strip():
        return []
    texts = [description, *(ticket.complaint.description for ticket in tickets)]
    nearness = cosines(embed(texts))
    found = [(float(near), ticket) for near, ticket in zip(nearness, tickets, strict=True)]
    found = [pair for pair in found if pair[0] >= threshold]
    return [ticket for _, ticket in sorted(found, key=lambda pair: -pair[0])]
