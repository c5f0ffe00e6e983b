"""The command about a community's history: ``linli train categories``."""

import json
import os
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from actions.understanding.history.errors import HistoryError
from actions.understanding.history.lesson import Gain, train
from actions.understanding.history.rows import read_messages
from knowledge.settings import Settings as KnowledgeSettings


def train_categories(
    sources: Annotated[
        list[Path], typer.Option("--from", help='labelled rows, lines {"text", "label"}')
    ],
    as_json: Annotated[bool, typer.Option("--json", help="print JSON")] = False,
) -> None:
    """Learn departments or categories from the community's history; it stays in LINLI_HOME."""
    home = KnowledgeSettings.from_env(os.environ).home
    try:
        gain = train(read_messages(sources), home, datetime.now(UTC).date())
    except HistoryError as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(1) from error
    typer.echo(json.dumps(_as_dict(gain), ensure_ascii=False) if as_json else _as_text(gain))


def _as_dict(gain: Gain) -> dict[str, object]:
    return {
        "kind": gain.kind.value,
        "rows": gain.rows,
        "f1_before": round(gain.f1_before, 4),
        "f1_after": round(gain.f1_after, 4),
        "calibration_error": round(gain.calibration_error, 4),
        "labels": {
            label: {"before": round(gain.before[label], 4), "after": round(f1, 4)}
            for label, f1 in gain.after.items()
        },
        "model": str(gain.path),
    }


def _as_text(gain: Gain) -> str:
    what = {"departments": "业务部门大类", "categories": "诉求类别"}[gain.kind.value]
    rows = [
        f"已从 {gain.rows} 行学习{what};以下都在没有学过的行上测得(五折)。",
        f"宏平均 F1:{gain.f1_before:.3f} → {gain.f1_after:.3f};"
        f"置信度偏差(ECE){gain.calibration_error:.3f}",
        *(f"  {label}:{gain.before[label]:.3f} → {f1:.3f}" for label, f1 in gain.after.items()),
        f"模型:{gain.path}(重新启动后生效)",
    ]
    return "\n".join(rows)
