"""Expressions and classifier together decide on the alarm."""

import importlib
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import pytest
import yaml

from actions.dialogue_model import BOT, Parser
from tests.serving import Product

KINDS = set(
    yaml.safe_load((BOT / "skills" / "emergency" / "patterns.yml").read_text(encoding="utf-8"))[
        "kinds"
    ]
)
LETTER = (
    "尊敬的领导:我是本小区业主,去年三月五日我们楼道里的电表箱起火,开发商和物业公司互相推诿,"
    "至今没有赔偿,安全隐患依然存在,恳请有关部门督促整改,给我们一个答复。"
)


def _component(name: str) -> ModuleType:
    """Load a module of Rasa's environment that needs nothing of it."""
    sys.path.insert(0, str(BOT))
    try:
        return importlib.import_module(f"components.{name}")
    finally:
        sys.path.remove(str(BOT))


DECISION = _component("emergency_decision")
CLASSIFIER = _component("emergency_classifier")
KIND = _component("emergency_kind")
PATTERNS = _component("emergency_patterns").load_patterns()


def _finding(text: str, likely: float | None) -> Any:
    return DECISION.decide(PATTERNS, text, lambda _: likely, DECISION.DEFAULTS)


@pytest.mark.parametrize(
    ("text", "likely", "finding"),
    [
        ("着火了", 0.9, "alarm"),
        ("着火了", 0.01, "doubt"),
        ("着火了", None, "alarm"),
        ("火已经灭了", 0.6, "doubt"),
        ("火已经灭了", 0.1, "nothing"),
        ("桌上有个杯子", 0.9, "alarm"),
        ("桌上有个杯子", 0.45, "doubt"),
        ("桌上有个杯子", 0.2, "nothing"),
        ("桌上有个杯子", None, "nothing"),
        ("地太滑老有人摔", 0.99, "nothing"),
        ("楼上在天台私自搭了个棚子", 0.99, "nothing"),
        ("楼顶加盖的棚子边上站着个人", 0.99, "alarm"),
        ("天台上搭的铁皮屋要被风掀下来了", 0.99, "alarm"),
    ],
)
def test_the_classifier_must_be_the_surer_the_less_the_words_say(
    text: str, likely: float | None, finding: str
) -> None:
    assert _finding(text, likely).value == finding


def test_a_letter_about_what_was_raises_no_alarm() -> None:
    assert PATTERNS.is_letter(LETTER)
    assert _finding(LETTER, 0.99) is DECISION.Finding.NOTHING


@pytest.mark.parametrize("likely", [0.9, None])
def test_a_letter_raises_it_by_the_part_that_tells_of_this_moment(likely: float | None) -> None:
    letter = LETTER + "就在刚才车棚又着火了,火还在烧,请马上派人!"

    asked: list[str] = []

    def ask(text: str) -> float | None:
        asked.append(text)
        return likely if text != letter else 0.0

    found = DECISION.decide(PATTERNS, letter, ask, DECISION.DEFAULTS)

    assert PATTERNS.is_letter(letter)
    assert found is DECISION.Finding.ALARM
    assert asked
    assert all(len(text) < len(letter) for text in asked)


def test_a_part_of_a_letter_that_the_classifier_finds_absurd_raises_none() -> None:
    letter = LETTER + "就在刚才车棚又着火了,火还在烧,请马上派人!"

    assert _finding(letter, 0.1) is DECISION.Finding.NOTHING


def test_a_long_story_of_what_happens_now_raises_it() -> None:
    text = (
        "您好,我住在三栋一单元五楼,平时从来不麻烦大家,今天实在没有办法了,"
        "我妈妈刚才在厨房里突然晕倒了,怎么叫都叫不醒,我一个人抬不动她,怎么办"
    )

    assert not PATTERNS.is_letter(text)
    assert _finding(text, 0.9) is DECISION.Finding.ALARM


def test_a_classifier_is_read_as_it_was_written(tmp_path: Path) -> None:
    signs = CLASSIFIER.load_signs()
    texts = ["着火了", "着火啦", "你好", "你好呀"] * 3
    rows = np.eye(12, 8, dtype=np.float32)
    learnt = CLASSIFIER.EmergencyClassifier.learn(
        signs,
        texts,
        rows,
        [text.startswith("着") for text in texts],
    )

    learnt.save(tmp_path)
    read = CLASSIFIER.EmergencyClassifier.load(signs, tmp_path)

    row = rows[0]
    assert read.probability("着火了", row) == pytest.approx(learnt.probability("着火了", row))
    assert read.probability("着火了", row) > 0.5 > read.probability("你好", row)
    assert read.probability("着火了", None) > 0.5 > read.probability("你好", None)


