"""Keeps ``.env.example``, the documents and the command line true of the code."""

import ast
import re
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
import typer.main

import linli

ROOT = Path(__file__).resolve().parents[1]
FOLDERS = ("actions", "bench", "bot", "channels", "docs", "knowledge", "tests", "voice")
# ``linli serve`` always gives these to Rasa itself; nobody sets them.
GIVEN = {"LINLI_ACTIONS_URL", "LINLI_TRACKER_URL"}
# Read by a library of ours, not by our own lines.
OF_LIBRARIES = {"HTTPS_PROXY"}
OF_THE_SYSTEM = {"CI", "PATH"}
ENVIRONMENTS = {"environ", "env", "environment"}
DOCUMENTS = sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/*.md")])


def sources() -> Iterator[Path]:
    for folder in FOLDERS:
        yield from sorted((ROOT / folder).rglob("*.py"))
    yield from sorted(ROOT.glob("*.py"))


def variables_in(tree: ast.Module) -> Iterator[str]:
    """Yield our own names wherever they stand, and other names where the environment is read."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            if re.fullmatch(r"LINLI_[A-Z0-9_]+", node.value):
                yield node.value
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            owner = ast.unparse(node.func.value).split(".")[-1]
            if node.func.attr == "get" and owner in ENVIRONMENTS:
                yield from (str(a.value) for a in node.args[:1] if isinstance(a, ast.Constant))


def read_variables() -> set[str]:
    found = {
        name
        for path in sources()
        if path != Path(__file__)
        for name in variables_in(ast.parse(path.read_text(encoding="utf-8")))
    }
    for path in (ROOT / "bot").glob("*.yml"):
        found |= set(re.findall(r"\$\{(\w+)\}", path.read_text(encoding="utf-8")))
    return found - GIVEN - OF_THE_SYSTEM


def example_lines() -> list[str]:
    return (ROOT / ".env.example").read_text(encoding="utf-8").splitlines()


def listed_variables() -> list[str]:
    return [found[1] for line in example_lines() if (found := re.match(r"#([A-Z0-9_]+)=", line))]


def test_every_variable_that_is_read_is_in_the_example() -> None:
    assert read_variables() - set(listed_variables()) == set()


def test_every_variable_in_the_example_is_read() -> None:
    assert set(listed_variables()) - read_variables() - OF_LIBRARIES == set()


def test_the_example_sets_nothing_and_says_what_everything_is() -> None:
    lines = example_lines()

    assert len(listed_variables()) == len(set(listed_variables()))
    assert [line for line in lines if line and not line.startswith("#")] == []
    undescribed = [
        line
        for before, line in pairwise(lines)
        if re.match(r"#[A-Z0-9_]+=", line) and not before.startswith("# ")
    ]
    assert undescribed == []


def shell_lines(path: Path) -> Iterator[str]:
    """Yield the lines of a document's shell blocks, without their comments."""
    language = None
    for line in path.read_text(encoding="utf-8").splitlines():
        if line.startswith("```"):
            language = line[3:].strip() if language is None else None
        elif language == "sh":
            yield line.split(" #")[0]


def fenced_commands(path: Path, program: str) -> Iterator[str]:
    """Yield the words that follow ``program`` in each command of a document's shell blocks."""
    for line in shell_lines(path):
        for part in re.split(r"[|;&]+", line):
            words = part.split()
            while words and "=" in words[0]:
                words = words[1:]
            if words and words[0] == program:
                yield " ".join(words[1:])


def problem_with(command: Any, words: list[str]) -> str:
    """Return what is wrong with a command line, empty if nothing is."""
    while words and not words[0].startswith("-") and hasattr(command, "commands"):
        if words[0] not in command.commands:
            return f"no command {words[0]}"
        command, words = command.commands[words[0]], words[1:]
    known = {option for parameter in command.params for option in parameter.opts} | {"--help"}
    used = {word.split("=")[0] for word in words if re.match(r"--[a-z]", word)}
    return f"no option {sorted(used - known)}" if used - known else ""


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_every_command_of_a_document_exists(document: Path) -> None:
    program = typer.main.get_command(linli.app)

    found = {
        command: problem
        for command in fenced_commands(document, "linli")
        if (problem := problem_with(program, command.split()))
    }

    assert found == {}


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_every_make_target_of_a_document_exists(document: Path) -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    targets = set(re.findall(r"^([a-z-]+):", makefile, flags=re.MULTILINE))

    text = document.read_text(encoding="utf-8")
    named = set(re.findall(r"`make ([a-z-]+)`", text))
    named |= {command.split()[0] for command in fenced_commands(document, "make") if command}

    assert named - targets == set()


def test_the_readme_shows_the_command_line() -> None:
    for name in ("README.md", "README.zh-CN.md"):
        shown = {command.split()[0] for command in fenced_commands(ROOT / name, "linli")}

        assert {"ask", "understand", "knowledge", "tickets", "worker"} <= shown
