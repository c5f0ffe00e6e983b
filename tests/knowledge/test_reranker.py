"""A cross-encoder may put passages in another order, if it is named and quick enough."""

from collections.abc import Sequence
from pathlib import Path
from threading import Event

import pytest

from knowledge.desk import Desk
from knowledge.errors import BrokenModelError, MissingModelError, SettingsError
from knowledge.index_kind import IndexKind
from knowledge.item import Audience
from knowledge.reranker import Reranker, open_reranker
from knowledge.settings import Settings
from tests.knowledge.conftest import POLICY, FakeEmbedder

QUESTION = "云溪市高龄津贴80岁老人每月多少钱"
VOCABULARY = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", *QUESTION, *POLICY]


@pytest.fixture(scope="module")
def tiny_model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a cross-encoder of one narrow layer that has learned nothing."""
    from transformers import BertConfig, BertForSequenceClassification, BertTokenizer

    folder = tmp_path_factory.mktemp("cross-encoder")
    words = list(dict.fromkeys(VOCABULARY))
    (folder / "vocab.txt").write_text("\n".join(words), encoding="utf-8")
    BertTokenizer(str(folder / "vocab.txt")).save_pretrained(folder)
    config = BertConfig(
        vocab_size=len(words), hidden_size=16, num_hidden_layers=1, num_attention_heads=2,
        intermediate_size=16, id2label={0: "fits"}, label2id={"fits": 0},
    )  # fmt: skip
    BertForSequenceClassification(config).save_pretrained(folder)
    return folder


def by_length(question: str, texts: Sequence[str]) -> list[float]:
    return [float(len(text)) for text in texts]


def test_the_order_is_that_of_the_scores() -> None:
    reranker = Reranker(by_length, 30.0)

    assert reranker.order("q", ["aa", "a", "aaa"]) == [2, 0, 1]


def test_who_is_late_is_not_waited_for_and_nobody_queues_behind() -> None:
    go_on, began = Event(), Event()

    def slow(question: str, texts: Sequence[str]) -> list[float]:
        began.set()
        go_on.wait()
        return by_length(question, texts)

    reranker = Reranker(slow, 0.01)

    first = reranker.order("q", ["a", "aa"])
    began.wait()
    second = reranker.order("q", ["a", "aa", "aaa"])
    go_on.set()
    reranker.close()

    assert first == [0, 1]
    assert second == [0, 1, 2]


@pytest.mark.parametrize("error", [RuntimeError, ValueError])
def test_a_reranker_that_fails_leaves_the_order(error: type[Exception]) -> None:
    def failing(question: str, texts: Sequence[str]) -> list[float]:
        raise error

    assert Reranker(failing, 30.0).order("q", ["a", "b"]) == [0, 1]


def test_a_named_cross_encoder_reads_the_passages_of_added_documents(
    tiny_model: Path, settings: Settings, embedder: FakeEmbedder
) -> None:
    named = Settings(
        home=settings.home, items=settings.items, reranker=str(tiny_model), reranker_limit_s=30.0
    )
    desk = Desk(named, embedder=embedder)
    desk.add_bytes(POLICY.encode(), "津贴.txt", publish=True)
    library = desk.library()
    assert desk.reranker is not None
    texts = ["每月100元", "身份证和银行卡", "本办法"]

    order = desk.reranker.order(QUESTION, texts)

    found = library.found(QUESTION, library.embed(QUESTION), Audience.PUBLIC)
    desk.close()
    assert sorted(order) == [0, 1, 2]
    assert found is not None
    assert found.finding is not None


def test_without_a_setting_there_is_no_reranker(settings: Settings) -> None:
    assert open_reranker(settings) is None


def test_a_cross_encoder_that_is_not_there_is_named(tmp_path: Path) -> None:
    absent, empty = tmp_path / "absent", tmp_path / "empty"
    empty.mkdir()

    with pytest.raises(MissingModelError, match="absent"):
        open_reranker(Settings(home=tmp_path, reranker=str(absent)))
    with pytest.raises(BrokenModelError, match="empty"):
        open_reranker(Settings(home=tmp_path, reranker=str(empty)))


def test_the_settings_choose_index_and_reranker() -> None:
    found = Settings.from_env(
        {"LINLI_INDEX": "SQ8", "LINLI_RERANKER": "m", "LINLI_RERANKER_TIMEOUT_S": "0.5"}
    )

    assert (found.index, found.reranker, found.reranker_limit_s) == (IndexKind.BYTES, "m", 0.5)


@pytest.mark.parametrize("variable", ["LINLI_INDEX", "LINLI_RERANKER_TIMEOUT_S"])
def test_a_setting_that_makes_no_sense_is_named(variable: str) -> None:
    with pytest.raises(SettingsError, match=variable):
        Settings.from_env({variable: "soon"})
