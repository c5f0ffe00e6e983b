"""Our components in Rasa's own environment, by one process that tells what it found."""

import json
import os
import subprocess
from pathlib import Path
from typing import Any

import pytest

from actions.dialogue_model import BOT, PYTHON, rasa_environ

pytestmark = pytest.mark.rasa
SCRIPT = Path(__file__).parent / "data" / "inside_rasa.py"
Found = dict[str, Any]


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory) -> Found:
    """Give what the script found; skip where there is no Rasa."""
    if not PYTHON.exists():
        reason = "Rasa's environment is missing: run make setup"
        if os.environ.get("CI") == "true":
            pytest.fail(reason)
        pytest.skip(reason)
    done = subprocess.run(
        [str(PYTHON), str(SCRIPT), str(tmp_path_factory.mktemp("rasa"))],
        env=rasa_environ(os.environ, "http://127.0.0.1:1"),
        cwd=BOT,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    lines = [line for line in done.stdout.splitlines() if line.startswith("FOUND ")]
    assert lines, done.stderr[-2000:]
    result: Found = json.loads(lines[-1].removeprefix("FOUND "))
    assert "张三丰" not in done.stderr  # the failed turn is logged without words
    assert "turn failed: LookupError" in done.stderr
    return result


def test_a_conversation_is_as_it_was_and_never_grows(found: Found) -> None:
    assert len(found["store"]["sizes"]) == 1
    assert found["compact"]["is_constant"]


def test_the_tracker_store_holds_nobodys_words(found: Found) -> None:
    assert found["store"]["keeps_words"] is False
    assert found["compact"]["has_words"] is False


def test_an_emptied_slot_a_left_form_and_a_pause_are_kept(found: Found) -> None:
    after = found["store"]["after"]

    assert (after["draft"], after["loop"], after["paused"]) == (None, None, True)
    assert after["last"] == "action_listen"
    assert found["store"]["keys"] == ["c1"]


def test_someone_new_has_no_history(found: Found) -> None:
    assert found["store"]["new"] is True


def test_a_sentence_has_one_weighted_vector(found: Found) -> None:
    assert found["embedding"]["shape"] == [1, 384]
    assert found["embedding"]["weighted"] == 8.0


def test_a_broken_embedder_costs_features_and_no_time(found: Found) -> None:
    assert found["embedding"]["zero"] == 0.0
    assert found["embedding"]["asked_again"] == 0


def test_a_wish_with_consequences_counts_only_if_the_classifier_is_sure(found: Found) -> None:
    judged = found["certainty"]

    assert judged["sure"] == ["request_human", ["request_human"]]
    assert judged["doubtful"] == ["nlu_fallback", ["nlu_fallback", "request_human"]]
    assert judged["harmless"] == ["ask_policy", ["ask_policy"]]


def test_the_door_answers_with_words_and_intent(found: Found) -> None:
    first = found["door"]["answers"][0]

    assert first == {
        "messages": [{"recipient_id": "c1", "text": "记下了"}],
        "intent": {"name": "inform", "confidence": 0.9},
    }


def test_the_audience_is_the_output_channel(found: Found) -> None:
    assert [channel for _, _, channel in found["door"]["seen"]] == [
        "elderly",
        "standard",
        "standard",
        "standard",
    ]
    assert found["door"]["seen"][0][:2] == ["c1", {"m": 1}]


def test_a_doubt_has_the_emergency_numbers_before_the_answer(found: Found) -> None:
    before, answer = found["door"]["answers"][3]["messages"]

    assert before["text"] == "要是现在有危险"
    assert answer["text"] == "记下了"
    assert found["door"]["chosen"] == {
        "emergency_kind": "fire",
        "emergency_told": '有股"糊味"{呛}\n在3栋',
    }


def test_a_failed_turn_says_nothing(found: Found) -> None:
    assert found["door"]["answers"][2] == {"messages": [], "intent": None}


def test_the_door_says_which_model_serves(found: Found) -> None:
    assert found["door"]["health"] == {
        "status": "ok",
        "model": "m.tar.gz",
        "trained_at": "2026-01-01",
    }


def test_the_kept_validator_judges_as_the_slow_one_did(found: Found) -> None:
    assert found["patches"] == {"good": True, "bad": False}


def test_rules_are_found_as_rasa_finds_them(found: Found) -> None:
    assert found["rules"]["agree"]
    assert found["rules"]["fitted"] > found["rules"]["talks"]


def test_the_graph_is_walked_as_dask_does_with_each_node_once(found: Found) -> None:
    assert found["graph"]["agree"]
    assert found["graph"]["ours"] == {"c": 6, "a": 2}
    assert found["graph"]["ran"] == ["a", "b", "c"]


def test_an_input_named_like_a_node_is_refused(found: Found) -> None:
    assert found["graph"]["clash"] == "GraphRunError"
