"""The layers that read question and sentence together, as they are trained (PyTorch)."""

import math
import random
import re
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import torch
from numpy.typing import NDArray
from onnx import numpy_helper
from safetensors.numpy import load_file
from torch import Tensor, distributed, nn
from transformers import BertConfig
from transformers.models.bert.modeling_bert import BertLayer

from bench.reading_cases import Lesson, States
from knowledge.graph_embedder import BETWEEN

SIDES = 2
PIECES = 4  # parts of a batch, by length, so that little is padded
HEAD_RATE = 1e-3
TRIED = 5  # products of each kind, of which the fastest counts
TOLD = 100  # steps between two lines that tell how far the training is
WARM = 0.08  # share of the steps in which the rate of learning rises


@dataclass(frozen=True, slots=True, kw_only=True)
class Course:
    """How the layers are trained."""

    epochs: int = 2
    rate: float = 2e-4
    lessons: int = 12  # questions of one step
    read: int = 4  # sentences that are read for each of them
    easy: int = 12  # sentences of a question that the others are drawn from
    seed: int = 0


class Joint(nn.Module):
    """The encoder's last layers, what tells both sides apart, and a head with one number."""

    def __init__(self, folder: Path) -> None:
        super().__init__()
        # plain attention: a fused one takes twice the time going backwards in sixteen bits
        config = BertConfig.from_pretrained(folder, attn_implementation="eager")
        config.attention_probs_dropout_prob = config.hidden_dropout_prob = 0.0
        count, dim = int(config.num_hidden_layers) - BETWEEN, int(config.hidden_size)
        self.layers = nn.ModuleList(
            BertLayer(config)  # type: ignore[no-untyped-call]  # Transformers leaves it untyped
            for _ in range(count)
        )
        self.sides, self.shared = nn.Embedding(SIDES, dim), nn.Embedding(2, dim)
        self.head = nn.Linear(SIDES * dim, 1)
        tensors = {
            k: torch.from_numpy(v) for k, v in load_file(folder / "model.safetensors").items()
        }
        for number, layer in enumerate(self.layers):
            stem = f"encoder.layer.{number + BETWEEN}."
            own = {k.split(stem)[1]: v for k, v in tensors.items() if stem in k}
            layer.load_state_dict(own)
        for table in (self.sides, self.shared):
            nn.init.zeros_(table.weight)
        nn.init.normal_(self.head.weight, std=0.02)
        nn.init.zeros_(self.head.bias)

    def forward(self, states: Tensor, is_there: Tensor, sides: Tensor, shared: Tensor) -> Tensor:
        """Return a number for each pair; ``is_there`` is false for padding."""
        hidden = states + self.sides(sides) + self.shared(shared)
        seen = torch.where(is_there[:, None, None, :], 0.0, -math.inf).to(hidden.dtype)
        seen = seen.expand(-1, 1, hidden.shape[1], -1)
        for layer in self.layers:
            out = layer(hidden, seen)
            hidden = out[0] if isinstance(out, tuple) else out
        means = []
        for side in range(SIDES):
            own = (is_there & (sides == side)).unsqueeze(-1).to(hidden.dtype)
            means.append((hidden * own).sum(1) / own.sum(1))
        found: Tensor = self.head(torch.cat(means, -1).float()).squeeze(-1)
        return found

    def go_on(self, graph: Path) -> None:
        """Begin as a reader that was written before, whose layers become the last ones."""
        known = _written(graph)
        count = 1 + max(int(name.split(".")[1]) for name in known if name.startswith("layers."))
        before = len(self.layers) - count
        renamed = {
            re.sub(r"^layers\.(\d+)", lambda one: f"layers.{int(one[1]) + before}", name): value
            for name, value in known.items()
        }
        own = self.state_dict()
        self.load_state_dict(own | {k: torch.from_numpy(v.copy()) for k, v in renamed.items()})


