"""Whether the guilty commit of the host is named: the job asks a stand-in of GitHub that has the world's commits."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime

from pydantic import SecretStr

from bench.simulator.changes import changes, guilty_commit, history, is_named
from bench.simulator.parameters import BRANCHES, START
from bench.simulator.ratio import Ratio
from bench.simulator.running import SimulatorRun
from bench.simulator.story import traced
from bench.simulator.world import World
from jobs.github.suspects import find_suspects
from models.github.commit_ranges import looked_for
from models.messages.links import HOST
from models.queries.suspect_evidence import evidence_of
from models.queries.suspects import suspicion
from models.rules.blame import Suspect
from models.settings import Settings
from tests.servers.github_hub import github_hub

_MOST_INCIDENTS = 1_000
_FIRST_THREE = 3
_UNLIMITED = 10**9


@dataclass(frozen=True, slots=True)
class Named:
    """What was said of an incident's commit: which one of the host its card names, and the first three of the list."""

    at: datetime
    incident: int
    sha: str
    listed: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class NamingFigures:
    """Of the host's breakages, those whose error names what the guilty commit touches, and the `silent` others."""

    first: Ratio
    among_three: Ratio
    missed: Ratio
    rightly_silent: Ratio
    wrong: Ratio


@dataclass(slots=True)
class Naming:
    """Lets the job look for commits, and remembers what it named."""

    settings: Settings
    said: list[Named] = field(default_factory=list)
    _ranked: dict[int, str | None] = field(default_factory=dict)

    def look(self, run: SimulatorRun, now: datetime) -> None:
        """Look for the commits of what is open; note what is said of those that were ranked."""
        find_suspects(run.database, self.settings, lambda: now)
        with run.database.read() as session:
            for row in looked_for(session, now, _MOST_INCIDENTS):
                number = row.id or 0
                if row.ranked_by is None or self._ranked.get(number) == row.ranked_by:
                    continue
                self._ranked[number] = row.ranked_by
                listed: list[str] = []
                for evidence in evidence_of(session, row):
                    if evidence.asked.side is Suspect.HOST:
                        ranked = suspicion(session, row, evidence).ranking.commits
                        listed += [each.commit.sha for each in ranked]
                sha = row.likely_sha or "" if row.likely_repository == HOST else ""
                self.said.append(Named(now, number, sha, tuple(listed[:_FIRST_THREE])))


@contextmanager
def naming(world: World) -> Iterator[Naming]:
    """A stand-in of GitHub that has the world's host, until the block ends."""
    with github_hub() as hub:
        hub.limit = _UNLIMITED
        lines = {branch: history(world, branch) for branch in BRANCHES}
        hub.add(HOST, START, commits=lines, changes=changes(world))
        yield Naming(Settings(github_api_url=hub.url, github_token=SecretStr(hub.token)))


def named_rightly(run: SimulatorRun, said: list[Named]) -> NamingFigures:
    """Compare what was named with the truth, for each cause of which an incident was looked into.

    One that was named wrongly at any time is wrong, whatever was said later.
    """
    incidents = traced(run)
    by_cause: dict[int | None, list[Named]] = {}
    for each in said:
        cause = incidents[each.incident].opening_at(each.at).cause_at(each.at)
        by_cause.setdefault(cause.number if cause else None, []).append(each)
    known = changes(run.world)
    named: list[str] = []
    unnamed: list[str] = []
    outcomes: list[str] = []
    for number, found in by_cause.items():
        cause = run.world.causes[number] if number is not None else None
        commit = guilty_commit(run.world, cause) if cause and cause.guilty == "host" else None
        guilty = commit.sha if commit else ""
        outcome = _outcome(guilty, found)
        outcomes.append(outcome)
        if cause and commit:
            of_kind = named if is_named(cause, known[guilty]) else unnamed
            of_kind.append(outcome)
    return NamingFigures(
        first=Ratio(named.count("first"), len(named)),
        among_three=Ratio(named.count("first") + named.count("among"), len(named)),
        missed=Ratio(named.count("silent"), len(named)),
        rightly_silent=Ratio(unnamed.count("silent"), len(unnamed)),
        wrong=Ratio(outcomes.count("wrong"), len(outcomes)),
    )


def _outcome(guilty: str, found: list[Named]) -> str:
    """What became of a cause: named `wrong` at any time, `first`, `among` the first three, or `silent`."""
    if any(each.sha not in {"", guilty} for each in found):
        return "wrong"
    if guilty and any(each.sha == guilty for each in found):
        return "first"
    if guilty and any(guilty in each.listed for each in found):
        return "among"
    return "silent"
