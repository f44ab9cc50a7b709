"""A few open incidents stand for all that the rules of causes cannot tell from them."""

from collections import ChainMap
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from sqlmodel import select

from models.database.engine import Database
from models.recording.verdicts.causes import name_causes
from models.recording.verdicts.failing_alike import breakages_of, known
from models.rules.blame import Suspect
from models.rules.causes import causes
from models.rules.sources import JudgingSource
from models.rules.status import Verdict
from models.tables import Incident, Plugin
from tests.world import make_world

HANDLES = [f"plugin-{letter}" for letter in "abcdef"]
HOST, PLUGIN, BOTH, UNKNOWN = Suspect.HOST, Suspect.PLUGIN, Suspect.BOTH, Suspect.UNKNOWN
# By what fails in it: two texts that are read alike but for their frames, words of any plugin, and none.
SAID = {
    "a": "NameError: uninitialized constant Gone",
    "b": "NameError: uninitialized constant Gone",
    "c": "ArgumentError: wrong number of arguments",
    "d": "",
}

ONE = {"words": "a", "suspect": HOST, "host": "1", "origin": JudgingSource.GUARD, "days": 0}
ONE |= {"cause": "x", "strays": False, "confirmed": True, "backtrace": None}
# Most are alike in nearly all.
OTHERWISE: list[dict[str, Any]] = [
    *({"words": words} for words in "bcd"),
    *({"suspect": suspect} for suspect in (PLUGIN, BOTH, UNKNOWN)),
    {"host": "2"},
    {"origin": JudgingSource.CANARY},
    {"origin": JudgingSource.TESTS},
    *({"days": days} for days in (3, 7, 8, 15)),
    *({"cause": cause} for cause in ("", "", "y")),
    {"strays": True},
    {"confirmed": False},
    {"backtrace": "plugin.rb:1"},
]
places = st.tuples(
    st.integers(1, len(HANDLES)),
    st.sampled_from(["main", "dev"]),
    st.sampled_from(["h", "h", "i"]),
)


@st.composite
def worlds(draw: Any) -> list[dict[str, Any]]:
    """Open incidents of a few kinds, each at a place of its own."""
    kinds = draw(st.lists(st.lists(st.sampled_from(OTHERWISE), max_size=3), min_size=1, max_size=4))
    drawn = []
    for place in draw(st.lists(places, min_size=2, max_size=16, unique=True)):
        kind = draw(st.sampled_from(kinds))
        drawn.append(dict(ChainMap({"place": place}, *kind, ONE)))
    return drawn


def an_incident(number: int, drawn: dict[str, Any], now: datetime) -> Incident:
    plugin_id, plugin_branch, host_branch = drawn["place"]
    words, host = drawn["words"], drawn["host"]
    told = {"updated_at": now, "origin": drawn["origin"], "verdict": Verdict.INCOMPATIBLE}
    commits = {"bad_plugin_sha": "p", "last_plugin_sha": "p", "last_host_sha": host}
    return Incident(
        id=number,
        plugin_id=plugin_id,
        plugin_branch=plugin_branch,
        host_branch=host_branch,
        opened_at=now - timedelta(days=drawn["days"]),
        bad_host_sha=host,
        suspect=drawn["suspect"],
        fingerprint=words,
        message=SAID[words],
        backtrace=drawn["backtrace"],
        cause=drawn["cause"],
        cause_words="other" if drawn["strays"] else words,
        confirmed=drawn["confirmed"],
        **told,
        **commits,
    )


def causes_by_all(asked: Sequence[Incident], rows: Sequence[Incident]) -> dict[int | None, str]:
    """The causes that follow for these rows, in their order, from every one that fails alike."""
    words = {each.fingerprint for each in asked}
    hosts = {(it.host_branch, it.bad_host_sha) for it in asked if it.suspect == HOST}
    alike = [
        row
        for row in rows
        if row.fingerprint in words
        or (row.suspect == HOST and (row.host_branch, row.bad_host_sha) in hosts)
    ]
    fresh = [known(each, HANDLES[each.plugin_id - 1]) for each in asked]
    others = [known(row, HANDLES[row.plugin_id - 1]) for row in alike if row not in asked]
    shown = [each for each in others if each.shows_its_cause]
    read = breakages_of([*fresh, *shown])
    named = causes(read[: len(fresh)], read[len(fresh) :])
    return {row.id: named.get(row.id or 0, row.cause) for row in rows}


