"""Says an answer in other words, with a language model that the operator names; off by default.

Nothing the model says is believed: a text in which a number, a name or a permission does not
stand in the cited clauses is thrown away, and the words of the clause are said instead.
"""

import json
import logging
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from threading import Lock
from time import monotonic
from typing import Any

import httpx

from knowledge.answer import Answer, Outcome
from knowledge.facts import unsupported
from knowledge.frame import basis_of, frame_of, is_basis
from knowledge.item import Audience
from knowledge.texts import texts

logger = logging.getLogger(__name__)
LIMIT = 64 * 1024  # bytes of a reply
LONGEST = 700  # characters of an answer that is rephrased, and of what comes back
TRIES = 3  # failures in a row after which nothing is asked for a while
REST_S = 60.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Rephrasing:
    """The endpoint; any that speaks OpenAI's chat completions."""

    url: str  # up to and without /chat/completions
    model: str
    key: str = field(default="", repr=False)
    timeout_s: float = 3.0


class UnusableReplyError(Exception):
    """The endpoint answered something that is no reply; the reason has no word of it."""


class Rephraser:
    """Asks one endpoint, gives up in time, and leaves it alone for a while when it fails."""

    def __init__(
        self,
        rephrasing: Rephrasing,
        *,
        client: httpx.Client | None = None,
        clock: Callable[[], float] = monotonic,
    ) -> None:
        self._settings, self._clock = rephrasing, clock
        # A proxy of the environment is for what is outside.
        is_outside = rephrasing.url.startswith("https")
        self._client = client or httpx.Client(trust_env=is_outside)
        self._lock = Lock()
        self._failures, self._rests_until = 0, 0.0

    def rephrased(self, answer: Answer, masked: str) -> Answer:
        """Return the answer in other words, or as it was if that cannot be had or trusted.

        ``masked`` is the question without what names a person; nothing else of it goes out.
        """
        if not _may_leave(answer) or self._is_resting():
            return answer
        try:
            text = self._asked(answer, masked)
        except (httpx.HTTPError, UnusableReplyError, OSError) as error:
            self._note(is_failure=True)
            logger.warning("not rephrased: %s", type(error).__name__)
            return answer
        self._note(is_failure=False)
        return checked(answer, text)

    def _asked(self, answer: Answer, masked: str) -> str:
        settings = self._settings
        deadline = self._clock() + settings.timeout_s
        headers = {"authorization": f"Bearer {settings.key}"} if settings.key else {}
        with self._client.stream(
            "POST",
            f"{settings.url.rstrip('/')}/chat/completions",
            json=_request(settings.model, answer, masked),
            headers=headers,
            timeout=settings.timeout_s,
        ) as response:
            response.raise_for_status()
            body = b""
            for part in response.iter_bytes():
                body += part
                if len(body) > LIMIT or self._clock() > deadline:
                    raise UnusableReplyError
        return _text_of(body)

    def _is_resting(self) -> bool:
        with self._lock:
            return self._clock() < self._rests_until

    def _note(self, *, is_failure: bool) -> None:
        with self._lock:
            self._failures = self._failures + 1 if is_failure else 0
            if self._failures >= TRIES:
                self._rests_until = self._clock() + REST_S
                self._failures = TRIES - 1  # one more failure after the rest is enough


def checked(answer: Answer, text: str) -> Answer:
    """Return the answer with another text if everything in it stands in the cited clauses."""
    sources = [f"{one.document}{one.clause}\n{one.text}" for one in answer.citations]
    text = text.strip()
    reasons = ["length"] if not 0 < len(text) <= LONGEST else unsupported(text, sources)
    frame = frame_of(answer)
    if reasons or frame is None:
        logger.info("a rephrased answer was not used: %s", ",".join(reasons or ["frame"]))
        return answer
    basis = [] if any(map(is_basis, frame.below)) else [basis_of(answer.citations)]
    lines = [*frame.above, text, *basis, *frame.below, texts().sentence("rephrased")]
    return replace(answer, text="\n".join(lines), is_rephrased=True)


def _may_leave(answer: Answer) -> bool:
    """Return whether an answer is short, for everybody to read, and nothing but quotes."""
    is_for_all = answer.asked is None or answer.asked.audience is Audience.PUBLIC
    is_card = answer.outcome is Outcome.GUIDE and answer.facet is None
    is_told = bool(answer.citations) and not is_card and len(answer.text) <= LONGEST
    return is_told and is_for_all and frame_of(answer) is not None


def _request(model: str, answer: Answer, masked: str) -> dict[str, Any]:
    clauses = "\n\n".join(f"{one.document} {one.clause}\n{one.quote}" for one in answer.citations)
    says = texts()
    return {
        "model": model,
        "stream": False,
        "temperature": 0,
        "max_tokens": LONGEST,
        "messages": [
            {"role": "system", "content": says.sentence("rephrase_rules")},
            {
                "role": "user",
                "content": says.sentence("rephrase_task", clauses=clauses, question=masked),
            },
        ],
    }


def _text_of(body: bytes) -> str:
    """Return the words of a reply.

    Raises:
        UnusableReplyError: it is not of the form of chat completions.
    """
    try:
        text = json.loads(body)["choices"][0]["message"]["content"]
    except (ValueError, KeyError, IndexError, TypeError) as error:
        raise UnusableReplyError from error
    if not isinstance(text, str):
        raise UnusableReplyError
    return text
