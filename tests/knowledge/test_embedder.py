"""Opening a model: the shipped one works, a missing one says so at once."""

import json
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from knowledge.conversion import FOLDER, converted_model
from knowledge.embedder import Embedder, RememberingEmbedder, open_embedder
from knowledge.encoder_graph import four_bits
from knowledge.errors import BrokenModelError, MissingModelError, SettingsError
from knowledge.graph_embedder import open_graph
from knowledge.model_folder import ModelFolder, UnsupportedModelError
from knowledge.seed import read_seed
from knowledge.sentence_embedder import SentenceEmbedder
from knowledge.settings import DEFAULT_MODEL, Settings
from tests.knowledge.conftest import FakeEmbedder

TEXTS = (
    "办居住证要多少钱",
    "水",
    "3栋2单元的电梯坏了两天了，老人上下楼很不方便，请问什么时候可以修好？",
    "WiFi 信号 iPhone 13 怎么连，ＡＢＣ１２３",
    "😀🙏\u200d 谢谢",
    "公民离开常住户口所在地，到其他城市居住半年以上，可以申领居住证。" * 40,
    "",
)


@pytest.fixture(scope="session")
def slow_embedder(model_home: Path) -> Embedder:
    return SentenceEmbedder(ModelFolder(converted_model(model_home / "models"), DEFAULT_MODEL))


@pytest.fixture
def other_model(model_home: Path, tmp_path: Path) -> Path:
    """A folder with a model of two layers."""
    folder, weights = tmp_path / "mine", "model.safetensors"
    shipped = converted_model(model_home / "models")
    shutil.copytree(shipped, folder, ignore=shutil.ignore_patterns(weights))
    (folder / weights).symlink_to(shipped / weights)
    change(folder / "config.json", lambda config: config.update(num_hidden_layers=2))
    return folder


def nearness(one: Embedder, other: Embedder) -> float:
    queries = (one.embed_queries(TEXTS) * other.embed_queries(TEXTS)).sum(axis=1)
    passages = (one.embed_passages(TEXTS) * other.embed_passages(TEXTS)).sum(axis=1)
    return float(min(queries.min(), passages.min()))


def change(path: Path, edit: Callable[[dict[str, object]], None]) -> None:
    content = json.loads(path.read_text("utf-8"))
    edit(content)
    path.write_text(json.dumps(content), "utf-8")


def test_vectors_have_unit_length_and_like_texts_are_near(real_embedder: Embedder) -> None:
    query = real_embedder.embed_queries(["办居住证要多少钱"])[0]

    near, far = real_embedder.embed_passages(["首次申领居住证免收工本费。", "今天天气晴朗。"])

    assert np.isclose(np.linalg.norm(query), 1, atol=1e-3)
    assert query @ near > query @ far


def test_an_interrupted_conversion_is_done_again(
    model_home: Path, real_embedder: Embedder
) -> None:
    left = model_home / "models" / f".{FOLDER}.999999999.abc"
    left.mkdir()

    folder = converted_model(model_home / "models")

    assert (folder / "modules.json").is_file()
    assert real_embedder.dim == 384


def test_a_model_that_is_not_here_is_named(tmp_path: Path) -> None:
    settings = Settings(home=tmp_path, embedding_model="someone/no-such-model")

    with pytest.raises(MissingModelError, match="no-such-model"):
        open_embedder(settings)


def test_a_question_is_embedded_once() -> None:
    class Counting(FakeEmbedder):
        asked = 0

        def embed_queries(self, queries):  # type: ignore[no-untyped-def]
            self.asked += len(queries)
            return super().embed_queries(queries)

    counting = Counting()
    embedder = RememberingEmbedder(counting, size=2)

    for query in ("一", "一", "二", "一"):
        embedder.embed_queries([query])

    assert counting.asked == 2


def test_a_bad_setting_is_named() -> None:
    with pytest.raises(SettingsError, match="LINLI_ALLOW_HUB"):
        Settings.from_env({"LINLI_ALLOW_HUB": "maybe"})


def test_importing_the_nouns_imports_no_torch() -> None:
    code = "import sys, knowledge.item, knowledge.desk; print('torch' in sys.modules)"

    found = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    )

    assert found.stdout.strip() == "False"


def test_the_shipped_models_graph_gives_the_vectors_of_sentence_transformers(
    real_embedder: Embedder, slow_embedder: Embedder
) -> None:
    assert real_embedder.engine == "onnxruntime, int8"
    assert real_embedder.model_id == slow_embedder.model_id
    assert nearness(real_embedder, slow_embedder) > 0.998


