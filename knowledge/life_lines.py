"""How the command line shows gate reports, steps and changes of documents."""

from collections.abc import Callable, Iterator

from rich.text import Text

from knowledge.differences import Change, Difference
from knowledge.gate import Report, Turned
from knowledge.life import Event
from knowledge.texts import texts

STYLES = {Difference.ADDED: "green", Difference.REMOVED: "red", Difference.CHANGED: "yellow"}


def lines_of(report: Report) -> Iterator[str]:
    """Yield the lines of a gate report, as people read it."""
    says = texts()
    yield says.command(
        "gate", asked=report.asked, before=report.right_before, after=report.right_after
    )
    for key, turned in (("gate_lost", report.lost), ("gate_won", report.won)):
        for one in turned:
            yield says.command(key, question=one.question, expected=expectation(one))
            yield says.command("gate_answers", before=_line(one.before), after=_line(one.after))
            if one.cited:
                yield says.command("gate_cited", document=one.cited)


def expectation(turned: Turned) -> str:
    """Return what a golden question asks of its answer."""
    return texts().command(f"expected_{turned.expected}", fact=turned.fact)


def _line(text: str) -> str:
    return " ".join(text.split())


def noted(event: Event) -> str:
    """Return why a step was made, or what was corrected."""
    changes: dict[str, list[str]] = event.as_json()["changes"]
    edited = [
        texts().command("edited", field=texts().label(name), before=old or "—", after=new or "—")
        for name, (old, new) in changes.items()
    ]
    return "；".join(edited) or event.note


def rendered(change: Change) -> Text:
    """Return a changed clause with what is gone in [- -] and what is new in {+ +}."""
    line = Text(texts().label(f"difference_{change.kind}") + " ", style=STYLES[change.kind])
    line.append(" ".join(filter(None, [change.label])) + "｜", style="bold")
    if change.kind is not Difference.CHANGED:
        return line.append(change.before or change.after, style=STYLES[change.kind])
    marks: dict[Difference, Callable[[str], str]] = {
        Difference.ADDED: lambda text: f"{{+{text}+}}",
        Difference.REMOVED: lambda text: f"[-{text}-]",
    }
    for piece in change.pieces:
        mark = marks.get(piece.kind)
        line.append(mark(piece.text) if mark else piece.text, style=STYLES.get(piece.kind, ""))
    return line
