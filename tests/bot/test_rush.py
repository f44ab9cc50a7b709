"""However many plugins break within a minute: each is seen in the channel within 3 s, at a message a second."""

import re
from datetime import datetime, timedelta

import pytest

from bot.pace import Pace
from models import outbox
from models.database.engine import Database
from models.record import record
from tests.world import BAD, World, make_world, on_a_paced_platform, saw

NAMES = tuple(f"plugin-{n}" for n in range(24))
_NUMBER = re.compile(r"incidents?[ /](\d+)")


@pytest.fixture
def world(database: Database, now: datetime) -> World:
    world = make_world(database, now, *NAMES)
    on_a_paced_platform(database)
    return world


@pytest.mark.parametrize(("breakages", "within"), [(10, 1.0), (24, 14.4)])
def test_each_breakage_is_soon_in_the_channel(world: World, breakages: int, within: float) -> None:
    arrivals = [n * within / breakages for n in range(breakages)]
    seen = seen_after(world, arrivals, seconds_between=1.0)
    assert sorted(seen) == list(range(1, breakages + 1))
    assert max(seen.values()) <= 3.0


def seen_after(world: World, arrivals: list[float], seconds_between: float) -> dict[int, float]:
    """For how many seconds each incident was open when the channel showed it, by its number; time is simulated."""
    clock = [0.0]
    pace = Pace(lambda: clock[0])
    waiting = list(enumerate(arrivals))
    seen: dict[int, float] = {}
    while waiting or pace.seconds_to_turn() is not None:
        turn = pace.seconds_to_turn()
        moments = [at for _, at in waiting[:1]] + ([clock[0] + turn] if turn is not None else [])
        clock[0] = max(clock[0], min(moments))
        while waiting and waiting[0][1] <= clock[0]:
            _break(world, waiting.pop(0)[0], clock[0])
        for number in _send(world, pace, clock[0], seconds_between):
            seen.setdefault(number, clock[0] - arrivals[number - 1])
    return seen


def _at(world: World, seconds: float) -> datetime:
    return world.now + timedelta(seconds=seconds)


def _break(world: World, n: int, seconds: float) -> None:
    word = "".join(chr(ord("a") + int(digit)) for digit in str(n))
    broken = world.a_report(saw(NAMES[n], "p1", BAD, f"cannot find {word} at all"), host=f"h{n}")
    with world.database.write() as session:
        record(session, [broken], _at(world, seconds))


def _send(world: World, pace: Pace, seconds: float, between: float) -> set[int]:
    """Send what may be sent now; the numbers of the incidents that the channel reads, and not a thread alone."""
    shown: set[int] = set()
    with world.database.write() as session:
        claims = outbox.claim(
            session,
            ["test"],
            _at(world, seconds),
            skip=pace.resting(),
            one_by_one=["test"],
        )
        sent = [(claim, claim.reference or f"m{claim.id}") for claim in claims]
        if sent:
            outbox.mark_sent(session, sent, _at(world, seconds))
    for claim in claims:
        pace.rest(claim.lane, between)
        if claim.action != "reply":
            shown |= {int(number) for number in _NUMBER.findall(claim.stored)}
    return shown
