"""Learn address parts from rows that a community labelled itself."""

import multiprocessing
import zlib
from collections import Counter
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from actions.understanding.address.errors import AddressRowError
from actions.understanding.address.generator import AddressGenerator
from actions.understanding.address.labelled import LabelledAddress
from actions.understanding.address.model import AddressTagger, fit, trained_path
from actions.understanding.address.scoring import COUNTED, score

FEWEST = 50  # rows; fewer teach less than what ships knows
SET_ASIDE = 10  # one row in so many is set aside to measure on
RAREST = 5  # a label seen less often cannot be learned
MORE_SEED = 2  # not the seed of what ships
ENOUGH = 3000  # with fewer rows, made-up addresses make up the number


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """What training gained, measured on rows that it did not see."""

    learned: int
    held_out: int
    before: float  # F1 of what shipped
    after: float  # F1 of what the rest of the rows taught
    path: Path | None  # where the model lies; None if it would read worse than what ships


def train(addresses: Sequence[LabelledAddress], home: Path) -> Report:
    """Learn from all rows into ``home``; what is reported was learned without those set aside.

    A model that reads them worse than what ships is not kept.

    Raises:
        AddressRowError: too few rows.
    """
    if len(addresses) < FEWEST:
        raise AddressRowError(f"只有 {len(addresses)} 行,至少需要 {FEWEST} 行。")
    rows = _without_rare_labels(addresses)
    held_out = [row for row in rows if _is_held_out(row.text)]
    rest = [row for row in rows if not _is_held_out(row.text)]
    path = trained_path(home)
    with TemporaryDirectory() as scratch, _two_processes() as pool:
        trial, final = Path(scratch) / "trial.crfsuite", Path(scratch) / "final.crfsuite"
        more = list(AddressGenerator(MORE_SEED).generate(max(0, ENOUGH - len(rows))))
        jobs = [pool.submit(fit, rest + more, trial), pool.submit(fit, rows + more, final)]
        before = _f1(held_out, AddressTagger())
        for job in jobs:
            job.result()
        after = _f1(held_out, AddressTagger(trial))
        is_better = after >= before
        if is_better:
            _publish(final, path)
    return Report(
        learned=len(rows),
        held_out=len(held_out),
        before=before,
        after=after,
        path=path if is_better else None,
    )


def _publish(model: Path, path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    beside = path.with_suffix(".new")
    beside.write_bytes(model.read_bytes())  # another file system, perhaps
    beside.replace(path)


def _f1(rows: Sequence[LabelledAddress], tagger: AddressTagger) -> float:
    labels = {span.label for row in rows for span in row.spans}
    return score(rows, tagger.label, labels & set(COUNTED) or labels).f1


def _is_held_out(text: str) -> bool:
    return zlib.crc32(text.encode("utf-8")) % SET_ASIDE == 0


def _without_rare_labels(addresses: Sequence[LabelledAddress]) -> list[LabelledAddress]:
    counts = Counter(span.label for address in addresses for span in address.spans)
    return [
        LabelledAddress(
            address.text, tuple(span for span in address.spans if counts[span.label] >= RAREST)
        )
        for address in addresses
    ]


def _two_processes() -> ProcessPoolExecutor:
    """Return a pool for both models at once; each is trained on one core."""
    return ProcessPoolExecutor(2, mp_context=multiprocessing.get_context("spawn"))