def leads_by_all(opened: Sequence[Incident], rows: Sequence[Incident]) -> dict[int | None, Any]:
    """By which one's card each is told."""
    first: dict[Any, int | None] = {}
    for row in rows:
        first.setdefault((row.plugin_id, row.plugin_branch, row.fingerprint), row.id)
    told = {row.id: first[row.plugin_id, row.plugin_branch, row.fingerprint] for row in opened}
    return {number: lead if lead != number else None for number, lead in told.items()}


AT = [ONE | {"place": (n, "main", "h")} for n in range(1, 7)]
COMMON = {"words": "c"}
ELSEWHERE = {"host": "2"}
LONG_AGO = {"days": 8}
BOTH_MOVED = {"suspect": BOTH, "cause": ""}


def many(*kinds: dict[str, Any]) -> list[dict[str, Any]]:
    """Three of each kind and one more of the last, of one plugin each."""
    each = [kind for kind in kinds for _ in range(3)] + [kinds[-1]]
    return [place | kind for place, kind in zip(AT, each, strict=False)]


@settings(max_examples=100, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(worlds(), st.integers(1, 3), st.integers(0, 2))
# Words that any plugin may say are shared by three, beside those that two more share.
@example([*many(COMMON)[:3], *AT[3:5]], 2, 0)
# A plugin that failed so elsewhere, as more did than are told apart.
@example([*many(COMMON | ELSEWHERE), AT[3] | COMMON | {"place": (4, "dev", "h")}], 1, 0)
# More than are told apart failed so long ago, one since.
@example([*many(LONG_AGO)[:3], *AT[3:5]], 1, 0)
# More than are told apart failed so elsewhere, one here.
@example([*many(COMMON | ELSEWHERE)[:3], *many(COMMON)[3:], AT[4] | COMMON], 1, 0)
# More than are told apart have no cause, or fail in other words by now; one has it.
@example([*many({"cause": ""})[:3], *AT[3:5]], 1, 0)
@example([*many({"strays": True})[:3], *AT[3:5]], 1, 0)
# Two of the three that share such words are told of after two branches of the first.
@example([AT[0] | COMMON | {"place": (1, "dev", "h")}, *many(COMMON)[:3], *AT[3:5]], 2, 0)
# What failed long before and what fails now is near one of two that are asked for.
@example([*many({"days": 15})[:3], AT[3], AT[4] | LONG_AGO | BOTH_MOVED, AT[5]], 1, 1)
# Of two branches of a plugin that failed before one is told by the same card.
@example([AT[0] | {"place": (1, *there)} for there in ("dh", "mh", "mi")], 1, 0)
# One that stood still shows the cause of all those where both had moved.
@example([*many(BOTH_MOVED), AT[4]], 1, 0)
def test_the_causes_are_those_that_follow_from_all_that_fails_alike(
    database: Database, now: datetime, drawn: list[dict[str, Any]], begun: int, blamed: int
) -> None:
    make_world_once(database, now)
    with database.write() as session, session.begin_nested() as trial:
        rows = [an_incident(number, each, now) for number, each in enumerate(drawn, 1)]
        opened, accused = rows[-begun:], rows[-begun - blamed : -begun]
        for row in (*opened, *accused):
            row.cause, row.confirmed = "", True
        for row in opened:
            row.opened_at = now
        session.add_all(rows)
        session.flush()
        confirmed = [row for row in rows if row.confirmed]
        expected = causes_by_all([*opened, *accused], confirmed)
        leads = leads_by_all(opened, confirmed)
        handles = dict(enumerate(HANDLES, 1))
        name_causes(session, handles, opened, accused, {})
        session.flush()
        session.expire_all()
        assert {row.id: row.cause for row in confirmed} == expected
        assert {row.id: row.lead_id for row in opened} == leads
        trial.rollback()


def make_world_once(database: Database, now: datetime) -> None:
    """The plugins, before the first example."""
    with database.read() as session:
        if session.exec(select(Plugin)).first():
            return
    make_world(database, now, *HANDLES)
