"""The command line of documents: add, review, compare, publish through the gate, withdraw."""

import getpass
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console

from knowledge.cli import (
    AudienceOption,
    JsonOption,
    _clear_errors,
    _progress,
    _say,
    _settings,
    _write,
)
from knowledge.cli import knowledge_app as knowledge_app  # with the commands of this module
from knowledge.desk import Desk
from knowledge.differences import Difference
from knowledge.errors import KnowledgeError
from knowledge.item import Audience
from knowledge.life import DocumentStatus, Move, moved
from knowledge.life_lines import lines_of, noted, rendered
from knowledge.publishing import Publishing
from knowledge.reading.columns import named_columns
from knowledge.reading.folders import check_name, documents_in
from knowledge.record import DocumentRecord
from knowledge.texts import texts

DocumentArgument = Annotated[str, typer.Argument(help="文档编号、文件名或标题")]
OverrideOption = Annotated[
    str, typer.Option("--override", help="门禁不通过也发布的理由，记入历史")
]
NoteOption = Annotated[str, typer.Option("--note", help="为什么，记入历史")]
ByOption = Annotated[str, typer.Option("--by", help="经办人，默认是登录这台机器的用户")]
_LEFT_ALONE = {
    DocumentStatus.REPLACED: "not_again",
    DocumentStatus.EXPIRED: "not_again",
    DocumentStatus.APPROVED: "waits",
}


@contextmanager
def _publishing() -> Iterator[Publishing]:
    """Open the desk, tell errors in one sentence, and close it."""
    with _clear_errors(), _progress() as show:
        desk = Desk(_settings(), progress=show)
        try:
            yield Publishing(desk)
        finally:
            desk.close()


def _actor(by: str) -> str:
    return by.strip() or getpass.getuser()


@knowledge_app.command("add")
def add(  # noqa: PLR0913, PLR0917 - one option for each detail
    files: Annotated[list[Path], typer.Argument(help="要添加的文件或文件夹")],
    audience: AudienceOption = Audience.PUBLIC,
    publish: Annotated[
        bool, typer.Option("--publish", help="管理员不经审核直接发布；仍要通过门禁，一起发布")
    ] = False,
    override: OverrideOption = "",
    series: Annotated[str, typer.Option("--of", help="这是哪份文档的新版本")] = "",
    columns: Annotated[
        Path | None, typer.Option(help="对照表（YAML），说明办事事项表的各列是什么")
    ] = None,
    by: ByOption = "",
    as_json: JsonOption = False,
) -> None:
    """添加文档（Markdown、TXT、HTML、DOCX、PDF、XLSX、CSV、JSONL）；同名文件是新版本."""
    if override and not publish:
        raise typer.BadParameter(texts().command("override_alone"))
    actor, records, failed = _actor(by), [], 0
    added: dict[str, Path] = {}
    with _publishing() as publishing:
        named = named_columns(columns) if columns else {}
        for file in documents_in(files):
            try:
                check_name(file, added)
                record = publishing.desk.add(
                    file, audience=audience, actor=actor, series=series, columns=named
                )
            except KnowledgeError as error:
                failed = 1
                _warn(texts().command("skipped", reason=error))
                continue
            records.append(record)
            added[file.name] = file
            _caution(publishing, record, audience)
            if not (publish and as_json):
                _say(record.as_json(), texts().command("added", **_shown(record)), as_json=as_json)
        if publish and not _published(publishing, records, actor, override, as_json=as_json):
            failed = 2
    if failed:
        raise typer.Exit(failed)


def _caution(publishing: Publishing, record: DocumentRecord, wanted: Audience) -> None:
    """Say what is not as whoever added a document may think."""
    for sentence in publishing.desk.documents.cautions(record.number):
        _warn(sentence)
    if publishing.desk.documents.is_recognised(record.number):
        _warn(texts().command("recognised", **_shown(record)))
    if record.audience is not wanted:
        _warn(texts().command("stays_for_workers", **_shown(record)))


