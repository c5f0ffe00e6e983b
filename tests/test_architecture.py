"""Keeps the arrows of ``docs/architecture.md``, and who owns which table and which words."""

import ast
import re
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
PACKAGES = ("actions", "bench", "bot", "channels", "knowledge", "voice")
HEAVY = {
    "av", "ctranslate2", "faiss", "faster_whisper", "onnx", "onnxruntime", "sentence_transformers",
    "torch", "transformers",
}  # fmt: skip
CHINESE = re.compile(r"[\u3400-\u9fff]")
TABLE_OWNERS = {
    "actions/tickets/models.py",
    "actions/tickets/reference_grid/database.py",
    "bot/components/tracker_store.py",
    "channels/schema.py",
    "knowledge/records.py",
    "knowledge/schema.py",
}
# Words that people read live in YAML, templates and items. Chinese in code is grammar: what
# messages and documents are recognised by.
GRAMMAR = {
    "actions/understanding/": "expressions for places, times, telephones and ratings",
    "knowledge/rivals.py": "expressions for places and figures in Chinese documents",
    "knowledge/reading/": "expressions for headings and mastheads of Chinese documents",
    "actions/tickets/cells.py": "numerals of buildings",
    "actions/tickets/masking.py": "expressions for identities, and the marks put in their place",
    "actions/tickets/open311/intake.py": "expressions for buildings and units",
    "channels/readiness.py": "what the bot asks itself to warm up; nobody reads the answers",
    "channels/transcript.py": "numerals, for people who answer with the number of a choice",
    "knowledge/facts.py": "offices, quotes and permissions that a rephrased text is checked by",
    "knowledge/figures.py": "numerals and units that a rephrased text is checked by",
    "knowledge/items.py": "the closed set of forms of a material in an item file",
    "bench/": "what the bot is told and asked in order to measure it",
    "actions/cli.py": "the command line",
    "channels/cli.py": "the command line",
    "knowledge/answer_cli.py": "the command line",
    "knowledge/cli.py": "the command line",
    "knowledge/life_cli.py": "the command line",
    "voice/numerals.py": "numerals and what they count",
    "voice/vocabulary.py": "numerals",
    "linli.py": "the product's name",
}


def name_of(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def modules() -> Iterator[Path]:
    for package in PACKAGES:
        yield from sorted((ROOT / package).rglob("*.py"))
    yield from sorted(ROOT.glob("*.py"))


@cache
def tree_of(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


def imports_of(path: Path) -> set[str]:
    found: set[str] = set()
    for node in ast.walk(tree_of(path)):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            found |= {f"{node.module}.{alias.name}" for alias in node.names}
    return found


def offences(folder: str, is_wrong: Callable[[str], bool]) -> list[str]:
    return [
        f"{name_of(path)} imports {imported}"
        for path in modules()
        if name_of(path).startswith(folder)
        for imported in sorted(imports_of(path))
        if is_wrong(imported)
    ]


def root_of(imported: str) -> str:
    return imported.split(".")[0]


@pytest.mark.parametrize(
    ("folder", "forbidden"),
    [
        ("channels/", {"actions", "knowledge", "voice", "bench", "rasa", "rasa_sdk", *HEAVY}),
        ("knowledge/", {"actions", "channels", "voice", "bench", "rasa", "rasa_sdk"}),
        ("actions/", {"channels", "voice", "bench", "rasa", *HEAVY}),
        ("actions/tickets/", {"knowledge", "rasa_sdk"}),
        ("bot/", {"actions", "channels", "knowledge", "voice", "bench"}),
        ("voice/", {"actions", "channels", "knowledge", "bench", "rasa", "rasa_sdk"}),
        ("", {"linli", "stages"}),
    ],
)
def test_a_package_imports_nothing_it_must_not_know(folder: str, forbidden: set[str]) -> None:
    found = offences(folder, lambda imported: root_of(imported) in forbidden)

    assert [one for one in found if one != "linli.py imports stages"] == []


def test_tickets_know_nothing_of_the_dialogue() -> None:
    found = offences(
        "actions/tickets/",
        lambda imported: (
            root_of(imported) == "actions" and not imported.startswith("actions.tickets")
        ),
    )

    assert found == []


def test_only_the_actions_import_rasa_sdk() -> None:
    users = {name_of(path) for path in modules() if "rasa_sdk" in map(root_of, imports_of(path))}

    assert users
    assert {user for user in users if not re.fullmatch(r"actions/[a-z_]+\.py", user)} == set()


def tables_in(tree: ast.Module) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.Constant):
            if any(isinstance(t, ast.Name) and t.id == "__tablename__" for t in node.targets):
                yield str(node.value.value)
        elif isinstance(node, ast.Call) and ast.unparse(node.func).split(".")[-1] == "Table":
            name, rest = (node.args[0] if node.args else None), node.args[1:]
            is_for_the_eye = not rest or isinstance(rest[0], ast.Constant)  # rich's has headings
            if isinstance(name, ast.Constant) and not is_for_the_eye:
                yield str(name.value)


def test_each_table_has_one_owner() -> None:
    tables = [(table, name_of(path)) for path in modules() for table in tables_in(tree_of(path))]

    names = [table for table, _ in tables]
    assert sorted(names) == sorted(set(names))
    assert {owner for _, owner in tables} == TABLE_OWNERS


def spoken_strings(tree: ast.Module) -> Iterator[tuple[int, str]]:
    """Yield (line, text) of every string but docstrings and forms of dates."""
    documented = (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)
    docstrings = {
        id(node.body[0].value)
        for node in ast.walk(tree)
        if isinstance(node, documented) and node.body and isinstance(node.body[0], ast.Expr)
    }
    texts = [node for node in ast.walk(tree) if isinstance(node, ast.Constant)]
    for text in texts:
        if id(text) in docstrings or not isinstance(text.value, str):
            continue
        if not re.search(r"%-?[mdHM]", text.value):
            yield text.lineno, text.value


def test_what_people_read_is_not_in_the_code() -> None:
    found = [
        f"{name_of(path)}:{line}"
        for path in modules()
        if not name_of(path).startswith(tuple(GRAMMAR))
        for line, text in spoken_strings(tree_of(path))
        if CHINESE.search(text)
    ]

    assert found == []
