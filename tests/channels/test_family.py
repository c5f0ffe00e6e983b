"""Relatives: let in with consent, told of calls and of how tickets stand, and out again."""

from collections.abc import Iterator
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography.fernet import Fernet
from sqlalchemy import Engine, text
from typer.testing import CliRunner

from channels.conversations import Conversations
from channels.database import migrate, open_engine
from channels.errors import PairingError, SettingsError, VaultError
from channels.family.circle import Circle
from channels.family.cli import family_app
from channels.family.guesses import FROM_ONE, Guesses
from channels.family.particulars import number_of, particulars
from channels.family.tie import CODE_LIFETIME, CODES_AN_HOUR, LIMIT, NEXT, Side, State
from channels.family.ties import Ties
from channels.message import Audience
from channels.news import NewsDesk
from channels.vault import Vault
from tests.postgres import empty_database

KEY = Fernet.generate_key().decode()
DAUGHTER = particulars("女儿小芳", "010-0000-0123", "妈妈", "3栋2单元", "2")
NOON = datetime(2026, 11, 22, 4, tzinfo=UTC)


class Clock:
    """A clock that stands still until it is moved."""

    def __init__(self) -> None:
        self.now = NOON

    def __call__(self) -> datetime:
        return self.now


class Family:
    """An elderly person and their daughter's device, over a real database."""

    def __init__(self, engine: Engine) -> None:
        self.engine, self.clock = engine, Clock()
        conversations = Conversations(engine)
        self.elder = conversations.open(Audience.ELDERLY, "simple")[0].id
        self.daughter = conversations.open(Audience.STANDARD, "web")[0].id
        self.son = conversations.open(Audience.STANDARD, "family")[0].id
        self.news = NewsDesk(engine, conversations, self.clock)
        self.circle = Circle(Ties(engine, Vault(KEY)), self.news, self.clock)

    async def pair(self, relative: str) -> str:
        code = self.circle.offer(self.elder)
        tie = await self.circle.ask(code, relative, DAUGHTER, "a")
        await self.circle.agree(tie.id, self.elder)
        return tie.id

    async def call(self, key: str) -> tuple[str, bool]:
        """Press 一键呼叫, and tell the family if that is a new call."""
        call, is_new = self.circle.call(self.elder, key)
        if is_new:
            await self.circle.tell_of_call(self.elder, call)
        return call.id, is_new

    def told(self, conversation: str) -> list[str]:
        return [one.body["replies"][0]["text"] for one in self.news.since(conversation, 0)]

    def rows(self) -> str:
        """Return everything that the database holds, as text."""
        with self.engine.connect() as connection:
            tables = ("family_ties", "family_calls", "news", "turns")
            found = [connection.execute(text(f"SELECT * FROM {one}")).all() for one in tables]
        return str(found)


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def family(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Family]:
    with ExitStack() as stack:
        file = f"sqlite:///{tmp_path / 'conversations.db'}"
        is_file = request.param == "sqlite"
        engine = open_engine(file if is_file else stack.enter_context(empty_database()))
        stack.callback(engine.dispose)
        migrate(engine)
        yield Family(engine)


def test_the_life_of_a_tie_names_every_state() -> None:
    assert set(NEXT) == set(State)


async def test_nothing_is_told_before_the_elderly_person_agrees(family: Family) -> None:
    await family.circle.ask(family.circle.offer(family.elder), family.daughter, DAUGHTER, "a")

    await family.call("n1")
    await family.circle.tell_of_ticket(family.elder, "t1", "20261122-000001", "处置中")

    assert family.told(family.daughter) == []
    assert family.circle.is_asked(family.elder)


async def test_consent_is_noted_with_its_time(family: Family) -> None:
    await family.pair(family.daughter)

    (tie,) = family.circle.agreed(family.elder)

    assert (tie.agreed_at, tie.particulars) == (NOON, DAUGHTER)
    assert "妈妈同意了" in family.told(family.daughter)[0]


