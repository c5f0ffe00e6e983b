"""How well spoken words are heard: ``python -m bench.voice [--fit]``.

Needs the voice extra, espeak-ng and, for two of the voices, Kokoro's packages (``bench.voices``).
What was recognised is kept in a folder, so an interrupted run goes on where it was.
Plain Whisper without prompt or correction is the baseline of the same run.
Synthetic voices are clear; real elderly ones, with dialects and telephones, will be heard worse.
"""

import argparse
import itertools
import json
import os
import re
import time
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

import yaml
from rich.console import Console
from rich.table import Table

from bench import voices
from voice.correction import Corrector, Weights
from voice.decoding import decode
from voice.numerals import spelled
from voice.recogniser import WhisperRecogniser
from voice.settings import Settings
from voice.vocabulary import read_vocabulary
from voice.worker import open_recogniser

DATA = Path(__file__).parent / "data"
PROMPTS = ("none", "domain")
PAIR = tuple(voices.KOKORO)
_LETTERS = re.compile(r"[^\W_]")
console = Console(highlight=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Trial:
    """One sentence in one voice, heard with one prompt; CPU seconds, and how long it lasts."""

    part: str
    said: str
    voice: str
    prompt: str
    raw: str = ""
    seconds: float = 0.0
    took_s: float = 0.0

    @property
    def key(self) -> tuple[str, ...]:
        """What tells it from the others."""
        return self.part, self.said, self.voice, self.prompt


def main() -> None:
    """Print error rates, what right sentences suffer, and the time it takes."""
    parser = argparse.ArgumentParser(prog="python -m bench.voice", description=__doc__)
    parser.add_argument("--fit", action="store_true", help="try weights on the tuning half")
    parser.add_argument("--keep", type=Path, default=Path("var/bench/voice"))
    parser.add_argument("--kept-only", action="store_true", help="recognise nothing more")
    parser.add_argument("--each", action="store_true", help="each sentence in both voices")
    options = parser.parse_args()
    sentences = yaml.safe_load((DATA / "voice" / "sentences.yml").read_text("utf-8"))
    done = list(hear_all(sentences, options))
    corrector = Corrector(read_vocabulary())
    if options.fit:
        fit(corrector, [t for t in done if t.part == "tune"], sentences["tune"])
    else:
        report(corrector, done)
        spoil(corrector, sentences)


def hear_all(sentences: dict[str, list[str]], options: argparse.Namespace) -> Iterator[Trial]:
    """Yield every trial, those that are kept first."""
    kept = options.keep / "heard.jsonl"
    known: set[tuple[str, ...]] = set()
    for line in kept.read_text("utf-8").splitlines() if kept.exists() else []:
        trial = Trial(**json.loads(line))
        known.add(trial.key)
        yield trial
    if options.kept_only:
        return
    options.keep.mkdir(parents=True, exist_ok=True)
    wanted = [t for t in trials(sentences, is_each=options.each) if t.key not in known]
    recogniser = open_recogniser(Settings.from_env(os.environ)) if wanted else None
    for trial in wanted:
        assert recogniser is not None
        heard = hear(recogniser, trial, options.keep)
        with kept.open("a", encoding="utf-8") as file:
            file.write(json.dumps(asdict(heard), ensure_ascii=False) + "\n")
        yield heard


def trials(sentences: dict[str, list[str]], *, is_each: bool) -> Iterator[Trial]:
    """Yield what is to be heard: each sentence in one of two voices by turns, or in both."""
    for prompt, part in itertools.product(reversed(PROMPTS), sentences):
        for number, said in enumerate(sentences[part]):
            for voice in PAIR if is_each else (PAIR[number % 2],):
                yield Trial(part=part, said=said, voice=voice, prompt=prompt)


def hear(recogniser: WhisperRecogniser, trial: Trial, folder: Path) -> Trial:
    """Return the trial with what was heard, before any correction."""
    sound = voices.kept(trial.said, trial.voice, folder / "sounds").read_bytes()
    prompt = read_vocabulary().prompt if trial.prompt == "domain" else ""
    samples = decode(sound, 60)
    began = time.process_time()
    heard = recogniser.listen(samples, prompt)
    took_s = time.process_time() - began
    found = asdict(trial) | {"raw": heard.raw, "seconds": heard.seconds, "took_s": took_s}
    return Trial(**found)


def report(corrector: Corrector, done: list[Trial]) -> None:
    """Print the character error rates of each half."""
    table = Table("half", "voice", "prompt", "sentences", "CER", "corrected", "CPU s per s")
    both = {t.key[:3] for t in done if t.prompt == "none"}
    both &= {t.key[:3] for t in done if t.prompt == "domain"}
    for part in ("tune", "check"):
        for prompt in PROMPTS:
            mine = [t for t in done if (t.part, t.prompt) == (part, prompt)]
            for voice in (*voices.NAMES, "all", "heard with both"):
                chosen = [
                    t
                    for t in mine
                    if voice in {t.voice, "all"}
                    or (voice == "heard with both" and t.key[:3] in both)
                ]
                if chosen:
                    table.add_row(part, voice, prompt, *figures(corrector, chosen))
    console.print(table)


def figures(corrector: Corrector, heard: list[Trial]) -> tuple[str, ...]:
    """Return how many there are, the error rates before and after correction, and the pace."""
    plain = error_rate((t.said, t.raw) for t in heard)
    better = error_rate((t.said, corrector.correct(t.raw)) for t in heard)
    pace = sum(t.took_s for t in heard) / sum(t.seconds for t in heard)
    return str(len(heard)), f"{plain:.3f}", f"{better:.3f}", f"{pace:.2f}"


def spoil(corrector: Corrector, sentences: dict[str, list[str]]) -> None:
    """Print how many right sentences the correction changes."""
    others = yaml.safe_load((DATA / "everyday" / "others.yml").read_text("utf-8"))
    every = sentences | {"everyday/others": [one for block in others for one in block["say"]]}
    for path in sorted((DATA / "utterances").glob("*.yml")):  # nothing is fitted on these
        written = yaml.safe_load(path.read_text("utf-8"))
        every[f"utterances/{path.stem}"] = [one for listed in written.values() for one in listed]
    for name, listed in every.items():
        changed = sum(letters(corrector.correct(one)) != letters(one) for one in listed)
        console.print(f"right sentences changed, {name}: {changed} of {len(listed)}")


def fit(corrector: Corrector, tune: list[Trial], right: list[str]) -> None:
    """Print the error rate under each setting that changes no right sentence of this half."""
    heard = [t for t in tune if t.prompt == "domain"]
    grid = itertools.product((6.0, 9.0), (5.0, 6.0, 7.0, 8.0), (0.2, 0.3), (0.2, 0.25, 0.3, 1.0))
    for difference, reluctance, farthest, apart in grid:
        weights = Weights(
            difference=difference, reluctance=reluctance, farthest=farthest, apart=apart
        )
        if any(letters(corrector.correct(one, weights)) != letters(one) for one in right):
            continue
        found = error_rate((t.said, corrector.correct(t.raw, weights)) for t in heard)
        console.print(f"{found:.3f} {weights}")


def letters(text: str) -> str:
    """Return what counts of a text: characters, numbers as they are said, no punctuation."""
    return "".join(_LETTERS.findall(spelled(text)))


def error_rate(pairs: Iterable[tuple[str, str]]) -> float:
    """Return the character error rate of (said, heard), over all of them together."""
    errors = length = 0
    for said, heard in pairs:
        errors += distance(letters(said), letters(heard))
        length += len(letters(said))
    return errors / max(length, 1)


def distance(one: str, other: str) -> int:
    """Return how many characters have to be put in, left out or changed."""
    row = list(range(len(other) + 1))
    for number, left in enumerate(one, 1):
        before, row[0] = row[0], number
        for place, right in enumerate(other, 1):
            before, row[place] = (
                row[place],
                min(row[place] + 1, row[place - 1] + 1, before + (left != right)),
            )
    return row[-1]


if __name__ == "__main__":
    main()