def _written(graph: Path) -> dict[str, NDArray[Any]]:
    """Return the weights that a reader's graph was written from, as near as eight bits are."""
    held = {one.name: numpy_helper.to_array(one) for one in onnx.load(graph).graph.initializer}
    found: dict[str, NDArray[Any]] = {
        "sides.weight": held["sides.table"],
        "shared.weight": held["shared.table"],
        "head.weight": held["head"].T,
        "head.bias": held["head.bias"],
    }
    for name, value in held.items():
        stem, _, part = name.rpartition(".")
        if part == "gain":
            found[f"{stem}.weight"] = value / np.float32(np.sqrt(len(value)))
            found[f"{stem}.bias"] = held[f"{stem}.bias"]
        elif part == "bytes":
            weight = (value.astype(np.float32) * held[f"{stem}.scale"]).T
            parts = ("query", "key", "value") if stem.endswith("query") else ("",)
            rows = zip(
                parts,
                np.split(weight, len(parts)),
                np.split(held[f"{stem}.bias"], len(parts)),
                strict=True,
            )
            for own, matrix, bias in rows:
                whole = stem.removesuffix("query") + own if own else stem
                found |= {f"{whole}.weight": matrix, f"{whole}.bias": bias}
    return found


@cache
def is_short_faster() -> bool:
    """Return whether sixteen bits take less time here; that differs by processor, so it is tried.

    With tiles (AMX) and on AMD's Zen 4 they take about half, on other processors two thirds more.
    """
    taken = dict.fromkeys((torch.float32, torch.bfloat16), math.inf)
    for _ in range(TRIED):
        for kind in taken:
            many, weight = torch.ones(2048, 384, dtype=kind), torch.ones(384, 1536, dtype=kind)
            before = time.perf_counter()
            many @ weight
            taken[kind] = min(taken[kind], time.perf_counter() - before)
    return taken[torch.bfloat16] < taken[torch.float32]


Pair = tuple[int, int]  # numbers of a question and of an excerpt in the states
Drawn = tuple[int, bool, list[int]]  # a question, whether the first excerpt is right, excerpts


def logits(model: Joint, states: States, pairs: Sequence[Pair]) -> Tensor:
    """Return the numbers of some pairs, in their order; padded to pairs of like length only."""
    order = sorted(range(len(pairs)), key=lambda at: states.length(*pairs[at]))
    cuts = [cut.tolist() for cut in np.array_split(np.array(order), PIECES) if len(cut)]
    with torch.autocast("cpu", dtype=torch.bfloat16, enabled=is_short_faster()):
        found = [model(*padded(states, [pairs[at] for at in cut])).float() for cut in cuts]
    return torch.cat(found)[torch.from_numpy(np.argsort(np.concatenate(cuts)))]


def padded(states: States, pairs: Sequence[Pair]) -> tuple[Tensor, Tensor, Tensor, Tensor]:
    """Return the states of some pairs, what of them is there, and both marks."""
    rows = [states.pair(*pair) for pair in pairs]
    longest = max(len(row[0]) for row in rows)
    shape = (len(rows), longest)
    hidden = torch.zeros((*shape, rows[0][0].shape[1]))
    is_there, sides, shared = (
        torch.zeros(shape, dtype=kind) for kind in (torch.bool, torch.long, torch.long)
    )
    for at, (own, side, share) in enumerate(rows):
        hidden[at, : len(own)] = torch.from_numpy(own.astype(np.float32))
        is_there[at, : len(own)] = True
        sides[at, : len(own)] = torch.from_numpy(side)
        shared[at, : len(own)] = torch.from_numpy(share)
    return hidden, is_there, sides, shared


