"""News planned for a messenger with rules: never too often, never lost, in order, never twice."""

import asyncio
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Self

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine

from channels.conversations import Conversation, Conversations
from channels.database import migrate, open_engine
from channels.errors import OutOfReachError, PushFailedError
from channels.message import Audience
from channels.news import News, NewsDesk
from channels.reach import Grant, Reach
from channels.schema import Base
from tests.postgres import empty_database

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)
SAID = Grant(kind="said", lifetime=timedelta(hours=48), messages=5)
TOUCHED = Grant(kind="touched", lifetime=timedelta(minutes=1), messages=3)


@pytest.fixture(
    scope="module", params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)]
)
def engine(request: pytest.FixtureRequest) -> Iterator[Engine]:
    if request.param == "sqlite":
        opened = open_engine("sqlite://")
        migrate(opened)
        yield opened
        opened.dispose()
        return
    with empty_database() as url:
        opened = open_engine(url)
        migrate(opened)
        yield opened
        opened.dispose()


@pytest.fixture
def somebody(engine: Engine) -> str:
    with engine.begin() as connection:
        for table in reversed(Base.metadata.sorted_tables):
            connection.execute(table.delete())
    return Conversations(engine).open(Audience.STANDARD, "messenger", "1")[0].id


def test_nothing_is_granted_before_somebody_writes(engine: Engine, somebody: str) -> None:
    reach = Reach(engine)

    assert reach.remaining(somebody, NOON) == 0
    assert not reach.spend(somebody, NOON)


def test_a_grant_ends_with_its_messages(engine: Engine, somebody: str) -> None:
    reach = Reach(engine)
    reach.open(somebody, SAID, NOON)

    spent = [reach.spend(somebody, NOON) for _ in range(7)]

    assert spent == [True] * 5 + [False] * 2


def test_a_grant_ends_with_its_time(engine: Engine, somebody: str) -> None:
    reach = Reach(engine)
    reach.open(somebody, SAID, NOON)

    assert reach.remaining(somebody, NOON + timedelta(hours=47, minutes=59)) == 5
    assert not reach.spend(somebody, NOON + timedelta(hours=48))


def test_grants_do_not_add_up(engine: Engine, somebody: str) -> None:
    reach = Reach(engine)
    reach.open(somebody, SAID, NOON)
    reach.open(somebody, TOUCHED, NOON)

    spent = [reach.spend(somebody, NOON) for _ in range(8)]

    assert spent.count(True) == 5


def test_a_short_grant_helps_when_the_long_one_is_spent(engine: Engine, somebody: str) -> None:
    reach = Reach(engine)
    reach.open(somebody, SAID, NOON)
    for _ in range(5):
        reach.spend(somebody, NOON)
    reach.open(somebody, TOUCHED, NOON)

    assert reach.remaining(somebody, NOON) == 3
    assert reach.remaining(somebody, NOON + timedelta(minutes=1)) == 0


def test_a_messenger_that_says_no_is_believed(engine: Engine, somebody: str) -> None:
    reach = Reach(engine)
    reach.open(somebody, SAID, NOON)

    reach.close(somebody)

    assert not reach.spend(somebody, NOON)


@dataclass
class Telephone:
    """A messenger with the two grants, its own books, and moods."""

    reach: Reach
    now: datetime = NOON
    is_away: bool = False
    is_shut: bool = False
    acts: list[tuple[datetime, Grant]] = field(default_factory=list)
    pushed_at: list[datetime] = field(default_factory=list)
    read: list[int] = field(default_factory=list)
    offences: int = 0

    async def push(self, conversation: Conversation, news: News) -> None:
        if not self.reach.spend(conversation.id, self.now):
            raise OutOfReachError
        if self.is_away:
            raise PushFailedError
        if self.is_shut:
            self.reach.close(conversation.id)
            raise OutOfReachError
        self.offences += not self._is_allowed()
        self.pushed_at.append(self.now)
        self.read.append(int(news.body["n"]))

    def _is_allowed(self) -> bool:
        return any(
            at <= self.now < at + grant.lifetime
            and sum(pushed >= at for pushed in self.pushed_at) < grant.messages
            for at, grant in self.acts
        )


STEPS = st.lists(
    st.one_of(
        st.sampled_from(["news", "answer", "again", "away", "shut", "tap"]),
        st.tuples(st.just("say"), st.integers(0, 3)),
        st.tuples(st.just("wait"), st.sampled_from([0, 1, 61, 600, 47 * 3600, 49 * 3600])),
    ),
    max_size=25,
)


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(steps=STEPS)
def test_no_history_breaks_a_rule_or_loses_anything(
    engine: Engine, steps: list[str | tuple[str, int]]
) -> None:
    with engine.begin() as connection:
        for table in reversed(Base.metadata.sorted_tables):
            connection.execute(table.delete())

    telephone, told = asyncio.run(_play(engine, steps))

    assert telephone.offences == 0
    assert sorted(telephone.read) == told  # all of them, none twice
    news = [number for number in telephone.read if number % 2 == 0]
    answers = [number for number in telephone.read if number % 2]
    assert news == sorted(news)
    assert answers == sorted(answers)


async def _play(engine: Engine, steps: list[str | tuple[str, int]]) -> tuple[Telephone, list[int]]:
    """Live through a history and write once more at its end."""
    life = Life.begin(engine)
    for step in steps:
        name, *more = (step,) if isinstance(step, str) else step
        await getattr(life, name)(*more)
    await life.say(len(life.told))
    return life.telephone, life.told


@dataclass
class Life:
    """What may happen; news have even numbers, late answers odd ones."""

    telephone: Telephone
    desk: NewsDesk
    person: Conversation
    told: list[int] = field(default_factory=list)

    @classmethod
    def begin(cls, engine: Engine) -> Self:
        conversations = Conversations(engine)
        telephone = Telephone(Reach(engine))
        desk = NewsDesk(engine, conversations, lambda: telephone.now)
        desk.register_push("messenger", telephone.push)
        person = conversations.open(Audience.STANDARD, "messenger", "1")[0]
        return cls(telephone=telephone, desk=desk, person=person)

    async def news(self, *, is_answer: bool = False) -> None:
        number = 2 * len(self.told) + is_answer
        self.told.append(number)
        body = {"n": number, "replies": [], "outcome": "clarify", "ticket": None}
        try:
            await self.desk.publish(self.person.id, f"k{number}", body, is_answer=is_answer)
        except PushFailedError:
            await self.again()  # the worker brings it again at once

    async def answer(self) -> None:
        await self.news(is_answer=True)

    async def again(self) -> None:
        await self.desk.push_kept(self.telephone.now)

    async def away(self) -> None:
        self.telephone.is_away = not self.telephone.is_away

    async def shut(self) -> None:
        self.telephone.is_shut = not self.telephone.is_shut

    async def wait(self, seconds: int) -> None:
        self.telephone.now += timedelta(seconds=seconds)

    async def tap(self) -> None:
        self._act(TOUCHED, 0)

    async def say(self, handed: int) -> None:
        self._act(SAID, handed)

    def _act(self, grant: Grant, handed: int) -> None:
        self.telephone.acts.append((self.telephone.now, grant))
        self.telephone.reach.open(self.person.id, grant, self.telephone.now)
        waiting = self.desk.waiting(self.person.id)[:handed]
        self.desk.hand_over(waiting)
        self.telephone.read += [int(one.body["n"]) for one in waiting]