async def test_a_code_is_good_once(family: Family) -> None:
    code = family.circle.offer(family.elder)
    await family.circle.ask(code, family.daughter, DAUGHTER, "a")

    with pytest.raises(PairingError):
        await family.circle.ask(code, family.son, DAUGHTER, "a")


async def test_a_code_is_good_for_half_an_hour(family: Family) -> None:
    code = family.circle.offer(family.elder)
    family.clock.now += CODE_LIFETIME + timedelta(seconds=1)

    with pytest.raises(PairingError):
        await family.circle.ask(code, family.daughter, DAUGHTER, "a")


async def test_a_new_code_makes_the_one_before_void(family: Family) -> None:
    first, second = family.circle.offer(family.elder), family.circle.offer(family.elder)

    with pytest.raises(PairingError):
        await family.circle.ask(first, family.daughter, DAUGHTER, "a")
    await family.circle.ask(second, family.daughter, DAUGHTER, "a")

    assert family.circle.is_asked(family.elder)


async def test_somebody_who_guesses_is_stopped_even_with_the_right_code(family: Family) -> None:
    code = family.circle.offer(family.elder)
    for number in range(FROM_ONE):
        with pytest.raises(PairingError):
            await family.circle.ask(f"x{number}", family.son, DAUGHTER, "b")

    with pytest.raises(PairingError) as refused:
        await family.circle.ask(code, family.son, DAUGHTER, "b")

    assert refused.value.text_key == "pairing_guesses"
    await family.circle.ask(code, family.daughter, DAUGHTER, "a")


def test_many_callers_together_are_stopped_too_and_time_forgives() -> None:
    guesses = Guesses()
    for number in range(200):
        guesses.note(str(number), NOON)

    assert guesses.is_too_many("new", NOON)
    assert not guesses.is_too_many("new", NOON + timedelta(minutes=11))


def test_codes_cannot_be_made_without_end(family: Family) -> None:
    for _ in range(CODES_AN_HOUR):
        family.circle.offer(family.elder)

    with pytest.raises(PairingError) as refused:
        family.circle.offer(family.elder)

    assert refused.value.text_key == "pairing_codes"


async def test_there_is_room_for_three(family: Family) -> None:
    conversations = Conversations(family.engine)
    for _ in range(LIMIT):
        await family.pair(conversations.open(Audience.STANDARD, "web")[0].id)

    with pytest.raises(PairingError) as refused:
        family.circle.offer(family.elder)

    assert refused.value.text_key == "pairing_full"


@pytest.mark.parametrize("who", ["elder", "daughter"])
async def test_nobody_pairs_with_themselves_or_twice(family: Family, who: str) -> None:
    await family.pair(family.daughter)
    code = family.circle.offer(family.elder)

    with pytest.raises(PairingError) as refused:
        await family.circle.ask(code, getattr(family, who), DAUGHTER, "a")

    assert refused.value.text_key in {"pairing_self", "pairing_twice"}


async def test_a_call_reaches_every_relative_once(family: Family) -> None:
    await family.pair(family.daughter)
    await family.pair(family.son)

    pressed = [await family.call(key) for key in ("n1", "n1", "n2")]

    assert [is_new for _, is_new in pressed] == [True, False, False]
    assert len({call for call, _ in pressed}) == 1  # another press within a minute is the same
    for relative in (family.daughter, family.son):
        assert sum("一键呼叫" in one and "马上" in one for one in family.told(relative)) == 1


async def test_a_call_after_a_minute_is_another_one(family: Family) -> None:
    await family.pair(family.daughter)
    first, _ = await family.call("n1")
    family.clock.now += timedelta(minutes=2)

    second, is_new = await family.call("n2")

    assert is_new
    assert second != first


async def test_the_elderly_person_is_told_who_hears_first(family: Family) -> None:
    tie = await family.pair(family.daughter)
    await family.pair(family.son)
    await family.call("n1")
    (call,) = family.circle.calls_of(family.circle.agreed(family.elder)[0])

    first = await family.circle.hear(call.id, family.daughter)
    second = await family.circle.hear(call.id, family.son)

    assert (first, second) == (True, False)
    assert family.told(family.elder)[-1] == "您的家人知道了,正在联系您。"
    assert family.circle.ties.told(tie) == []


