"""Which commits' order is in doubt: those that were reported, and not asked of GitHub yet."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from sqlmodel import Session

from models.database import bulk

# A commit about which GitHub could not be asked for so long keeps its place.
GIVEN_UP = timedelta(days=3)


@dataclass(frozen=True, slots=True)
class DoubtfulOrder:
    """Commits of a line of history of which at least one other commit is known.

    `repository_id` and `owner` belong to a plugin's line; for the host's they are None and empty.
    """

    line: str
    branch: str
    repository_id: int | None
    owner: str
    commits: tuple[str, ...]


def questions(session: Session, now: datetime) -> Sequence[DoubtfulOrder]:
    """What to ask GitHub about, the one that waits longest first."""
    found: dict[str, DoubtfulOrder] = {}
    for line, sha, repository_id, full_name in bulk.run(session, _DOUBTFUL, after=now - GIVEN_UP):
        known = found.get(line)
        if known is None:
            owner = (full_name or "").partition("/")[0]
            known = DoubtfulOrder(line, _branch(line), repository_id, owner, ())
        found[line] = replace(known, commits=(*known.commits, sha))
    return tuple(found.values())


def _branch(line: str) -> str:
    """The branch in a line: host/BRANCH, or plugin/ID/BRANCH."""
    kind, _, rest = line.partition("/")
    if kind == "host":
        return rest
    return rest.partition("/")[2]


def known_in(session: Session, line: str, commits: Sequence[str]) -> set[str]:
    """Which of these commits have their place in the line."""
    rows = bulk.run(session, _KNOWN, [(line, sha) for sha in commits]) if commits else ()
    return {sha for (sha,) in rows}


# Lines are texts that begin with a table's key, which no relation of the tables says.
_DOUBTFUL = """
SELECT c.line, c.sha, r.github_id, r.full_name
FROM commit_seen c
LEFT JOIN plugin p ON 'plugin/' || p.id || '/' = substr(c.line, 1, length('plugin/' || p.id || '/'))
LEFT JOIN repository r ON r.github_id = p.repository_id AND NOT r.deleted
WHERE c.asked_at IS NULL AND c.first_seen_at > :after
  AND (substr(c.line, 1, 5) = 'host/' OR r.github_id IS NOT NULL)
  AND EXISTS (SELECT 1 FROM commit_seen o WHERE o.line = c.line AND o.id <> c.id)
ORDER BY c.id
"""
# Pairs of a whole page of commits, which SQLite takes only as rows.
_KNOWN = """
SELECT c.sha FROM {rows(line text, sha text)} r
JOIN commit_seen c ON c.line = r.line AND c.sha = r.sha WHERE c.asked_at IS NOT NULL
"""
