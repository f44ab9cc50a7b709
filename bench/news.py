"""What breaks and what works again: how many POSTs that change a plugin's verdict are recorded a second.

One row opens an incident with each POST, in a branch of its own; the other one has a plugin's verdict go from good to
bad and back in the same branch, each time at a newer commit. All of it is put into the outbox for the chat room.
`verdicts` are those that each plugin has at the start. The floor is that of the same reports: to read one that tells of
a failure takes it twice as long as to read a heartbeat.
"""

import itertools
import json
from collections.abc import Callable, Iterator
from contextlib import closing
from statistics import median

from rich.table import Table
from sqlmodel import func, select

from bench.load import LoadResult, load, post
from bench.room import word
from bench.stage import PLUGINS, Backend, Stage, running
from models.database import bulk
from models.database.engine import Database
from models.tables import StoryEntry

_ROUNDS = 5
_SECONDS = 1.5
_WARM_UP_SECONDS = 1.0
_CONNECTIONS = 64
# No key makes more steps of incidents than one may make within an hour, which is 1,000.
_POSTS_OF_KEY = 900
# Branches of each plugin on which it is known to work on three branches of the host, where verdicts have grown.
_GROWN_BRANCHES = 12
_MADE = 45_000

Spoken = Callable[[int], dict[str, object]]


def measure(backend: Backend) -> Table:
    """A table of POSTs a second, the floor and ours in turn: slowest round, the one in the middle, and the fastest."""
    title = f"News of plugins on {backend.name}, {_CONNECTIONS} connections"
    table = Table(title=title, title_justify="left")
    table.add_column("each POST")
    headings = (
        "verdicts",
        "floor /s",
        "min /s",
        "median /s",
        "max /s",
        "share",
        "p50 ms",
        "p99 ms",
    )
    for heading in (*headings, "not 200", "no news"):
        table.add_column(heading, justify="right")
    for name, spoken in (("breaks a branch", opening), ("flips a branch", flip)):
        for branches in (0, _GROWN_BRANCHES):
            table.add_row(name, str(3 * branches), *_measured(backend.fresh(), spoken, branches))
    return table


def opening(n: int) -> dict[str, object]:
    """A plugin that fails in a branch of its own, with an error of its own, gathered with none."""
    return _line(PLUGINS[n % len(PLUGINS)], f"branch-{n}", 7, n)


def flip(n: int) -> dict[str, object]:
    """A plugin that works and fails in turn, at a newer commit each time."""
    turn, place = divmod(n, len(PLUGINS))
    return _line(PLUGINS[place], "main", turn, place if turn % 2 else None)


def _line(plugin: str, branch: str, commit: int, error: int | None) -> dict[str, object]:
    line: dict[str, object] = {"name": plugin, "branch": branch, "sha": f"{commit:040x}"}
    if error is None:
        return line | {"status": 1}
    return line | {
        "status": 2,
        "message": f"NoMethodError: undefined method `{word(error)}' for nil",
    }


def _measured(stage: Stage, spoken: Spoken, branches: int) -> Iterator[str]:
    """The cells of the rounds, of one kind each in turn."""
    if branches:
        _grow(stage, branches)
    floor: list[LoadResult] = []
    stored: list[LoadResult] = []
    with running("bench.floor", stage) as bare, running("webhooks", stage) as web:
        kinds = ((bare, floor, _requests(stage, spoken)), (web, stored, _requests(stage, spoken)))
        for port, _, request in kinds:
            load(port, _CONNECTIONS, _WARM_UP_SECONDS, request)
        steps = _steps(stage)
        for _ in range(_ROUNDS):
            for port, rounds, request in kinds:
                rounds.append(load(port, _CONNECTIONS, _SECONDS, request))
        answered = sum(len(each.latencies) for each in stored)
        # What was under way when a round ended is recorded, too.
        yield from _cells(floor, stored, max(0, answered - _steps(stage) + steps))


def _cells(floor: list[LoadResult], stored: list[LoadResult], missing: int) -> Iterator[str]:
    rates = [each.rate for each in stored]
    bare = median(each.rate for each in floor)
    refused = sum(sum(each.statuses.values()) - each.statuses.get(200, 0) for each in stored)
    for rate in (bare, min(rates), median(rates), max(rates)):
        yield f"{rate:,.0f}"
    yield f"{median(rates) / bare:.0%}"
    for part in (0.5, 0.99):
        yield f"{median(each.percentile(part) for each in stored):.1f}"
    yield from (str(refused), str(missing))


def _requests(stage: Stage, spoken: Spoken) -> Callable[[], bytes]:
    """Requests in turn, of one server and its key after the other."""
    made = []
    for n in range(_MADE):
        server = n // _POSTS_OF_KEY
        body = {
            "domain": f"canary{server}.example.com",
            "plugins": [spoken(n)],
            "discourse": {"branch": "tests-passed", "sha": "f" * 40},
        }
        key = {"Api-Key": stage.key_of(server)}
        made.append(post("/plugin-manager/status", key, json.dumps(body).encode()))
    requests = itertools.cycle(made)
    return lambda: next(requests)


def _grow(stage: Stage, branches: int) -> None:
    """Let plugins work on so many branches."""
    with closing(Database(stage.url)) as database, database.write() as session:
        bulk.run(session, _VERDICTS, [(f"grown-{n}",) for n in range(branches)])
        bulk.run(session, _STATUSES)
    stage.tidy()


def _steps(stage: Stage) -> int:
    """How many steps all stories have."""
    with closing(Database(stage.url)) as database, database.read() as session:
        return session.exec(select(func.count()).select_from(StoryEntry)).one()


_VERDICTS = """
INSERT INTO source_verdict (plugin_id, plugin_branch, host_branch, source, verdict, plugin_sha, host_sha, changed_at,
                            seen_at, expired, good_rounds)
SELECT p.id, r.branch, h.branch, 'guard', 'compatible', 'aaaa', 'bbbb', CURRENT_TIMESTAMP, CURRENT_TIMESTAMP, false, 0
FROM plugin p CROSS JOIN {rows(branch text)} r
CROSS JOIN (SELECT 'tests-passed' AS branch UNION SELECT 'beta' UNION SELECT 'stable') h
"""
_STATUSES = """
INSERT INTO status (plugin_id, plugin_branch, host_branch, verdict, changed_at)
SELECT plugin_id, plugin_branch, host_branch, verdict, changed_at FROM source_verdict
"""
