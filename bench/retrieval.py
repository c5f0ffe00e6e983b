"""Measures retrieval on collections that lie outside the repository.

python -m bench.retrieval FOLDER…    # each with corpus.jsonl, dev_queries.jsonl, dev_qrels.tsv
"""

import argparse
import os
from pathlib import Path

from knowledge.collection import read_collection
from knowledge.embedder import open_embedder
from knowledge.evaluation import evaluate_retrieval
from knowledge.settings import Settings


def main() -> None:
    """Run from the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folders", nargs="+", type=Path)
    settings = Settings.from_env(os.environ)
    embedder = open_embedder(settings)
    for folder in parser.parse_args().folders:
        collection = read_collection(
            folder / "corpus.jsonl", folder / "dev_queries.jsonl", folder / "dev_qrels.tsv"
        )
        report = evaluate_retrieval(
            collection, embedder, settings.home / "index", lambda done, total: None
        )
        print(folder.name)
        for name, measures in report.items():
            print(f"  {name:7}", *(f"{key} {value:.3f}" for key, value in measures.items()))


if __name__ == "__main__":
    main()
