"""What a receipt costs a turn: ``python -m bench.receipts``; the baseline waits for the disk."""

import argparse
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
from sqlalchemy import Engine, create_engine, event

import sqlite_wal
from knowledge.answer import Answer, Asked, Ground, Outcome
from knowledge.database import open_engine
from knowledge.item import Citation
from knowledge.receipts import Receipts
from knowledge.records import open_notes

COUNT = 2000
TEXT = "申请人向社区居委会提交身份证和银行卡复印件，社区居委会应当在五个工作日内完成初审。"


def durable(url: str) -> Engine:
    """Return an engine whose every commit waits for the disk."""
    engine = create_engine(url)
    event.listen(engine, "connect", lambda connection, _: sqlite_wal.prepare(connection))
    return engine


def answer() -> Answer:
    """Return an answer with one citation."""
    citation = Citation(
        document="办法",
        clause="第四条",
        quote=TEXT,
        text=TEXT,
        source="",
        checked="",
        passage="a:1",
    )
    ground = Ground(index="0" * 20, model="model", thresholds={"document": 0.5, "item": 0.5})
    asked = Asked(ground=ground, question="初审要几天")
    return Answer(outcome=Outcome.ANSWER, text=TEXT, citations=(citation,), asked=asked)


def measured(receipts: Receipts) -> tuple[float, float]:
    """Return the median and the 99th percentile of keeping one, in microseconds."""
    told, now, times = answer(), datetime.now(UTC), []
    for _ in range(COUNT):
        begun = time.perf_counter()
        receipts.keep(told, said="初审要几天", conversation="c", now=now)
        times.append((time.perf_counter() - begun) * 1e6)
    return float(np.percentile(times, 50)), float(np.percentile(times, 99))


def main() -> None:
    """Print both ways of writing."""
    argparse.ArgumentParser(description=__doc__).parse_args()
    for name, opened in (("as shipped", open_notes), ("waiting for the disk", durable)):
        with tempfile.TemporaryDirectory(dir=Path.cwd()) as folder:
            url = f"sqlite:///{folder}/knowledge.db"
            open_engine(url).dispose()
            engine = opened(url)
            half, most = measured(Receipts(engine, "a-key"))
            engine.dispose()
        print(f"{name:22} {COUNT} receipts  p50 {half:.0f} us  p99 {most:.0f} us")


if __name__ == "__main__":
    main()
