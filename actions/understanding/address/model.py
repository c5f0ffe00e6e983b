"""The model of address parts: a conditional random field over the pieces of an address."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import pycrfsuite

from actions.understanding.address.errors import AddressModelError
from actions.understanding.address.features import features_of
from actions.understanding.address.labelled import LabelledAddress, Span
from actions.understanding.address.tokens import OUTSIDE, spans_of, tags_of, tokens_of
from actions.understanding.normalise import normalise

SHIPPED = Path(__file__).with_name("generated.crfsuite")
FEATURES = 1  # raise it when features_of changes: a model learned from others would guess


@dataclass(frozen=True, slots=True, kw_only=True)
class Fit:
    """How closely a model follows its rows; chosen on rows that no test uses."""

    c1: float = 0.1  # weight of the sum of the absolute weights: small ones become none
    c2: float = 0.02  # weight of the sum of the squares
    rounds: int = 60
    rarest: int = 0  # features seen less often are left out


class AddressTagger:
    """Takes addresses apart with one model, loaded once."""

    def __init__(self, path: Path = SHIPPED) -> None:
        """Open the model.

        Raises:
            AddressModelError: there is none, or it cannot be read.
        """
        self._tagger = pycrfsuite.Tagger()
        try:
            self._tagger.open(str(path))
        except (OSError, ValueError) as error:
            raise AddressModelError(
                f"地址模型 {path} 无法读取,请运行 linli train addresses 重新训练。"
            ) from error

    def label(self, text: str) -> list[Span]:
        """Return the parts of an address; positions count in the characters as written."""
        plain = normalise(text)
        tokens = tokens_of(plain)
        if not tokens:
            return []
        tags = self._tagger.tag(pycrfsuite.ItemSequence(features_of(plain, tokens)))
        return spans_of(tokens, tags)


def open_tagger(home: Path) -> AddressTagger:
    """Return what was trained here if there is such a model, else what ships."""
    trained = trained_path(home)
    return AddressTagger(trained if trained.exists() else SHIPPED)


def trained_path(home: Path) -> Path:
    """Return where a model that was trained here lies."""
    return home / f"addresses-{FEATURES}.crfsuite"


def fit(addresses: Iterable[LabelledAddress], path: Path, settings: Fit | None = None) -> None:
    """Learn from the addresses and write the model; a file half written is left for nobody."""
    chosen = settings or Fit()
    trainer = pycrfsuite.Trainer(verbose=False)
    for address in addresses:
        plain = normalise(address.text)
        tokens = tokens_of(plain)
        items = pycrfsuite.ItemSequence(features_of(plain, tokens))
        trainer.append(items, _coarse(tags_of(tokens, address.spans)))
    trainer.set_params({
        "c1": chosen.c1,
        "c2": chosen.c2,
        "max_iterations": chosen.rounds,
        "feature.minfreq": chosen.rarest,
    })  # fmt: skip
    partial = path.with_suffix(".partial")
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        trainer.train(str(partial))
        partial.replace(path)
    finally:
        partial.unlink(missing_ok=True)


def _coarse(tags: Sequence[str]) -> list[str]:
    """Return the tags without last and alone: half as many learn four times as fast."""
    coarse = {"E": "I", "S": "B"}
    return [tag if tag == OUTSIDE else coarse.get(tag[0], tag[0]) + tag[1:] for tag in tags]
