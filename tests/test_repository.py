"""Keeps the repository about the product: complete, and free of traces of whoever wrote it."""

import ast
import json
import re
import subprocess
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path

import pytest

from actions.tickets import letters
from actions.tickets.inbound import GridEvent
from actions.tickets.signing import verify

ROOT = Path(__file__).resolve().parents[1]
ROOT_FILES = (
    ".env.example", ".gitignore", "CHANGELOG.md", "CONTRIBUTING.md", "LICENSE", "Makefile",
    "README.md", "README.zh-CN.md", "bootstrap.py", "config.yml", "linli.py", "pyproject.toml",
    "requirements.txt", "stages.py",
)  # fmt: skip
DOCUMENTS = sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/*.md"), *ROOT.glob("tests/**/*.md")])
GRID_DOCUMENT = ROOT / "docs" / "grid-system.md"
# The brackets keep these lines from matching themselves.
TRACES = {
    "a path of one machine": r"(?<![\w.}])/(?:roo[t]|wor[k]|home/[a-z]\w*|User[s]/\w+)/",
    "a temporary folder": r"(?<![\w.}])/tm[p]/\w",
    "a number of a tracker": r"(?i)\b(?:issu[e]|ta[s]k|helpe[r]|stag[e])s? #?\d+\b",
    "who wrote it": r"(?i)\b(?:coding agen[t]|sub-?agen[t]|ai assistan[t]|the bri[e]f)\b",
    "a bot token": r"\b[1-9]\d{9}:[A-Za-z0-9_-]{35}\b",
    "a private key": r"BEGIN [A-Z ]*PRIVATE KE[Y]",
}


def tracked_files() -> list[Path]:
    """Return the repository's text files; skip where this is no clone."""
    listed = subprocess.run(
        ["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    if listed.returncode:
        pytest.skip("not a git clone")
    paths = [ROOT / name for name in listed.stdout.split("\0") if name]
    return [path for path in paths if path.is_file() and b"\0" not in path.read_bytes()[:8000]]


def test_every_root_file_is_there() -> None:
    assert [name for name in ROOT_FILES if not (ROOT / name).is_file()] == []


def test_the_licence_is_the_whole_apache_licence() -> None:
    text = (ROOT / "LICENSE").read_text(encoding="utf-8")

    assert "Apache License" in text
    assert "Version 2.0, January 2004" in text
    assert "END OF TERMS AND CONDITIONS" in text
    assert 'license = "Apache-2.0"' in (ROOT / "pyproject.toml").read_text(encoding="utf-8")


@pytest.mark.parametrize("trace", TRACES)
def test_no_file_bears_a_trace_of(trace: str) -> None:
    pattern = re.compile(TRACES[trace])

    found = [
        f"{path.relative_to(ROOT)}: {match[0]}"
        for path in tracked_files()
        for match in pattern.finditer(path.read_text(encoding="utf-8"))
    ]

    assert found == []


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_every_link_of_a_document_leads_somewhere(document: Path) -> None:
    text = document.read_text(encoding="utf-8")
    links = re.findall(r"\]\(([^)#\s]+)", text)

    local = [link for link in links if not re.match(r"[a-z]+:", link)]
    missing = [link for link in local if not (document.parent / link).exists()]

    assert [link for link in missing if not link.startswith("docs/images/")] == []


@pytest.mark.parametrize("name", ["README.md", "README.zh-CN.md"])
def test_the_pictures_of_the_readme_are_those_the_script_takes(name: str) -> None:
    script = (ROOT / "docs" / "screenshots.py").read_text(encoding="utf-8")
    shown = set(re.findall(r"\(docs/images/(\w+)\.png\)", (ROOT / name).read_text("utf-8")))

    assert shown == set(re.findall(r'save\(.*, "(\w+)"\)', script))


def requests_of(document: Path) -> list[tuple[Mapping[str, str], bytes]]:
    """Return headers and body of each HTTP request that a document shows."""
    blocks = re.findall(r"```http\n(.*?)\n```", document.read_text("utf-8"), flags=re.DOTALL)
    split = [block.split("\n\n", 1) for block in blocks]
    return [
        (dict(line.split(": ", 1) for line in head.splitlines()[1:]), body.encode())
        for head, body in split
    ]


def test_the_signatures_shown_for_the_grid_system_are_genuine() -> None:
    secret = re.findall(r"whsec_[A-Za-z0-9+/=]{20,}", GRID_DOCUMENT.read_text("utf-8"))[0]
    shown = requests_of(GRID_DOCUMENT)

    ids = [
        verify(
            secret, headers, body, datetime.fromtimestamp(int(headers["webhook-timestamp"]), UTC)
        )
        for headers, body in shown
    ]

    assert ids == [headers["webhook-id"] for headers, _ in shown]
    assert len(ids) == 2


def test_the_bodies_shown_for_the_grid_system_are_those_of_the_code() -> None:
    tree = ast.parse(Path(letters.__file__).read_text(encoding="utf-8"))
    makers = {node.name: node for node in tree.body if isinstance(node, ast.FunctionDef)}
    returned = makers["grid_body"].body[-1]
    assert isinstance(returned, ast.Return)
    assert isinstance(returned.value, ast.Dict)
    fields = [key.value for key in returned.value.keys if isinstance(key, ast.Constant)]

    ticket, event = (json.loads(body) for _, body in requests_of(GRID_DOCUMENT))

    assert list(ticket) == fields
    assert GridEvent.parse(event).number == ticket["number"]