def train(
    model: Joint,
    states: States,
    lessons: Sequence[Lesson],
    course: Course,
    keep: Callable[[Joint], None],
) -> None:
    """Train: the right sentence before the others, and "none" where it is not among them.

    Each process of a group that learns together has lessons of its own, and all take the same
    steps. ``keep`` is called after each round, so that a training that is cut off is not lost.
    """
    chance = random.Random(course.seed)
    kept = [one for one in lessons if one.right or not one.has_fact]
    rest = [p for name, p in model.named_parameters() if name.startswith("layers")]
    new = [p for name, p in model.named_parameters() if not name.startswith("layers")]
    groups = [{"params": rest, "lr": course.rate}, {"params": new, "lr": HEAD_RATE}]
    optimiser = torch.optim.AdamW(groups, weight_decay=0.01)
    a_round = _least(len(kept) // course.lessons)
    steps = a_round * course.epochs

    def rate(step: int) -> float:
        return min((step + 1) / (WARM * steps), max(0.0, 1 - step / steps))

    schedule = torch.optim.lr_scheduler.LambdaLR(optimiser, rate)
    model.train()
    for epoch in range(course.epochs):
        chance.shuffle(kept)
        losses = []
        for start in range(0, a_round * course.lessons, course.lessons):
            drawn = [_drawn(one, course, chance) for one in kept[start : start + course.lessons]]
            loss = _mean_loss(model, states, drawn)
            optimiser.zero_grad()
            loss.backward()  # type: ignore[no-untyped-call]  # PyTorch leaves it untyped
            _share([*rest, *new])
            nn.utils.clip_grad_norm_([*rest, *new], 1.0)
            optimiser.step()
            schedule.step()
            losses.append(float(loss.detach()))
            if len(losses) % TOLD == 0:
                mean = np.mean(losses[-TOLD:])
                print(f"{schedule.last_epoch} of {steps} steps, mean loss {mean:.3f}", flush=True)
        print(f"round {epoch + 1}: mean loss {np.mean(losses):.3f}", flush=True)
        keep(model)
    model.eval()


def _mean_loss(model: Joint, states: States, drawn: Sequence[Drawn]) -> Tensor:
    """Return the mean loss of some questions."""
    pairs = [(question, at) for question, _, read in drawn for at in read]
    found = torch.split(logits(model, states, pairs), [len(read) for _, _, read in drawn])
    parts = [_loss(own, has_right=right) for own, (_, right, _) in zip(found, drawn, strict=True)]
    return torch.stack(parts).mean()


def _least(count: int) -> int:
    """Return the least of the counts of all processes that learn together."""
    own = torch.tensor(count)
    if distributed.is_initialized():
        distributed.all_reduce(own, op=distributed.ReduceOp.MIN)
    return int(own)


def _share(parameters: Sequence[nn.Parameter]) -> None:
    """Give all processes the mean of their gradients."""
    if not distributed.is_initialized():
        return
    slopes = [one.grad for one in parameters if one.grad is not None]
    flat = torch.nn.utils.parameters_to_vector(slopes)
    distributed.all_reduce(flat)
    torch.nn.utils.vector_to_parameters(flat / distributed.get_world_size(), slopes)


def _drawn(lesson: Lesson, course: Course, chance: random.Random) -> Drawn:
    """Return the question, whether the first excerpt is right, and the excerpts to read."""
    right = list(lesson.right[:2])
    first = [right[0] if chance.random() < 0.7 else right[-1]] if right else []
    hard, easy = lesson.wrong[: course.read // 2], lesson.wrong[course.read // 2 : course.easy]
    more = min(course.read - len(first) - len(hard), len(easy))
    return lesson.question, bool(first), [*first, *hard, *chance.sample(easy, max(more, 0))]


def _loss(found: Tensor, *, has_right: bool) -> Tensor:
    """Return the loss of one question, once more as if the right sentence were not there."""
    none = torch.zeros(1)
    if not has_right:
        return _against(torch.cat([found, none]), len(found))
    loss = _against(torch.cat([found, none]), 0)
    if len(found) > 1:
        loss = loss + 0.5 * _against(torch.cat([found[1:], none]), len(found) - 1)
    return loss


def _against(found: Tensor, right: int) -> Tensor:
    return nn.functional.cross_entropy(found[None], torch.tensor([right]))
