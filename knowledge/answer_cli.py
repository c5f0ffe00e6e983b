"""The command line of receipts: verify an answer, tell people of a change, let a person answer."""

import getpass
from dataclasses import asdict
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Annotated, Any
from zoneinfo import ZoneInfo

import typer

from knowledge.cli import JsonOption, _clear_errors, _say, _settings, _write, knowledge_app
from knowledge.corrections import Correction, Corrections
from knowledge.counter import Counter, open_counter
from knowledge.gaps import Gaps
from knowledge.newsroom import Newsroom
from knowledge.questions_service import gap_json
from knowledge.receipts import grouped
from knowledge.texts import texts
from knowledge.verification import Basis, ClauseVerdict, Match, Verdict, verify

HERE = ZoneInfo("Asia/Shanghai")
answer_app = typer.Typer(help="回答凭据：核对一次回答，更正告诉过的内容", no_args_is_help=True)


class Switch(StrEnum):
    """Whether a person answers."""

    ON = "on"
    OFF = "off"


@answer_app.command("verify")
def verify_answer(
    receipt: Annotated[str, typer.Argument(help="回答里的凭据号")],
    question: Annotated[str | None, typer.Option(help="当时的原话")] = None,
    as_json: JsonOption = False,
) -> None:
    """核对一张凭据：问题是否一致，条款是否变过，能否重现."""
    with _clear_errors():
        counter = open_counter(_settings())
        verdict = verify(counter.desk, counter.receipts, receipt, question)
        counter.close()
    _say(as_json_values(verdict), "\n".join(lines_of(verdict)), as_json=as_json)
    if verdict.is_told_again is False or verdict.question is Match.OTHER:
        raise typer.Exit(2)


@answer_app.command("told")
def told(
    name: Annotated[
        str, typer.Argument(help="条款、文档编号、文件名、标题或条目；不写则列出全部")
    ] = "",
    send: Annotated[bool, typer.Option("--send", help="把更正发给告诉过的人，每人一次")] = False,
    as_json: JsonOption = False,
) -> None:
    """列出告诉过居民、现在已变或失效的条款；加 --send 发出更正."""
    with _clear_errors():
        counter = open_counter(_settings())
        settings = _settings()
        corrections = Corrections(counter.desk, counter.receipts, counter.notes)
        due = corrections.due(name)
        count = 0
        if send:
            newsroom = Newsroom(settings.gateway_url, settings.internal_token)
            count = corrections.send(due, newsroom, datetime.now(UTC))
        counter.close()
    if as_json:
        _write([_correction_values(one) for one in due])
        return
    for correction in due:
        typer.echo(_correction_line(correction))
        if not send:
            waiting = len(correction.conversations) - correction.informed
            letter = correction.letter(correction.told_at)
            typer.echo(texts().command("preview", people=waiting, letter=letter))
    closing = texts().command("sent", count=count) if send else ""
    typer.echo(closing if due else texts().command("nobody_told"))


@answer_app.command("forget")
def forget(
    days: Annotated[int, typer.Option(min=1, help="早于多少天的凭据")] = 365,
) -> None:
    """从旧凭据里去掉对话编号；凭据仍可核对，但不再能通知到人."""
    with _clear_errors():
        counter = open_counter(_settings())
        count = counter.receipts.forget(datetime.now(UTC) - timedelta(days=days))
        counter.close()
    typer.echo(texts().command("forgotten", count=count))


@knowledge_app.command("ask-person")
def ask_person(
    name: Annotated[str, typer.Argument(help="条目、文档编号或类别；不写则列出")] = "",
    switch: Annotated[Switch, typer.Argument(help="on 改由人答复，off 恢复")] = Switch.ON,
    as_json: JsonOption = False,
) -> None:
    """让一个事项改由人答复，下一个问题起生效."""
    with _clear_errors():
        counter = open_counter(_settings())
        if name:
            is_on = switch is Switch.ON
            topic = counter.topics.switch(
                name, is_on=is_on, operator=getpass.getuser(), now=datetime.now(UTC)
            )
            sentence = texts().command(f"topic_{switch}", title=topic.title)
            _say(
                {"name": topic.name, "title": topic.title, "on": is_on}, sentence, as_json=as_json
            )
        else:
            _list_topics(counter, as_json=as_json)
        counter.close()


