"""What a sentence-transformers folder says about its model, read without sentence-transformers."""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

QUERY_NAMES = ("query", "question", "search_query")
PASSAGE_NAMES = ("document", "passage", "search_document")
POOLINGS = {"pooling_mode_cls_token": "cls", "pooling_mode_mean_tokens": "mean"}


class UnsupportedModelError(Exception):
    """The model cannot become a graph; the message says why, in a few words for operators."""


@dataclass(frozen=True, slots=True)
class ModelFolder:
    """A folder with a model, and the name that it was asked for by."""

    path: Path
    name: str

    @property
    def model_id(self) -> str:
        """Tell two models of one name apart by their files' names and sizes."""
        digest = hashlib.sha256()
        for path in sorted(self.path.rglob("*")):
            if path.suffix in {".safetensors", ".bin", ".json"} and path.is_file():
                digest.update(f"{path.relative_to(self.path)}:{path.stat().st_size};".encode())
        return f"{Path(self.name).name}-{digest.hexdigest()[:8]}"

    @property
    def prompts(self) -> tuple[str, str]:
        """What is written before a question and before a passage."""
        known = self.json("config_sentence_transformers.json").get("prompts") or {}
        is_e5 = any("e5" in name.lower() for name in (Path(self.name).name, self.path.name))
        query = _prompt(known, QUERY_NAMES) or ("query: " if is_e5 else "")
        return query, _prompt(known, PASSAGE_NAMES) or ("passage: " if is_e5 else "")

    @property
    def pooling(self) -> str:
        """How the vectors of the pieces become one: ``mean`` or ``cls``.

        Raises:
            UnsupportedModelError: it is done in another way, or more follows than normalisation.
        """
        modules: list[dict[str, Any]] = self.json("modules.json", [])
        kinds = [str(module["type"]).rsplit(".", 1)[-1] for module in modules]
        if kinds not in (["Transformer", "Pooling"], ["Transformer", "Pooling", "Normalize"]):
            raise UnsupportedModelError(f"modules {kinds}")
        config: dict[str, Any] = self.json(f"{modules[1]['path']}/config.json")
        chosen = [
            POOLINGS.get(key, key) for key in config if "pooling_mode_" in key and config[key]
        ]
        chosen += [str(config["pooling_mode"])] if "pooling_mode" in config else []
        if len(chosen) == 1 and chosen[0] in POOLINGS.values():
            return chosen[0]
        raise UnsupportedModelError(f"pooling {chosen}")

    @property
    def first_position(self) -> int:
        """The row of the position table that belongs to the first piece."""
        config = self.json("config.json")
        is_roberta = "roberta" in str(config.get("model_type"))
        return int(config["pad_token_id"]) + 1 if is_roberta else 0

    @property
    def max_pieces(self) -> int:
        """How many pieces of a text the model reads; the rest is cut off."""
        room = int(self.json("config.json")["max_position_embeddings"]) - self.first_position
        asked = self.json("sentence_bert_config.json").get("max_seq_length")
        own = self.json("tokenizer_config.json").get("model_max_length")
        return min(int(asked or own or room), room)

    def json(self, name: str, default: Any = None) -> Any:
        """Return a file's content, or ``default`` (an empty mapping) where there is no such file.

        Raises:
            ValueError: the file is damaged.
        """
        path = self.path / name
        if not path.is_file():
            return {} if default is None else default
        return json.loads(path.read_text(encoding="utf-8"))


def _prompt(prompts: dict[str, str | None], names: Sequence[str]) -> str:
    return next((str(prompts[name]) for name in names if prompts.get(name)), "")
