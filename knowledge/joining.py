"""Keeps segments few: how many new passages make one, and when smaller ones are joined."""

from collections.abc import Collection, Iterator, Sequence
from pathlib import Path

from knowledge.segment import Draft, NewShare, Segment, Share, read_segment

MANY = 6  # segments from which on the smaller ones are joined
AT_ONCE = 20_000  # new passages that are written as one segment, so that memory stays small


def batches(news: Sequence[NewShare]) -> Iterator[list[NewShare]]:
    """Yield shares together as long as they are few."""
    some: list[NewShare] = []
    for one in news:
        some.append(one)
        if sum(len(share.passages) for share in some) >= AT_ONCE:
            yield some
            some = []
    if some:
        yield some


def joined(
    partial: Path,
    segments: Sequence[Segment],
    keys: Collection[str],
    model: str,
    *,
    is_first: bool,
) -> list[Segment]:
    """Return the segments with the smaller ones made one where they are many or mostly dead."""
    sizes = {one.name: sum(_size(share) for share in one.kept(keys)) for one in segments}
    segments = [one for one in segments if sizes[one.name]]
    chosen = {one.name for one in segments if 2 * sizes[one.name] < len(one.passages)}
    if len(segments) > MANY or is_first:
        smaller = sorted(segments, key=lambda one: sizes[one.name])
        chosen |= {one.name for one in smaller[: len(segments) if is_first else -(MANY // 2)]}
    parts = [(one, one.kept(keys)) for one in segments if one.name in chosen]
    if not parts or (len(parts) == 1 and len(parts[0][1]) == len(parts[0][0].shares)):
        return list(segments)
    draft = Draft.joined(parts, model)
    draft.write(partial)
    kept = [one for one in segments if one.name not in chosen]
    return [*kept, read_segment(partial, draft.segment.name)]


def _size(share: Share) -> int:
    return int(share.passages.stop - share.passages.start)
