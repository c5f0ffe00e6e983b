"""Commands about addresses: ``linli address`` and ``linli train addresses``."""

import json
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Any

import typer

from actions.understanding.address.errors import AddressError
from actions.understanding.address.labelled import read_addresses
from actions.understanding.address.model import AddressTagger, open_tagger
from actions.understanding.address.training import train
from knowledge.cli import read_lines
from knowledge.settings import Settings as KnowledgeSettings


def address(
    text: Annotated[str, typer.Argument(help="an address")] = "",
    as_json: Annotated[bool, typer.Option("--json", help="print JSON")] = False,
    jsonl: Annotated[
        bool, typer.Option("--jsonl", help='read lines {"id", "text"} from standard input')
    ] = False,
) -> None:
    """Take an address apart: province, city, district, town, road, community, building, room."""
    if not text and not jsonl:
        raise typer.BadParameter("请给出一个地址,或者用 --jsonl 从标准输入读取。")
    with _clear_errors():
        tagger = open_tagger(_home())
        if not jsonl:
            found = _parts(tagger, text)
            typer.echo(json.dumps(found, ensure_ascii=False, indent=None if as_json else 2))
            return
        for identity, words in read_lines(sys.stdin):
            found = {"id": identity, **_parts(tagger, words)}
            typer.echo(json.dumps(found, ensure_ascii=False))


def train_addresses(
    source: Annotated[Path, typer.Option("--from", help='labelled rows, lines {"text", "spans"}')],
    as_json: Annotated[bool, typer.Option("--json", help="print JSON")] = False,
) -> None:
    """Learn address parts from labelled rows; the model stays in LINLI_HOME."""
    with _clear_errors():
        report = train(read_addresses(source), _home())
    if as_json:
        typer.echo(json.dumps({
            "rows": report.learned,
            "held_out": report.held_out,
            "f1_before": round(report.before, 4),
            "f1_after": round(report.after, 4),
            "model": str(report.path) if report.path else None,
        }))  # fmt: skip
        return
    typer.echo(
        f"已学习 {report.learned} 行;在预留的 {report.held_out} 行上,"
        f"F1 从 {report.before:.3f} 变为 {report.after:.3f}。"
    )
    typer.echo(f"模型:{report.path}" if report.path else "没有提高,模型未保存;请标注更多地址。")


def _parts(tagger: AddressTagger, text: str) -> dict[str, Any]:
    return {"spans": [span.as_dict(text) for span in tagger.label(text)]}


def _home() -> Path:
    return KnowledgeSettings.from_env(os.environ).home


@contextmanager
def _clear_errors() -> Iterator[None]:
    try:
        yield
    except AddressError as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(1) from error