def _published(
    publishing: Publishing,
    records: Sequence[DocumentRecord],
    actor: str,
    override: str,
    *,
    as_json: bool,
) -> bool:
    """Publish what was added, together; say what came of it, and return whether it is.

    What a person has withdrawn, replaced or approved for its day since it came stays so.
    """
    drafts = [
        one for one in records if one.status in {DocumentStatus.DRAFT, DocumentStatus.REVIEW}
    ]
    for one in records:
        key = _LEFT_ALONE.get(one.status)
        if key:
            _warn(texts().command(key, **_shown(one)))
        if one not in drafts and as_json:
            _write(one.as_json())
    if not drafts:
        publishing.desk.build()
        return True
    attempts = publishing.publish_at_once(drafts, actor=actor, override=override)
    report = attempts[0].report
    if not as_json:
        typer.echo("\n".join(lines_of(report)))
    for draft, attempt in zip(drafts, attempts, strict=True):
        key = "published" if attempt.is_published else "blocked"
        told = attempt.record.as_json() | {"gate": report.as_json()}
        _say(told, texts().command(key, **_shown(attempt.record)), as_json=as_json)
        if draft.expires != attempt.record.expires:
            _warn(texts().command("laid_aside", title=draft.title, date=draft.expires))
    return all(attempt.is_published for attempt in attempts)


@knowledge_app.command("list")
def list_documents(
    removed: Annotated[bool, typer.Option("--removed", help="也列出已移除的")] = False,
    as_json: JsonOption = False,
) -> None:
    """列出添加过的文档和各个版本."""
    with _clear_errors():
        desk = Desk(_settings())
        records = desk.documents.records(with_removed=removed)
        desk.close()
    if as_json:
        _write([record.as_json() for record in records])
        return
    for record in records:
        typer.echo(texts().command("listed", **_shown(record)))
    if not records:
        typer.echo(texts().command("nothing"))


@knowledge_app.command("show")
def show_document(document: DocumentArgument, as_json: JsonOption = False) -> None:
    """显示一份文档的信息和解析出的条款."""
    with _publishing() as publishing:
        documents = publishing.desk.documents
        record = documents.find(document)
        sections = documents.sections(record.number)
        silenced = publishing.silenced_by(record)
    if as_json:
        clauses = [
            {"label": one.label, "context": one.context, "text": one.text} for one in sections
        ]
        _write(record.as_json() | {"clauses": clauses, "items": silenced})
        return
    for name in record.terms.__slots__:
        typer.echo(f"{texts().label(name)}：{getattr(record, name) or '—'}")
    typer.echo(texts().command("listed", **_shown(record)))
    if silenced:
        typer.echo(texts().command("silenced", items="、".join(silenced)))
    for one in sections:
        typer.echo(f"  {' '.join(filter(None, [one.context, one.label]))}｜{one.text}")


@knowledge_app.command("edit")
def edit(  # noqa: PLR0913, PLR0917 - one option for each detail
    document: DocumentArgument,
    title: Annotated[str | None, typer.Option(help="标题")] = None,
    official_number: Annotated[str | None, typer.Option(help="文号")] = None,
    issuer: Annotated[str | None, typer.Option(help="发布机构")] = None,
    issued: Annotated[str | None, typer.Option(help="发布日期，如 2026-01-31")] = None,
    effective: Annotated[str | None, typer.Option(help="施行日期")] = None,
    expires: Annotated[str | None, typer.Option(help="失效日期（最后有效的一天）")] = None,
    area: Annotated[str | None, typer.Option(help="适用地区，如 江苏省南京市和平街道")] = None,
    owner: Annotated[str | None, typer.Option(help="责任人")] = None,
    audience: Annotated[Audience | None, typer.Option(help="public 或 worker")] = None,
    by: ByOption = "",
    as_json: JsonOption = False,
) -> None:
    """在发布前改正文档的信息；改了什么记入历史."""
    given = {
        "title": title, "official_number": official_number, "issuer": issuer, "issued": issued,
        "effective": effective, "expires": expires, "area": area, "owner": owner,
        "audience": audience,
    }  # fmt: skip
    changes: dict[str, Any] = {name: value for name, value in given.items() if value is not None}
    with _publishing() as publishing:
        desk = publishing.desk
        terms = replace(desk.documents.find(document).terms, **changes)
        record = desk.documents.edit(document, terms, actor=_actor(by), now=desk.clock())
    _say(record.as_json(), texts().command("listed", **_shown(record)), as_json=as_json)


def _add_move(name: str, move: Move, explained: str) -> None:
    """Give a step that publishes nothing its command."""

    @knowledge_app.command(name, help=explained)
    def step(
        document: DocumentArgument,
        note: NoteOption = "",
        by: ByOption = "",
        as_json: JsonOption = False,
    ) -> None:
        with _publishing() as publishing:
            record = publishing.move(document, move, actor=_actor(by), note=note)
        sentence = "removed" if move is Move.REMOVE else "moved"
        _say(record.as_json(), texts().command(sentence, **_shown(record)), as_json=as_json)