async def test_a_stranger_cannot_hear_a_call(family: Family) -> None:
    await family.pair(family.daughter)
    await family.call("n1")
    (call,) = family.circle.calls_of(family.circle.agreed(family.elder)[0])

    assert not await family.circle.hear(call.id, family.son)


async def test_of_a_ticket_a_relative_hears_number_and_status_only(family: Family) -> None:
    tie = await family.pair(family.daughter)

    for _ in range(2):
        await family.circle.tell_of_ticket(family.elder, "t1", "20261122-000001", "处置中")

    ((_, said),) = family.circle.ties.told(tie)
    assert said == "妈妈报的事有新进展:处置中(工单 20261122-000001)。"


@pytest.mark.parametrize("side", [Side.ELDER, Side.RELATIVE])
async def test_either_side_ends_it_and_nothing_personal_stays(family: Family, side: Side) -> None:
    tie = await family.pair(family.daughter)
    await family.call("n1")
    actor = family.elder if side is Side.ELDER else family.daughter

    await family.circle.end(tie, actor, side)
    await family.circle.tell_of_ticket(family.elder, "t1", "20261122-000001", "处置中")

    assert family.circle.agreed(family.elder) == []
    assert not any("工单" in one for one in family.told(family.daughter))
    with family.engine.connect() as connection:
        row = connection.execute(text("SELECT * FROM family_ties")).mappings().one()
    assert [row[name] for name in ("name", "telephone", "elder_name", "place")] == [""] * 4
    assert row["agreed_at"]
    assert row["ended_at"]
    assert row["ended_by"] == side.value


async def test_nobody_ends_what_is_not_theirs(family: Family) -> None:
    tie = await family.pair(family.daughter)

    assert await family.circle.end(tie, family.son, Side.RELATIVE) is None
    assert await family.circle.agree(tie, family.son) is None
    assert len(family.circle.agreed(family.elder)) == 1


async def test_names_and_telephones_are_sealed(family: Family) -> None:
    await family.pair(family.daughter)
    await family.call("n1")

    kept = family.rows()

    assert "小芳" not in kept
    assert "01000000123" not in kept


async def test_erasure_leaves_no_trace(family: Family) -> None:
    tie = await family.pair(family.daughter)
    await family.call("n1")

    assert family.circle.ties.erase(family.elder) == 1

    assert tie not in family.rows()
    assert family.elder not in str(family.circle.ties.of_relative(family.daughter))


def test_without_a_key_nothing_is_kept(family: Family) -> None:
    circle = Circle(Ties(family.engine, Vault("")), family.news, family.clock)

    with pytest.raises(VaultError):
        circle.offer(family.elder)


def test_a_wrong_key_stops_the_start() -> None:
    with pytest.raises(SettingsError, match="LINLI_VAULT_KEY"):
        Vault("short")


@pytest.mark.parametrize("telephone", ["", "12345", "小芳", "1" * 16, "010-0000-012x"])
def test_a_telephone_that_is_none_is_refused(telephone: str) -> None:
    with pytest.raises(PairingError):
        particulars("小芳", telephone)


@pytest.mark.parametrize(("typed", "number"), [("3", "3"), (" ０3 ", "3"), ("三", ""), ("3x", "")])
def test_a_building_is_a_number(typed: str, number: str) -> None:
    assert number_of(typed) == number


async def test_an_operator_erases_a_family_by_command(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    url = f"sqlite:///{tmp_path / 'conversations.db'}"
    engine = open_engine(url)
    migrate(engine)
    family = Family(engine)
    await family.pair(family.daughter)
    monkeypatch.setenv("LINLI_DATABASE_URL", url)
    monkeypatch.setenv("LINLI_VAULT_KEY", KEY)

    result = CliRunner().invoke(family_app, ["erase", family.elder])

    assert result.output == "1 ties deleted\n"
    assert family.circle.agreed(family.elder) == []
    engine.dispose()
