"""Lines of history: the host's branches and the plugins' default branches."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from bench.simulator.chance import Chance
from bench.simulator.parameters import (
    BACKPORTS,
    BRANCHES,
    DAY,
    HOST_COMMITS_A_DAY,
    START,
    TAKES_OVER,
)


@dataclass(frozen=True, slots=True)
class SimulatedCommit:
    """A commit of a line, there since `at`. Its content is the trunk's, or the plugin's, as of `content`."""

    sha: str
    at: datetime
    content: datetime


class CommitLine:
    """Commits of one branch, the oldest first."""

    def __init__(self, commits: Iterable[SimulatedCommit]) -> None:
        self.commits = sorted(commits, key=lambda commit: commit.at)
        self._moments = [commit.at for commit in self.commits]

    def since(self, moment: datetime) -> int:
        """The place of the first commit that is not older."""
        return bisect_left(self._moments, moment)

    def at(self, moment: datetime) -> SimulatedCommit:
        """The newest commit at that moment."""
        return self.commits[max(0, bisect_right(self._moments, moment) - 1)]


def host_lines(seed: int, end: datetime) -> dict[str, CommitLine]:
    """The host's branches: tests-passed is the trunk, of which the others take over what there is now and then."""
    chance = Chance.of(seed, "host")
    first = START - 60 * DAY
    trunk = [first, *chance.moments(first, end, DAY / HOST_COMMITS_A_DAY)]
    lines = {BRANCHES[0]: CommitLine(SimulatedCommit(chance.sha(), at, at) for at in trunk)}
    for branch, rhythm in TAKES_OVER.items():
        lines[branch] = CommitLine(_branch(chance, first, end, rhythm, BACKPORTS[branch]))
    return lines


def _branch(
    chance: Chance, first: datetime, end: datetime, rhythm: timedelta, backports: timedelta
) -> Iterable[SimulatedCommit]:
    at = first
    while at < end:
        until = at + rhythm
        yield SimulatedCommit(chance.sha(), at, at)
        for moment in chance.moments(at, until, backports):
            yield SimulatedCommit(chance.sha(), moment, at)
        at = until


def plugin_line(chance: Chance, moments: Iterable[datetime]) -> CommitLine:
    """A plugin's branch with commits at these moments."""
    return CommitLine(SimulatedCommit(chance.sha(), at, at) for at in moments)