_add_move("submit", Move.SUBMIT, "提交审核")
_add_move("return", Move.RETURN, "退回修改")
_add_move("approve", Move.APPROVE, "批准一份还没到施行日期的待审文档，到那一天自动发布")
_add_move("unpublish", Move.UNPUBLISH, "撤回发布，之后的回答不再引用它，可修改后再发布")
_add_move("expire", Move.EXPIRE, "宣布失效，之后的回答不再引用它")
_add_move("remove", Move.REMOVE, "移除文档，之后的回答不再引用它")
_add_move("restore", Move.RESTORE, "把已失效或已移除的文档恢复为草稿")


@knowledge_app.command("publish")
def publish_document(
    document: DocumentArgument,
    note: NoteOption = "",
    override: OverrideOption = "",
    by: ByOption = "",
    as_json: JsonOption = False,
) -> None:
    """发布一份草稿或待审的文档：示例问题有一个不如现在就不发布."""
    _publish(document, Move.PUBLISH, note, override, by, as_json=as_json)


@knowledge_app.command("rollback")
def roll_back(
    document: Annotated[str, typer.Argument(help="要恢复发布的旧版本的编号")],
    note: NoteOption = "",
    override: OverrideOption = "",
    by: ByOption = "",
    as_json: JsonOption = False,
) -> None:
    """重新发布旧版本，现在的版本随之停用."""
    _publish(document, Move.ROLL_BACK, note, override, by, as_json=as_json)


def _publish(
    document: str, move: Move, note: str, override: str, by: str, *, as_json: bool
) -> None:
    with _publishing() as publishing:
        desk, actor = publishing.desk, _actor(by)
        record = desk.documents.find(document, move, Move.SUBMIT)
        if move is Move.PUBLISH and record.status is DocumentStatus.DRAFT:
            record = publishing.move(record.number, Move.SUBMIT, actor=actor)
        moved(record.status, move)
        attempt = publishing.publish(record.number, actor=actor, note=note, override=override)
    if as_json:
        _write(attempt.record.as_json() | {"gate": attempt.report.as_json()})
    else:
        key = "published" if attempt.is_published else "blocked"
        typer.echo("\n".join(lines_of(attempt.report)))
        typer.echo(texts().command(key, **_shown(attempt.record)))
    if not attempt.is_published:
        raise typer.Exit(2)


@knowledge_app.command("check")
def check(document: DocumentArgument, by: ByOption = "", as_json: JsonOption = False) -> None:
    """只运行门禁，不发布：示例问题在现在的索引和发布后的索引上各问一遍."""
    with _publishing() as publishing:
        report = publishing.check(document, actor=_actor(by))
    _say(report.as_json(), "\n".join(lines_of(report)), as_json=as_json)
    if report.lost:
        raise typer.Exit(2)


@knowledge_app.command("history")
def history(document: DocumentArgument, as_json: JsonOption = False) -> None:
    """显示一份文档各版本经过了谁的手."""
    with _publishing() as publishing:
        documents = publishing.desk.documents
        events = documents.history(documents.find(document).series)
    if as_json:
        _write([event.as_json() for event in events])
        return
    for event in events:
        line = texts().command(
            "event",
            at=event.at.astimezone().strftime("%Y-%m-%d %H:%M"),
            version=event.version,
            move=texts().label(f"move_{event.move}"),
            actor=texts().label("system") if event.actor == "system" else event.actor,
            note=noted(event),
        )
        typer.echo(line.rstrip())


@knowledge_app.command("diff")
def diff(
    document: DocumentArgument,
    earlier: Annotated[str, typer.Option("--from", help="与哪个版本比较，默认与现行版本")] = "",
    as_json: JsonOption = False,
) -> None:
    """逐条显示两个版本的不同."""
    with _publishing() as publishing:
        before, changes = publishing.changes(document, earlier)
    if as_json:
        _write({
            "before": before.number if before else None,
            "changes": [change.as_json() for change in changes],
        })  # fmt: skip
        return
    console = Console(soft_wrap=True)
    shown = [change for change in changes if change.kind is not Difference.SAME]
    for change in shown:
        console.print(rendered(change))
    counts = {kind.value: sum(change.kind is kind for change in changes) for kind in Difference}
    typer.echo(texts().command("differences", **counts))


def _warn(sentence: str) -> None:
    Console(stderr=True, soft_wrap=True).print(sentence, markup=False, style="red")


def _shown(record: DocumentRecord) -> dict[str, object]:
    says = texts()
    ends = says.command("ends", date=record.expires) if record.expires else ""
    return record.as_json() | {
        "status": says.label(record.status),
        "audience": says.label(record.audience),
        "ends": ends,
        "where": f"，{record.area}" if record.area else "",
    }
