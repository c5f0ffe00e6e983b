"""How well the parts that were found match the parts that were labelled."""

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass

from actions.understanding.address.labelled import LabelledAddress, Span

# what the benchmark of address parts counts; the rest (附近, 重复的省市) matters to nobody
COUNTED = (
    "prov", "city", "district", "town", "community", "road", "roadno",
    "poi", "houseno", "cellno", "floorno", "roomno",
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Score:
    """Exact spans with the right label."""

    right: int
    found: int
    labelled: int

    @property
    def f1(self) -> float:
        """The harmonic mean of precision and recall, 0–1."""
        return 2 * self.right / max(self.found + self.labelled, 1)


def score(
    addresses: Iterable[LabelledAddress],
    label: Callable[[str], Sequence[Span]],
    counted: Collection[str] = COUNTED,
) -> Score:
    """Return how well ``label`` does on labelled addresses."""
    right = found = labelled = 0
    for address in addresses:
        truth = {span for span in address.spans if span.label in counted}
        guess = {span for span in label(address.text) if span.label in counted}
        right += len(truth & guess)
        found += len(guess)
        labelled += len(truth)
    return Score(right=right, found=found, labelled=labelled)
