"""The golden questions are shown as a table in the terminal and as a picture in a file."""

from xml.etree import ElementTree

from rich.console import Console

from knowledge.answer import Answer, Outcome
from knowledge.golden import Case, Expected, run_golden
from knowledge.golden_chart import missed_of, picture_of, scores, table_of
from knowledge.item import Audience, Citation

SVG = "{http://www.w3.org/2000/svg}"
CASES = [
    Case(question="几点开门", expected=Expected.ANSWERABLE, fact="9点"),
    Case(question="几点关门", expected=Expected.ANSWERABLE, fact="17点"),
    Case(question="明天下雨吗", expected=Expected.UNANSWERABLE),
    Case(question="周六开门吗", expected=Expected.OUTDATED, stale="不开"),
]


class Clerk:
    """Says 上午9点 to everything, more or less surely."""

    def answer(
        self, question: str, *, audience: Audience = Audience.PUBLIC, item: str | None = None
    ) -> Answer:
        said = Citation(
            document="公告",
            clause="",
            quote="9点",
            text="9点",
            source="",
            checked="",
            passage="a:0",
        )
        score = 0.9 if "开门" in question else 0.2
        return Answer(outcome=Outcome.ANSWER, text="9点", citations=(said,), score=score)


def test_the_table_counts_each_kind() -> None:
    console = Console(width=80)
    with console.capture() as shown:
        console.print(table_of(run_golden(Clerk(), CASES)))

    counts = [line.split()[1] for line in shown.get().splitlines()[1:]]
    assert counts == ["1/2", "0/1", "1/1"]


def test_what_is_missed_is_named() -> None:
    lines = missed_of(run_golden(Clerk(), CASES))

    assert ["几点关门" in lines[0], "明天下雨吗" in lines[1], len(lines)] == [True, True, 2]


def test_the_picture_is_drawn_to_scale() -> None:
    picture = ElementTree.fromstring(
        picture_of(run_golden(Clerk(), CASES), scores(Clerk(), CASES))
    )

    bars = [rect.get("width") for rect in picture.iter(f"{SVG}rect")]
    lines = [line.get("points", "").split() for line in picture.iter(f"{SVG}polyline")]
    assert bars == ["640", "380", "190.0", "380", "0.0", "380", "380.0"]
    assert [len(points) for points in lines] == [41, 41]
    assert lines[0][0] == "0.0,0.0"  # from a threshold of nothing everything is answered
    assert lines[1][-1] == "500.0,0.0"  # and at certainty everything is refused