def test_a_kind_is_told_by_words_and_vector_and_how_surely(tmp_path: Path) -> None:
    signs = CLASSIFIER.load_signs()
    texts = ["着火了", "火很大", "煤气漏了", "漏气了", "水淹了", "淹水了"]
    rows = np.eye(6, 8, dtype=np.float32)
    kinds = ["fire", "fire", "gas", "gas", "flood", "flood"]
    learnt = KIND.KindClassifier.learn(signs, texts, rows, kinds)

    learnt.save(tmp_path)
    read = KIND.KindClassifier.load(signs, tmp_path)

    assert read.likeliest("着火了", rows[0]) == pytest.approx(learnt.likeliest("着火了", rows[0]))
    kind, share = read.likeliest("着火了", rows[0])
    assert kind == "fire"
    assert share > 0.9 > read.likeliest("着水了", rows[3])[1]


def test_where_no_kinds_were_told_apart_none_is_named(tmp_path: Path) -> None:
    signs = CLASSIFIER.load_signs()
    rows = np.eye(3, 8, dtype=np.float32)
    learnt = KIND.KindClassifier.learn(
        signs, ["着火了", "漏气了", "你好"], rows, ["fire", "gas", ""]
    )

    learnt.save(tmp_path)

    assert KIND.KindClassifier.load(signs, tmp_path).likeliest("着火了", rows[0]) == ("", 0.0)


@pytest.mark.parametrize(
    ("likeliest", "told", "hint", "named"),
    [
        (("fire", 0.9), "", "", "fire"),
        (("fire", 0.9), "gas", "gas", "fire"),
        (("fire", 0.3), "", "fire", "help"),
        (("fire", 0.3), "gas", "gas", "help"),
        (("fire", 0.3), "fire", "", "fire"),
        (("", 0.0), "gas", "fire", "gas"),
        (("", 0.0), "", "fire", "fire"),
        (("", 0.0), "help", "fire", "fire"),
        (("", 0.0), "", "", "help"),
    ],
)
def test_who_is_not_sure_of_the_kind_gives_the_plain_numbers(
    likeliest: tuple[str, float], told: str, hint: str, named: str
) -> None:
    assert DECISION.kind_to_name(likeliest, told, hint, DECISION.DEFAULTS) == named


def test_every_example_of_an_emergency_is_of_a_kind_that_is_known() -> None:
    examples = CLASSIFIER.load_examples()

    assert {one.kind for one in examples if one.kind} == KINDS
    assert not [one.text for one in examples if one.kind and not one.is_emergency]


def test_no_sentence_is_an_example_of_both() -> None:
    examples = CLASSIFIER.load_examples()
    alarms = {one.text for one in examples if one.is_emergency}

    assert not alarms & {one.text for one in examples if not one.is_emergency}


@pytest.fixture(scope="module")
def parser(product: Product) -> Iterator[Parser]:
    """Give the trained understanding, beside the product whose embedder it asks."""
    models = sorted(
        (product.home / "models" / "dialogue").glob("*.tar.gz"),
        key=lambda path: path.stat().st_mtime,
    )
    parser = Parser(models[-1], f"http://127.0.0.1:{product.port + 5}")
    yield parser
    parser.close()


def _alarm(parser: Parser, text: str) -> str | None:
    """Return the kind of emergency that a message is taken for, None if for none."""
    parsed = parser.parse(text)
    if parsed["intent"]["name"] != "emergency":
        return None
    kinds = [one["value"] for one in parsed["entities"] if one["entity"] == "emergency_kind"]
    return str(kinds[0])


@pytest.mark.rasa
def test_what_was_learnt_is_what_serves(parser: Parser) -> None:
    """These sentences were learnt from: not how good it is, but that Rasa's model has learnt."""
    examples = CLASSIFIER.load_examples()[::40]

    alarms = {one.text: _alarm(parser, one.text) for one in examples}

    told = [alarms[one.text] is not None for one in examples if one.is_emergency]
    near = [alarms[one.text] is not None for one in examples if not one.is_emergency]
    assert np.mean(told) > 0.95
    assert np.mean(near) < 0.02


@pytest.mark.rasa
def test_the_kind_is_named_with_the_alarm(parser: Parser) -> None:
    examples = [one for one in CLASSIFIER.load_examples() if one.kind][::40]

    kinds = [(one.kind, _alarm(parser, one.text)) for one in examples]

    assert np.mean([kind == named for kind, named in kinds if named]) > 0.85


@pytest.mark.parametrize(
    ("text", "bare"),
    [
        ("我家着火了,9栋2单元", "我家着火了"),
        ("我妈晕倒了 2栋2单元301", "我妈晕倒了"),
        ("三号楼着火了", "着火了"),
        ("着火了", "着火了"),
    ],
)
def test_a_danger_with_a_door_is_judged_without_it_too(text: str, bare: str) -> None:
    asked: list[str] = []

    def likely(words: str) -> float:
        asked.append(words)
        return 0.9 if words == bare else 0.1

    found = DECISION.decide(PATTERNS, text, likely, DECISION.DEFAULTS)

    assert found is DECISION.Finding.ALARM
    assert asked[-1] == bare


def test_a_wish_for_a_visit_is_no_danger_whatever_the_classifier_says() -> None:
    text = "你好 我想在家里给我妈理个发 她走不动"

    found = DECISION.decide(PATTERNS, text, lambda _: 0.9, DECISION.DEFAULTS)

    assert found is DECISION.Finding.NOTHING
