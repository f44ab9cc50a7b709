"""Which of two commits is the newer one, by the order in which they were first heard of.

Of releases, which stand in the place of commits outside Discourse, the versions tell.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlmodel import Session

from models.database import bulk
from models.metadata import releases
from models.recording.verdicts.changes import Key
from models.rules.blame import Pair
from models.rules.history_lines import host_line, plugin_line
from models.rules.rounds import REPEATED_WITHIN

Commit = tuple[str, str]  # its line, and its sha


@dataclass(slots=True)
class CommitOrder:
    """The places of commits in their lines. A commit never heard of takes the next place, in order of arrival.

    The `fresh` ones were heard of for the first time within the hour.
    """

    places: dict[Commit, int] = field(default_factory=dict)
    fresh: set[Commit] = field(default_factory=set)
    unheard: list[Commit] = field(default_factory=list)
    next_place: int = 1

    def load(self, session: Session, commits: Iterable[tuple[Key, Pair]], now: datetime) -> None:
        """Look up the places of these commits."""
        self.learn(bulk.fetch(session, PLACES, commits=commits_among(commits)), now)

    def learn(self, found: Mapping[str, Sequence[Any]], now: datetime) -> None:
        """Learn what answers `PLACES`."""
        for line, sha, place, first_seen_at in found["commits"]:
            self.places[line, sha] = place
            if now - bulk.time_of(first_seen_at) < REPEATED_WITHIN:
                self.fresh.add((line, sha))
        self.next_place = max(self.places.values(), default=0) + 1

    def compare(self, key: Key, current: Pair, reported: Pair) -> tuple[int, int]:
        """-1, 0 or 1 for the plugin's commit and for the host's: is the reported one older, the same, or newer."""
        plugin, host = zip(commits_of(key, current), commits_of(key, reported), strict=True)
        return self._compare(*plugin), self._compare(*host)

    def is_older(self, key: Key, current: Pair, reported: Pair) -> bool:
        """Whether the reported pair is known to be the older one. What was never heard of takes no place."""
        commits = [*commits_of(key, current), *commits_of(key, reported)]
        if any(commit not in self.places for commit in commits):
            return False
        order = self.compare(key, current, reported)
        return max(order) <= 0 and min(order) < 0

    def is_fresh(self, host_branch: str, sha: str) -> bool:
        """Whether nobody spoke of this commit of the host until an hour ago."""
        commit = (host_line(host_branch), sha)
        return commit in self.fresh or commit in self.unheard

    def place(self, key: Key, pair: Pair) -> None:
        """Give the pair's commits a place, if they have none."""
        for commit in commits_of(key, pair):
            self._place(commit)

    def store(self, session: Session, now: datetime) -> None:
        """Write the commits that took a place since `load`, in their order."""
        if self.unheard:
            give_places(session, self.unheard, now)

    def _compare(self, current: Commit, reported: Commit) -> int:
        before, after = self._place(current), self._place(reported)
        by_version = releases.compared(current[1], reported[1])
        if by_version is not None:
            return by_version
        return (after > before) - (after < before)

    def _place(self, commit: Commit) -> int:
        if commit not in self.places:
            self.unheard.append(commit)
            self.places[commit] = self.next_place
            self.next_place += 1
        return self.places[commit]


def places_of(session: Session, commits: Sequence[Commit]) -> dict[Commit, int]:
    """The places of those commits that were heard of."""
    found = bulk.fetch(session, PLACES, commits=commits)["commits"]
    return {(line, sha): place for line, sha, place, _ in found}


def commits_among(pairs: Iterable[tuple[Key, Pair]]) -> list[Commit]:
    """The commits of these pairs, each once."""
    found: set[Commit] = set()
    for key, pair in pairs:
        found.update(commits_of(key, pair))
    return sorted(found)


def give_places(session: Session, commits: Sequence[Commit], now: datetime) -> None:
    """Let commits that were never heard of take the next places, in this order."""
    bulk.run(session, _INSERT_COMMITS, commits, now=now)


def commits_of(key: Key, pair: Pair) -> tuple[Commit, Commit]:
    """The plugin's commit and the host's, each in its line."""
    of_host = (host_line(key.host_branch), pair.host_sha)
    if pair.is_bundled:  # GitHub tells the order of the host's commits, and so of its own plugins'
        return of_host, of_host
    return (plugin_line(key.plugin_id, key.plugin_branch), pair.plugin_sha), of_host


# Pairs of a line and a sha, as many as a batch names, which SQLite takes only as rows.
PLACES = {"commits": ("line, sha, place, first_seen_at", """
SELECT c.line, c.sha, coalesce(c.place, c.id) AS place, c.first_seen_at
FROM {commits(line text, sha text)} r {each commit_seen c where c.line = r.line AND c.sha = r.sha}
""")}  # fmt: skip
# Another process may have numbered some of them meanwhile.
_INSERT_COMMITS = """
INSERT INTO commit_seen (line, sha, first_seen_at)
SELECT line, sha, :now FROM {rows(line text, sha text)} r WHERE true
ON CONFLICT (line, sha) DO NOTHING
"""