def _list_topics(counter: Counter, *, as_json: bool) -> None:
    topics = counter.topics.switched()
    if as_json:
        _write([asdict(topic) | {"since": topic.since.isoformat()} for topic in topics])
        return
    for topic in topics:
        shown = asdict(topic) | {"since": _local(topic.since)}
        typer.echo(texts().command("topic", **shown))
    if not topics:
        typer.echo(texts().command("no_topics"))


@knowledge_app.command("gaps")
def gaps(
    weeks: Annotated[int, typer.Option(min=1, help="最近多少周")] = 12,
    as_json: JsonOption = False,
) -> None:
    """列出知识缺口：没有答上的和不满意的问题，按意思归并."""
    with _clear_errors():
        counter = open_counter(_settings())
        since = datetime.now(UTC) - timedelta(weeks=weeks)
        found = Gaps(counter.desk, counter.notes).open(since=since)
        counter.close()
    if as_json:
        _write([gap_json(one) for one in found])
        return
    says = texts()
    for gap in found:
        shown = {"count": gap.count, "unanswered": gap.unanswered, "disliked": gap.disliked}
        typer.echo(says.command("gap", question=gap.question, **shown))
        for question in gap.others:
            typer.echo(says.command("gap_other", question=question))
        counted = (says.command("gap_week", day=day, count=count) for day, count in gap.weeks)
        joined = says.sentence("joiner").join(counted)
        typer.echo(says.command("gap_weeks", weeks=joined))
    if not found:
        typer.echo(says.command("no_gaps"))


def lines_of(verdict: Verdict) -> list[str]:
    """Return a verdict as people read it."""
    says, receipt = texts(), verdict.receipt
    outcome = "held" if receipt.held else receipt.outcome.value
    lines = [
        says.verdict(
            "head",
            number=grouped(receipt.id),
            at=_local(receipt.at),
            outcome=says.verdict(f"outcome_{outcome}"),
        ),
        says.verdict(f"question_{verdict.question}"),
        says.verdict(f"basis_{verdict.basis}", snapshot=receipt.snapshot),
        *([] if verdict.has_same_thresholds else [says.verdict("thresholds")]),
        *(_clause_line(one) for one in verdict.clauses),
        *([says.verdict("rephrased")] if receipt.is_rephrased else []),
    ]
    return [*lines, says.verdict(_conclusion(verdict))]


def _conclusion(verdict: Verdict) -> str:
    if verdict.question is Match.OTHER:
        return "not_asked_other"
    if verdict.receipt.held:
        return "not_asked_held"
    if verdict.is_told_again is None:
        return "not_asked"
    if verdict.is_told_again:
        return "told_again" if verdict.clauses else "refused_again"
    is_same = all(clause.fate == "same" for clause in verdict.clauses)
    return "told_otherwise_same" if is_same else "told_otherwise"


def _clause_line(clause: ClauseVerdict) -> str:
    named = texts().sentence("document", title=clause.document) + clause.label
    key = f"clause_{clause.fate}"
    return texts().verdict(key, clause=named, then=clause.quote, now=clause.now)


def as_json_values(verdict: Verdict) -> dict[str, Any]:
    """Return a verdict for programs."""
    receipt = verdict.receipt
    return {
        "receipt": grouped(receipt.id),
        "at": receipt.at.isoformat(),
        "outcome": receipt.outcome.value,
        "held": receipt.held,
        "index": receipt.snapshot,
        "model": receipt.model,
        "thresholds": dict(receipt.thresholds),
        "question": verdict.question.value,
        "basis": verdict.basis.value,
        "same_thresholds": verdict.has_same_thresholds,
        "told_again": verdict.is_told_again,
        "is_kept_index": verdict.basis is not Basis.NEWER,
        "clauses": [asdict(clause) for clause in verdict.clauses],
    }


def _correction_line(correction: Correction) -> str:
    says = texts()
    return says.command(
        "told",
        clause=says.sentence("document", title=correction.document) + correction.label,
        hash=correction.clause[:12],
        fate=says.command(f"fate_{correction.fate}"),
        people=len(correction.conversations),
        informed=correction.informed,
    )


def _correction_values(correction: Correction) -> dict[str, Any]:
    """Return a correction for programs; whom it concerns is a number, not a list."""
    return {
        "clause": correction.clause,
        "document": correction.document,
        "label": correction.label,
        "fate": correction.fate.value,
        "people": len(correction.conversations),
        "informed": correction.informed,
        "letter": correction.letter(correction.told_at),
    }


def _local(moment: datetime) -> str:
    return moment.astimezone(HERE).strftime("%Y-%m-%d %H:%M")
