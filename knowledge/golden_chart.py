"""Shows how the golden questions fare: a table with bars, and a picture for a report."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader
from rich.table import Table

from knowledge.golden import Answers, Case, Expected
from knowledge.texts import texts

WIDTH = 30  # characters of a full bar
STEPS = 40  # of the thresholds in the picture
PARTS = {
    Expected.ANSWERABLE: "right",
    Expected.UNANSWERABLE: "refused",
    Expected.OUTDATED: "current",
}
MISSED = {
    Expected.ANSWERABLE: "wrong",
    Expected.UNANSWERABLE: "answered",
    Expected.OUTDATED: "stale",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Scored:
    """A golden question with the probability of its best answer, given or withheld."""

    expected: Expected
    score: float


def scores(answerer: Answers, cases: Sequence[Case]) -> list[Scored]:
    """Return the probability of the best answer to each question."""
    return [
        Scored(
            expected=case.expected,
            score=answerer.answer(case.question, audience=case.audience).score,
        )
        for case in cases
    ]


def table_of(report: Mapping[str, Any]) -> Table:
    """Return the counts of a report as a table with bars."""
    says = texts()
    table = Table(says.command("chart_kind"), says.command("chart_share"), "", box=None)
    for kind, right, asked in _counts(report):
        bar = "█" * round(WIDTH * right / asked)
        table.add_row(kind, f"{right}/{asked}", bar.ljust(WIDTH, "░"))
    return table


def missed_of(report: Mapping[str, Any]) -> list[str]:
    """Return a line for each question that did not end as it must."""
    return [
        texts().command(f"missed_{kind}", question=question)
        for kind, key in MISSED.items()
        for question in report[key]
    ]


def picture_of(report: Mapping[str, Any], scored: Sequence[Scored]) -> str:
    """Return the counts, and what any other threshold would do, as SVG."""
    says = texts()
    bars = [
        {"name": kind, "right": right, "asked": asked, "share": right / asked}
        for kind, right, asked in _counts(report)
    ]
    loader = FileSystemLoader(Path(__file__).parent)
    template = Environment(loader=loader, autoescape=True, trim_blocks=True).get_template(
        "plot.svg"
    )
    top = 110 + 44 * len(bars)
    return template.render(
        title=says.command("chart_title", total=report["total"]),
        curve_title=says.command("chart_curve"),
        bars=bars,
        top=top,
        height=top + 280,
        lines=[
            {
                "name": says.command("chart_answered"),
                "colour": "#0b6656",
                "dash": False,
                "points": _curve([one.score for one in scored if _must_answer(one)]),
            },
            {
                "name": says.command("chart_refused"),
                "colour": "#a03020",
                "dash": True,
                "points": [
                    (x, 1 - y)
                    for x, y in _curve([one.score for one in scored if not _must_answer(one)])
                ],
            },
        ],
    )


def _must_answer(one: Scored) -> bool:
    return one.expected is not Expected.UNANSWERABLE


def _curve(found: Sequence[float]) -> list[tuple[float, float]]:
    """Return the share of scores at or above each threshold."""
    steps = [step / STEPS for step in range(STEPS + 1)]
    return [(at, sum(one >= at for one in found) / max(len(found), 1)) for at in steps]


def _counts(report: Mapping[str, Any]) -> list[tuple[str, int, int]]:
    says = texts()
    return [
        (says.command(f"chart_{kind}"), report[key], report[kind])
        for kind, key in PARTS.items()
        if report[kind]
    ]
