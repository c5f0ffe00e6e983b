"""Facet questions to a table of service items: ``python -m bench.matters``.

``[TABLE] [--questions FILE] [--home FOLDER] [--enquiry] [--missed both]`` are its options.

TABLE is an XLSX, CSV or JSON Lines file, by default the invented one in ``bench/data/matters``.
FILE is JSON Lines or YAML, a list of ``{question, item, facet, values, department?}``:

- ``item`` is the name of the item as in the table, empty where nothing in the table is meant
  (then a shipped item may answer, but none of the table);
- ``facet`` is one of ``knowledge.item.Facet``;
- ``values`` are what the answer has to show, all of them; none where the table does not tell it,
  which the answer then has to say of that item.

An answer is right if it is from that item (and of that department, where one is named), for that
facet, and shows every value. The baseline is BM25 over the flattened rows, then the line of the
best row that shares most with the question. Questions are parted into halves by item.
"""

import argparse
import json
import os
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from statistics import median
from time import perf_counter, thread_time
from typing import Any

import yaml
from rich.console import Console
from rich.progress import track
from rich.table import Table

from knowledge.answer import Answer, Outcome
from knowledge.answerer import Answerer
from knowledge.bm25 import Bm25, bigrams
from knowledge.desk import Desk
from knowledge.item import Facet
from knowledge.library import Library
from knowledge.services import Service
from knowledge.settings import Settings
from knowledge.texts import texts

DATA = Path(__file__).parent / "data" / "matters"
TABLE, QUESTIONS = DATA / "table.csv", DATA / "questions.yml"
SHIPPED = "("  # begins the name of what is no item of the table
PAIRED = {Facet.APPLICANTS, Facet.CONDITIONS, Facet.ONLINE, Facet.VISITS}


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """One question, and what its answer must be from and show."""

    question: str
    item: str = ""
    facet: str = ""
    values: tuple[str, ...] = ()
    department: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """What was answered: the name of the item, the facet, the text, the names of the choices."""

    item: str = ""
    facet: str = ""
    text: str = ""
    choices: tuple[str, ...] = ()
    probability: float = 0.0


@dataclass
class Tally:
    """How the questions of one half fared."""

    asked: int = 0
    right: int = 0
    item: int = 0
    offered: int = 0
    refused: int = 0
    open: int = 0
    open_refused: int = 0
    missed: list[tuple[Case, Reply]] = field(default_factory=list)


def read_cases(path: Path) -> list[Case]:
    """Return the questions of a file."""
    text = path.read_text(encoding="utf-8")
    loaded: list[Mapping[str, Any]] = (
        [json.loads(line) for line in text.splitlines() if line.strip()]
        if path.suffix in {".jsonl", ".ndjson"}
        else yaml.safe_load(text)
    )
    return [
        Case(
            question=one["question"],
            item=one.get("item") or "",
            facet=one.get("facet") or "",
            values=tuple(map(str, one.get("values") or ())),
            department=one.get("department") or "",
        )
        for one in loaded
    ]


def is_right(case: Case, reply: Reply) -> bool:
    """Return whether a reply is from the right item and tells the facet."""
    if not case.item:
        return not reply.item or reply.item.startswith(SHIPPED)
    shown = _plain(reply.text)
    if reply.item != case.item or (case.department and case.department not in reply.text):
        return False
    is_facet = reply.facet in {case.facet, ""} or {case.facet, reply.facet} <= PAIRED
    if not case.values:
        return is_facet and texts().label(case.facet) in reply.text
    return is_facet and all(_plain(value) in shown for value in case.values)


def _plain(text: str) -> str:
    return "".join(text.split())


def tally(cases: Sequence[Case], ask: Callable[[Case], Reply]) -> Tally:
    """Ask every question and count."""
    found = Tally()
    for case in cases:
        reply = ask(case)
        right = is_right(case, reply)
        if not case.item:
            found.open += 1
            found.open_refused += right
        else:
            found.asked += 1
            found.right += right
            found.item += reply.item == case.item
            found.offered += case.item in {reply.item, *reply.choices}
            found.refused += not reply.text
        if not right:
            found.missed.append((case, reply))
    return found


class Asked:
    """Linli, with the processor's time for each question apart from its embedding."""

    def __init__(self, library: Library, *, is_enquiry: bool) -> None:
        self._answerer, self._library = Answerer(library), library
        self._is_enquiry = is_enquiry
        self.seconds: list[float] = []

    def __call__(self, case: Case) -> Reply:
        """Return the answer, as asked a second time."""
        self._answerer.answer(case.question, is_enquiry=self._is_enquiry)  # embeds what it needs
        begun = thread_time()
        answer = self._answerer.answer(case.question, is_enquiry=self._is_enquiry)
        self.seconds.append(thread_time() - begun)
        return self._reply(answer)

    def _reply(self, answer: Answer) -> Reply:
        if answer.outcome is Outcome.NO_EVIDENCE:
            return Reply(probability=answer.score)
        known = self._library.services.get(answer.item or "")
        names = (self._library.services.get(one) for one, _ in answer.choices)
        department = _department(known) if known else ""
        return Reply(
            item=known.name if known else f"{SHIPPED}{answer.item or 'document'})",
            facet=answer.facet or "",
            text=f"{answer.text}\n{department}",
            choices=tuple(one.name for one in names if one),
            probability=answer.score,
        )


