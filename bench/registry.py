"""Whether sets of plugins work: what is found in a generated ecosystem, and how long an answer takes."""

import random
import time
from collections.abc import Iterator, Sequence
from contextlib import closing
from datetime import UTC, datetime
from itertools import islice

from rich.table import Table
from sqlmodel import select

from bench.ecosystem import GeneratedEcosystem, commit_of, generated
from bench.stage import Backend, plugin
from models.database import bulk
from models.database.engine import Database
from models.metadata.wanted_set import WantedSet
from models.queries.checking import check_set
from models.registry.known import KnownHost
from models.rules.declaring import Fact
from models.tables import Declaration, Plugin
from models.views.registry import CheckView, SetAnswer, Why

STORED = 1_000_000
SEED = 14
HOST = KnownHost("stable", "3.5.0")
_LARGEST = 200
_ASKED = 25
_SETS = 300
_CHUNK = 50_000


def measure(backend: Backend) -> Table:
    """A table of what was found of what was planted, and of how long sets of 200 plugins took."""
    table = Table(title=f"check on {backend.name}", title_justify="left")
    for heading in (
        *("stored reports", "planted found", "declared found", "false"),
        *("“works”, and it does", "works, and said so", "200 plugins p50 ms", "max ms"),
    ):
        table.add_column(heading, justify="right")
    made = generated(SEED)
    with closing(Database(backend.fresh().url)) as database:
        _store(database, made)
        table.add_row(f"{STORED:,}", *_accuracy(database, made), *_speed(database, made))
    return table


def _accuracy(database: Database, made: GeneratedEcosystem) -> tuple[str, ...]:
    """How many of both kinds of pairs are found, which others are, and how often “works” is true."""
    planted = [pair for pair in made.planted if pair in _named(database, pair, Why.PAIR)]
    declared = [pair for pair in made.declared if pair in _named(database, pair, Why.CONFLICT)]
    false: set[tuple[str, str]] = set()
    works, true, all_ = 0, 0, 0
    for wanted in _sets(made):
        view = _ask(database, sorted(wanted))
        false |= set(_pairs_in(view)) - {*made.planted, *made.declared}
        all_ += made.works(wanted)
        if view.answer is SetAnswer.WORKS:
            works += 1
            true += made.works(wanted)
    return (
        f"{len(planted)} of {len(made.planted)}",
        f"{len(declared)} of {len(made.declared)}",
        f"{len(false)}",
        f"{true} of {works}",
        f"{true} of {all_}",
    )


def _speed(database: Database, made: GeneratedEcosystem) -> tuple[str, ...]:
    dice = random.Random(SEED)
    took: list[float] = []
    for _ in range(_ASKED):
        wanted = dice.sample(made.plugins, _LARGEST)
        began = time.perf_counter()
        _ask(database, wanted)
        took.append((time.perf_counter() - began) * 1_000)
    return f"{sorted(took)[len(took) // 2]:.0f}", f"{max(took):.0f}"


def _sets(made: GeneratedEcosystem) -> Iterator[frozenset[str]]:
    """Sets of all sizes, half of them of what is not broken by itself."""
    dice = random.Random(SEED)
    sound = [name for name in made.plugins if name not in made.broken]
    for number in range(_SETS):
        names = sound if number % 2 else made.plugins
        yield frozenset(dice.sample(names, dice.choice((2, 3, 5, 8, 12, 40, _LARGEST))))


def _named(database: Database, pair: Sequence[str], why: Why) -> list[tuple[str, ...]]:
    view = _ask(database, pair)
    return [each.handles for each in view.reasons if each.why is why]


def _pairs_in(view: CheckView) -> Iterator[tuple[str, str]]:
    for each in view.reasons:
        if each.why in {Why.PAIR, Why.CONFLICT}:
            yield each.handles[0], each.handles[1]


def _ask(database: Database, wanted: Sequence[str]) -> CheckView:
    with database.read() as session:
        return check_set(
            session, WantedSet(tuple((name, "") for name in wanted)), HOST, datetime.now(UTC)
        )


def _store(database: Database, made: GeneratedEcosystem) -> None:
    """The ecosystem as sites reported it, and as many reports as there are to be."""
    now = datetime.now(UTC)
    with database.write() as session:
        session.add_all(plugin(name, now) for name in made.plugins)
        session.flush()
        ids = {row.handle: row.id or 0 for row in session.exec(select(Plugin))}
        session.add_all(
            Declaration(
                plugin_id=ids[one], other_id=ids[other], fact=Fact.CONFLICTS, declared_at=now
            )
            for one, other in made.declared
        )
        sites = [(site, f"site-{site}.example.com") for site in range(1, len(made.sites) + 1)]
        bulk.run(session, _SITES, sites, now=now)
        rows = [
            (
                each.site + 1,
                ids[each.handle],
                each.commit,
                "incompatible" if each.fails else "compatible",
            )
            for each in made.spoken()
        ]
        bulk.run(session, _INSTALLATIONS, rows, now=now)
    reports = ((n % len(ids) + 1, commit_of(made.plugins[0])) for n in range(STORED))
    while chunk := list(islice(reports, _CHUNK)):
        with database.write() as session:
            bulk.run(session, _REPORTS, chunk, now=now)


_SITES = """
INSERT INTO site (id, kind, domain, host_branch, seen_at)
SELECT id, 'client', domain, 'stable', :now FROM {rows(id int, domain text)} r
"""
_INSTALLATIONS = """
INSERT INTO installation (site_id, plugin_id, plugin_branch, plugin_sha, host_branch, host_sha, verdict, said_at)
SELECT site, plugin, 'main', sha, 'stable', 'h1', verdict, :now
FROM {rows(site int, plugin int, sha text, verdict text)} r
"""
_REPORTS = """
INSERT INTO report (received_at, source, plugin_id, plugin_branch, host_branch, plugin_sha, host_sha, verdict)
SELECT :now, 'guard', plugin_id, 'main', 'stable', sha, sha, 'compatible'
FROM {rows(plugin_id int, sha text)} r
"""
