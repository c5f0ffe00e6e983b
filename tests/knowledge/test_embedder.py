"""Opening a model: the shipped one works, a missing one says so at once."""

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from knowledge.conversion import FOLDER, converted_model
from knowledge.embedder import Embedder, RememberingEmbedder, open_embedder
from knowledge.errors import MissingModelError, SettingsError
from knowledge.settings import Settings
from tests.knowledge.conftest import FakeEmbedder


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
