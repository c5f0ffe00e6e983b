"""The command line of the knowledge base; ``linli`` mounts what is here."""

import json
import os
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

from knowledge.answer import Answer
from knowledge.counter import open_counter
from knowledge.desk import Desk, open_answerer
from knowledge.errors import KnowledgeError
from knowledge.item import Audience
from knowledge.settings import Settings
from knowledge.texts import texts

knowledge_app = typer.Typer(help="知识库：添加、发布、移除文档，重建索引", no_args_is_help=True)
eval_app = typer.Typer(help="评测：示例问题与检索", invoke_without_command=True)

AudienceOption = Annotated[Audience, typer.Option(help="public 居民可见，worker 仅工作人员可见")]
JsonOption = Annotated[bool, typer.Option("--json", help="只输出 JSON")]


@contextmanager
def _progress() -> Iterator[Callable[[int, int], None]]:
    """Show a bar on standard error while there is something to embed."""
    console = Console(stderr=True)
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    with Progress(*columns, console=console, transient=True) as bar:
        task = bar.add_task(texts().command("embedding"), total=None, visible=False)

        def show(done: int, total: int) -> None:
            bar.update(task, completed=done, total=total, visible=total > 0)

        yield show


@contextmanager
def _clear_errors() -> Iterator[None]:
    """Turn this package's errors into one sentence on standard error."""
    try:
        yield
    except KnowledgeError as error:
        Console(stderr=True, soft_wrap=True).print(str(error), markup=False, style="red")
        raise typer.Exit(1) from error


def _settings() -> Settings:
    return Settings.from_env(os.environ)


@knowledge_app.command("build")
def build(as_json: JsonOption = False) -> None:
    """重建索引；没有变化的文字不会重新计算."""
    with _clear_errors(), _progress() as show:
        desk = Desk(_settings(), progress=show)
        name = desk.build()
        snapshot = desk.snapshots.load(name)
        desk.close()
    built = {
        "index": name,
        "passages": len(snapshot.passages),
        "rows": len(snapshot.rows),
        "model": desk.embedder.model_id,
    }
    _say(built, texts().command("built", **built), as_json=as_json)


@knowledge_app.command("seed", hidden=True)
def seed() -> None:
    """（开发用）更新随附条目的向量文件."""
    from knowledge.open_questions import open_texts
    from knowledge.passages import passages_of_items
    from knowledge.seed import write_seed
    from knowledge.snapshot import rows_of
    from knowledge.vectors import text_key

    with _clear_errors(), _progress() as show:
        desk = Desk(_settings(), progress=show)
        wanted, _ = rows_of(passages_of_items(desk.items))
        wanted = list(dict.fromkeys([*wanted, *open_texts()]))
        vectors = desk.snapshots.vectors.vectors(wanted, desk.embedder, show)
        write_seed(desk.embedder.model_id, [text_key(text) for text in wanted], vectors)


def _say(value: object, sentence: str, *, as_json: bool) -> None:
    if as_json:
        _write(value)
    else:
        typer.echo(sentence)


def _write(value: object) -> None:
    sys.stdout.write(json.dumps(value, ensure_ascii=False) + "\n")
    sys.stdout.flush()


def ask(
    question: Annotated[str | None, typer.Argument(help="问题")] = None,
    audience: AudienceOption = Audience.PUBLIC,
    as_json: JsonOption = False,
    jsonl: Annotated[
        bool, typer.Option("--jsonl", help='从标准输入逐行读 {"id", "text"}，逐行输出')
    ] = False,
) -> None:
    """问一个问题，得到带出处的回答."""
    if question is None and not jsonl:
        raise typer.BadParameter(texts().command("no_question"))
    with _clear_errors():
        with _progress() as show:
            answerer = open_counter(_settings(), progress=show)
        if jsonl:
            for name, text in read_lines(sys.stdin):
                found = answerer.answer(text, audience=audience)
                _write({"id": name} | as_contract(found))
        elif question is not None:
            found = answerer.answer(question, audience=audience)
            _say(as_contract(found), found.text, as_json=as_json)
        answerer.close()


def read_lines(lines: Iterable[str]) -> Iterator[tuple[object, str]]:
    """Yield (id, text) of each line of JSON.

    Raises:
        typer.BadParameter: a line is no such object; the message gives its number only.
    """
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            record = json.loads(line)
            name, text = record["id"], record["text"]
        except (ValueError, KeyError, TypeError) as error:
            raise typer.BadParameter(texts().command("bad_line", line=number)) from error
        yield name, str(text)


def as_contract(answer: Answer) -> dict[str, object]:
    """Return an answer as the JSON that other programs rely on."""
    return {
        "outcome": str(answer.outcome),
        "text": answer.text,
        "citations": [asdict(citation) for citation in answer.citations],
        "score": round(answer.score, 4),
        "item": answer.item,
        "facet": answer.facet,
        "choices": [{"item": item, "title": title} for item, title in answer.choices],
    }


@eval_app.callback()
def evaluate(
    context: typer.Context,
    plot: Annotated[
        Path | None, typer.Option(help="图（SVG）存到哪里，默认 LINLI_HOME/eval.svg")
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """运行示例问题，给出表和图（子命令 retrieval 评测任意检索数据集）."""
    if context.invoked_subcommand is not None:
        return
    from knowledge.golden import golden_cases, run_golden
    from knowledge.golden_chart import missed_of, picture_of, scores, table_of

    with _clear_errors():
        settings = _settings()
        with _progress() as show:
            answerer = open_answerer(settings, progress=show)
        cases = golden_cases(settings.home)
        report = run_golden(answerer, cases)
        path = plot or settings.home / "eval.svg"
        path.write_text(picture_of(report, scores(answerer, cases)), encoding="utf-8")
        answerer.close()
    if as_json:
        _write(report | {"plot": str(path)})
        return
    typer.echo(texts().command("golden", **report))
    Console(soft_wrap=True).print(table_of(report))
    for line in [*missed_of(report), texts().command("chart_written", path=path)]:
        typer.echo(line)


@eval_app.command("retrieval")
def retrieval(
    corpus: Annotated[Path, typer.Option(help="JSONL，每行 {id, text}")],
    queries: Annotated[Path, typer.Option(help="JSONL，每行 {id, text}")],
    qrels: Annotated[Path, typer.Option(help="TSV，表头 query-id corpus-id score")],
    as_json: JsonOption = False,
) -> None:
    """评测检索：BM25、向量、混合."""
    from knowledge.collection import read_collection
    from knowledge.embedder import open_embedder
    from knowledge.evaluation import evaluate_retrieval

    with _clear_errors(), _progress() as show:
        collection = read_collection(corpus, queries, qrels)
        for notice in collection.notices:
            typer.echo(notice, err=True)
        settings = _settings()
        settings.home.mkdir(parents=True, exist_ok=True)
        report = evaluate_retrieval(
            collection, open_embedder(settings), settings.home / "index", show
        )
    if as_json:
        _write(report)
        return
    for name, measures in report.items():
        typer.echo(
            name.ljust(8) + "  ".join(f"{key} {value:.3f}" for key, value in measures.items())
        )
