"""``python -m knowledge``: the knowledge base's part of the command line."""

from knowledge.cli import app

if __name__ == "__main__":
    app()
