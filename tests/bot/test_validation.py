"""``rasa data validate`` has nothing to say of the bot but what actions say in its place."""

import os
import re
import subprocess
from pathlib import Path

import pytest

import actions
from actions.dialogue_model import BOT, PYTHON, REPOSITORY, examples_and_rules, rasa_environ
from tests.actions.stage import responses

# Rasa looks for responses in rules alone; ours are mostly said by actions, which
# tests/actions/test_tables.py holds against the domains.
_SAID_BY_ACTIONS = re.compile(r"The utterance '(\w+)' is not used in any story or rule")
# These come from buttons, pictures and places alone, so that nobody types an example of them.
_CHOSEN = {
    "answer_left_question", "edit_draft", "follow_ticket", "leave_question", "send_location",
    "send_media",
}  # fmt: skip
_WITHOUT_EXAMPLES = re.compile(
    r"The intent '(\w+)' is listed in the domain file, but is not found"
)
_COLOUR = re.compile(r"\x1b\[[0-9;]*m")
_FINDING = re.compile(r"UserWarning|\bWARNING\b|\bERROR\b|Exception")


@pytest.mark.rasa
def test_rasa_finds_no_fault_in_its_data(tmp_path: Path) -> None:
    command = [
        str(PYTHON), "-m", "rasa", "data", "validate",
        "--config", str(REPOSITORY / "config.yml"),
        "--domain", str(BOT / "skills"),
        "--data", *examples_and_rules(),
    ]  # fmt: skip
    environ = rasa_environ(os.environ, "http://127.0.0.1:1")

    done = subprocess.run(
        command,
        env=environ,
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=600,
        check=False,
    )

    said, chosen, others = sorted_out(done.stdout + done.stderr)
    assert done.returncode == 0, done.stderr[-2000:]
    assert others == []
    assert chosen <= _CHOSEN
    assert said <= set(responses()) & _said_in_python()


def sorted_out(output: str) -> tuple[set[str], set[str], list[str]]:
    """Return the responses and intents that Rasa misses, and all else that it complains of."""
    lines = [one for one in _COLOUR.sub("", output).splitlines() if _FINDING.search(one)]
    said = {name[1] for one in lines if (name := _SAID_BY_ACTIONS.search(one))}
    chosen = {name[1] for one in lines if (name := _WITHOUT_EXAMPLES.search(one))}
    known = (_SAID_BY_ACTIONS, _WITHOUT_EXAMPLES)
    others = [one for one in lines if not any(sign.search(one) for sign in known)]
    return said, chosen, others


def _said_in_python() -> set[str]:
    sources = [*Path(actions.__file__).parent.glob("*.py"), *(BOT / "components").glob("*.py")]
    return {
        name
        for path in sources
        for name in re.findall(r"\"(utter_\w+)\"", path.read_text("utf-8"))
    }
