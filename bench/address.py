"""Measures how well addresses are taken apart, on labelled rows that lie outside the repository.

python -m bench.address TRAIN.jsonl DEV.jsonl [--complaints ROWS.jsonl]

TRAIN and DEV hold lines {"text", "spans"}. Four systems on the rows of DEV: one regular
expression, what ships (it has seen no labelled row), and two models that learned from TRAIN, one
from characters alone and one as ``linli train addresses`` learns. ROWS holds complaints {"text",
"river"}: the share whose named water is within the address that ``linli understand`` would give.
"""

import argparse
import itertools
import json
import re
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter, process_time

import pycrfsuite

from actions.understanding.address.labelled import LabelledAddress, Span, read_addresses
from actions.understanding.address.model import AddressTagger, Fit, fit
from actions.understanding.address.scoring import COUNTED, score
from actions.understanding.normalise import normalise
from actions.understanding.place import find_places

Label = Callable[[str], Sequence[Span]]
SPLITTER = re.compile(
    r"(?P<prov>[\u4e00-\u9fa5]{2,8}?(?:省|自治区))|(?P<city>[\u4e00-\u9fa5]{2,8}?(?:市|自治州))"
    r"|(?P<district>[\u4e00-\u9fa5]{1,8}?(?:区|县|旗))"
    r"|(?P<town>[\u4e00-\u9fa5]{1,8}?(?:街道|镇|乡))"
    r"|(?P<community>[\u4e00-\u9fa5]{1,8}?(?:村|社区))"
    r"|(?P<road>[\u4e00-\u9fa5]{1,8}?(?:大道|路|街|巷))|(?P<roadno>\d+(?:-\d+)?号(?!楼))"
    r"|(?P<cellno>[\d一二三四五六七八九十]+单元)|(?P<floorno>[\d一二三四五六七八九十]+[楼层])"
    r"|(?P<houseno>[A-Za-z\d一二三四五六七八九十]+(?:号楼|幢|栋|座))|(?P<roomno>\d{3,4}室?)"
    r"|(?P<poi>[\u4e00-\u9fa5]{2,12})"
)


def split(text: str) -> list[Span]:
    """Return the parts that one expression finds, the leftmost shortest each time."""
    return [
        Span(*match.span(), str(match.lastgroup)) for match in SPLITTER.finditer(normalise(text))
    ]


def main() -> None:
    """Run from the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("train", type=Path)
    parser.add_argument("dev", type=Path)
    parser.add_argument("--complaints", type=Path)
    given = parser.parse_args()
    train, dev = read_addresses(given.train), read_addresses(given.dev)
    print(f"{len(train)} rows to learn from, {len(dev)} to measure on")
    with TemporaryDirectory() as folder:
        for name, label in _systems(train, Path(folder)):
            _report(name, label, dev)
    if given.complaints:
        _report_waters(given.complaints)


def _systems(train: list[LabelledAddress], folder: Path) -> Iterator[tuple[str, Label]]:
    yield "one expression", split
    yield "as shipped", AddressTagger().label
    yield "characters, trained", _learn_characters(train, folder / "characters")
    started = process_time()
    fit(train, folder / "trained")
    print(f"(trained in {process_time() - started:.0f} s of one core)")
    yield "as trained here", AddressTagger(folder / "trained").label


def _learn_characters(train: list[LabelledAddress], path: Path) -> Label:
    trainer = pycrfsuite.Trainer(verbose=False)
    for address in train:
        tags = ["O"] * len(address.text)
        for span in address.spans:
            tags[span.start : span.end] = [f"I-{span.label}"] * (span.end - span.start)
            tags[span.start] = f"B-{span.label}"
        trainer.append(pycrfsuite.ItemSequence(_characters(address.text)), tags)
    usual = Fit()
    trainer.set_params({"c1": usual.c1, "c2": usual.c2, "max_iterations": usual.rounds})
    trainer.train(str(path))
    tagger = pycrfsuite.Tagger()
    tagger.open(str(path))

    def label(text: str) -> list[Span]:
        tags = tagger.tag(pycrfsuite.ItemSequence(_characters(text)))
        starts = [i for i, tag in enumerate(tags) if tag[0] != "I"] + [len(tags)]
        return [
            Span(start, end, tags[start][2:])
            for start, end in itertools.pairwise(starts)
            if tags[start] != "O"
        ]

    return label


def _characters(text: str) -> list[list[str]]:
    around = f"  {text}  "
    return [
        [f"{d}={around[i + 2 + d]}" for d in range(-2, 3)]
        + [f"{d}2={around[i + 2 + d : i + 4 + d]}" for d in range(-2, 2)]
        for i in range(len(text))
    ]


def _report(name: str, label: Label, dev: list[LabelledAddress]) -> None:
    started = perf_counter()
    total = score(dev, label)
    milliseconds = (perf_counter() - started) / len(dev) * 1000
    parts = " ".join(f"{one} {score(dev, label, {one}).f1:.2f}" for one in COUNTED)
    print(f"{name:20} F1 {total.f1:.4f}  {milliseconds:.2f} ms each  {parts}")


def _report_waters(path: Path) -> None:
    rows = [json.loads(line) for line in path.read_text("utf-8").splitlines()]
    found = sum(row["river"] in find_places(normalise(row["text"]))[0].address for row in rows)
    print(f"water within the address: {found} of {len(rows)}, {found / len(rows):.3f}")


if __name__ == "__main__":
    main()
