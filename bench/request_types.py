"""What kind of request a message is: recall and precision of each of the six kinds.

``python -m bench.request_types [--jsonl FILE]`` reads sentences that were written after the rules
and examples, or lines ``{"text", "label"}`` of a data set with Chinese labels.
The baseline says of everything that it is the commonest kind; beside it stand the words alone.
"""

import argparse
import json
import os
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path

import yaml
from rich.console import Console
from rich.table import Table
from sklearn.metrics import precision_recall_fscore_support

from actions.tickets.categories import load_categories
from actions.tickets.names import load_names
from actions.tickets.ticket import RequestType
from actions.understanding.normalise import normalise
from actions.understanding.request_type import RequestTypeReader, request_type_of, told_problems
from knowledge.desk import open_answerer
from knowledge.settings import Settings

HELD_OUT = Path(__file__).parent / "data" / "request_types" / "held-out.yml"
HOME = {"LINLI_HOME": str(Path(__file__).parents[1] / "var")}
Labelled = tuple[str, RequestType]


def main() -> None:
    """Judge each sentence and print a table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--jsonl", type=Path, help="a labelled data set instead")
    parser.add_argument("--misses", action="store_true", help="print what was taken for another")
    wanted = parser.parse_args()
    rows = list(read_lines(wanted.jsonl) if wanted.jsonl else read_sentences())
    settings = Settings.from_env({**os.environ, **({} if "LINLI_HOME" in os.environ else HOME)})
    embed = open_answerer(settings).embedder.embed_queries
    reader = RequestTypeReader(embed, told_problems(load_categories()))
    for name, read in (("words", request_type_of), ("words and meaning", reader.read)):
        found = [read(normalise(text)) for text, _ in rows]
        report(name, rows, found)
    if wanted.misses:
        for (text, kind), got in zip(rows, found, strict=True):
            if kind is not got:
                print(kind.value, "←", got.value, text[:60])


def read_sentences() -> Iterator[Labelled]:
    """Yield our own sentences."""
    loaded = yaml.safe_load(HELD_OUT.read_text("utf-8"))
    for kind, sentences in loaded.items():
        for text in sentences:
            yield text, RequestType(kind)


def read_lines(path: Path) -> Iterator[Labelled]:
    """Yield the rows of a data set whose labels are the Chinese names of the kinds."""
    kinds = {name: RequestType(code) for code, name in load_names()["request_types"].items()}
    for line in path.read_text("utf-8").splitlines():
        row = json.loads(line)
        if row["label"] in kinds:
            yield row["text"], kinds[row["label"]]


def report(name: str, rows: Iterable[Labelled], found: list[RequestType]) -> None:
    """Print recall, precision and F1 of each kind, their mean, and the baseline's."""
    true = [kind.value for _, kind in rows]
    got = [kind.value for kind in found]
    kinds = [kind.value for kind in RequestType if kind.value in true]
    table = Table("kind", "rows", "precision", "recall", "F1", title=name)
    precision, recall, score, rows_of = precision_recall_fscore_support(
        true, got, labels=kinds, zero_division=0.0
    )
    for position, kind in enumerate(kinds):
        values = (f"{one[position]:.2f}" for one in (precision, recall, score))
        table.add_row(kind, str(rows_of[position]), *values)
    right = sum(a == b for a, b in zip(true, got, strict=True)) / len(true)
    commonest, count = Counter(true).most_common(1)[0]
    console = Console(highlight=False)
    console.print(table)
    console.print(f"macro-F1 {sum(score) / len(score):.3f}, right {right:.3f} of {len(true)}")
    console.print(f"baseline, always {commonest}: right {count / len(true):.3f}")


if __name__ == "__main__":
    main()