def test_the_shipped_vectors_are_of_the_shipped_model(real_embedder: Embedder) -> None:
    assert read_seed(real_embedder.model_id)


def test_a_text_has_the_same_vector_in_any_company(real_embedder: Embedder) -> None:
    together = real_embedder.embed_passages(TEXTS)

    alone = [real_embedder.embed_passages([text])[0] for text in TEXTS]

    assert np.array_equal(together, np.stack(alone))


def test_serving_the_shipped_model_imports_no_torch(
    model_home: Path, real_embedder: Embedder
) -> None:
    assert real_embedder.dim
    code = (
        "import sys; from pathlib import Path; from knowledge.embedder import open_embedder;"
        "from knowledge.settings import Settings;"
        "open_embedder(Settings(home=Path(sys.argv[1]))).embed_queries(['a']);"
        "print({'torch', 'transformers', 'sentence_transformers', 'onnx'} & set(sys.modules))"
    )

    found = subprocess.run(
        [sys.executable, "-c", code, str(model_home)], capture_output=True, text=True, check=True
    )

    assert found.stdout.strip() == "set()"


def test_a_half_written_graph_is_written_again(other_model: Path, tmp_path: Path) -> None:
    models = tmp_path / "models"
    folder = ModelFolder(other_model, DEFAULT_MODEL)
    open_graph(folder, models)
    (path,) = models.glob("*.onnx")
    path.write_bytes(path.read_bytes()[:1_000_000])
    (models / f".{path.name}.999999999.abc").mkdir()

    embedder = open_graph(folder, models)

    assert embedder.dim == 384
    assert list(models.iterdir()) == [path]


def test_the_graph_of_an_older_form_is_removed(other_model: Path, tmp_path: Path) -> None:
    folder, models = ModelFolder(other_model, "mine"), tmp_path / "models"
    models.mkdir()
    older = models / f"{folder.model_id}-1.onnx"
    older.write_bytes(b"older")

    open_graph(folder, models)

    assert not older.exists()
    assert len(list(models.glob("*.onnx"))) == 1


def test_another_model_gets_a_graph_too_if_it_gives_the_same_vectors(
    other_model: Path, tmp_path: Path
) -> None:
    change(
        other_model / "1_Pooling" / "config.json",
        lambda config: config.update(pooling_mode_cls_token=True, pooling_mode_mean_tokens=False),
    )

    embedder = open_embedder(Settings(home=tmp_path / "home", embedding_model=str(other_model)))

    slow = SentenceEmbedder(ModelFolder(other_model, str(other_model)))
    assert embedder.engine.startswith("onnxruntime")
    assert nearness(embedder, slow) > 0.99


def test_a_model_of_another_kind_is_left_to_sentence_transformers(
    other_model: Path, tmp_path: Path
) -> None:
    change(
        other_model / "1_Pooling" / "config.json",
        lambda config: config.update(pooling_mode_max_tokens=True, pooling_mode_mean_tokens=False),
    )

    embedder = open_embedder(Settings(home=tmp_path / "home", embedding_model=str(other_model)))

    assert embedder.engine.startswith("sentence-transformers (pooling")
    assert embedder.dim == 384


def test_a_graph_whose_vectors_differ_is_not_used(
    other_model: Path, tmp_path: Path, slow_embedder: Embedder
) -> None:
    models = tmp_path / "models"

    with pytest.raises(UnsupportedModelError, match="other vectors"):
        open_graph(ModelFolder(other_model, "mine"), models, lambda: slow_embedder)

    assert not list(models.iterdir())


def test_a_damaged_model_is_named(other_model: Path, tmp_path: Path) -> None:
    weights = other_model / "model.safetensors"
    weights.unlink()
    weights.write_bytes(bytes(1_000_000))

    with pytest.raises(BrokenModelError, match="mine"):
        open_embedder(Settings(home=tmp_path / "home", embedding_model=str(other_model)))


def test_only_what_was_in_four_bits_goes_back_into_four_bits() -> None:
    numbers = np.resize(np.arange(-8, 8), (2, 64)).astype(np.float32)
    scale = np.array([[0.25], [-3.0]], np.float32)

    packed = four_bits(numbers * scale)

    assert packed is not None
    nibbles, scales = packed
    low, high = (nibbles & 15).astype(int) - 8, (nibbles >> 4).astype(int) - 8
    unpacked = np.stack([low, high], axis=-1).reshape(2, 64)
    assert np.array_equal(unpacked * scales.repeat(32, axis=1), numbers * scale)
    assert four_bits(np.random.default_rng(1).normal(size=(2, 64)).astype(np.float32)) is None