def _department(service: Service) -> str:
    return " ".join(one.text for one in service.told(Facet.DEPARTMENT))


class Baseline:
    """BM25 over whole rows; of the best row the line that shares most with the question."""

    def __init__(self, services: Sequence[Service]) -> None:
        self._services = services
        rows = ["\n".join(_lines(one)) for one in services]
        self._bm25 = Bm25(rows)

    def __call__(self, case: Case) -> Reply:
        """Return the best line of the best row."""
        service = self._services[int(self._bm25.scores(case.question).argmax())]
        asked = set(bigrams(case.question))
        best = max(
            service.passages[1:] or service.passages,
            key=lambda one: len(asked & set(bigrams(f"{one.label} {one.text}"))),
        )
        text = f"{best.label}：{best.text}\n{_department(service)}"
        return Reply(item=service.name, facet=best.facet or "", text=text)


def _lines(service: Service) -> Iterator[str]:
    yield service.name
    for one in service.passages[1:]:
        yield f"{one.label.removeprefix(service.name)}：{one.text}"


def opened(table: Path, home: Path, console: Console) -> Library:
    """Return a library with the shipped items and the table, and say how long that took."""
    settings = replace(Settings.from_env(os.environ), home=home, database_url="")
    desk = Desk(settings)
    begun = perf_counter()
    record = desk.add(table, publish=True)
    read = perf_counter()
    desk.build()
    built = perf_counter()
    library = desk.library()
    console.print(
        f"{len(library.services.all)} items, {record.passages} cells; read and stored in "
        f"{read - begun:.1f} s, indexed in {built - read:.1f} s, opened in "
        f"{perf_counter() - built:.1f} s"
    )
    desk.close()
    return library


def halves(cases: Sequence[Case]) -> tuple[list[Case], list[Case]]:
    """Return the questions parted by item, every second item in the second half."""
    items = {
        name: at for at, name in enumerate(dict.fromkeys(one.item for one in cases if one.item))
    }
    parts: tuple[list[Case], list[Case]] = ([], [])
    for at, one in enumerate(cases):
        parts[items.get(one.item, at) % 2].append(one)
    return parts


def main() -> None:
    """Ask, and print how both fared."""
    parser = argparse.ArgumentParser(prog="python -m bench.matters", description=__doc__)
    parser.add_argument("table", nargs="?", type=Path, default=TABLE)
    parser.add_argument("--questions", type=Path, default=QUESTIONS)
    parser.add_argument("--home", type=Path, help="a folder in which the index is kept")
    parser.add_argument("--enquiry", action="store_true", help="as where a question is certain")
    parser.add_argument("--missed", choices=("first", "second", "both"), help="print them")
    arguments = parser.parse_args()
    console = Console(highlight=False, soft_wrap=True)
    with tempfile.TemporaryDirectory() as folder:
        library = opened(arguments.table, arguments.home or Path(folder), console)
        asked = Asked(library, is_enquiry=arguments.enquiry)
        baseline = Baseline(library.services.all)
        report(read_cases(arguments.questions), asked, baseline, console, arguments.missed or "")


def report(
    cases: Sequence[Case], asked: Asked, baseline: Baseline, console: Console, missed: str
) -> None:
    """Print the table, the time, and the questions that were missed."""
    table = Table(
        "half",
        "who",
        "right item and facet",
        "right item",
        "offered",
        "refused",
        "open left alone",
    )
    for name, half in zip(("first", "second"), halves(cases), strict=True):
        for who, ask in (("Linli", asked), ("BM25, best line", baseline)):
            found = tally(list(track(half, console=console, transient=True)), ask)
            table.add_row(name, who, *_figures(found))
            if who == "Linli" and missed in {name, "both"}:
                for case, reply in found.missed:
                    console.print(
                        f"{case.question} | {case.item} {case.facet} → {reply.item} "
                        f"{reply.facet} {reply.probability:.2f} {list(reply.choices)}",
                        markup=False,
                    )
    console.print(table)
    seconds = sorted(asked.seconds)
    console.print(
        f"{len(seconds)} questions, processor's time without embedding: "
        f"median {1000 * median(seconds):.0f} ms, "
        f"p95 {1000 * seconds[int(0.95 * len(seconds))]:.0f} ms"
    )


def _figures(found: Tally) -> Iterator[str]:
    for part, whole in (
        (found.right, found.asked),
        (found.item, found.asked),
        (found.offered, found.asked),
        (found.refused, found.asked),
        (found.open_refused, found.open),
    ):
        yield f"{part / whole:.3f} of {whole}" if whole else "–"


if __name__ == "__main__":
    main()
