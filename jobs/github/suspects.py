"""Reads the commits among which the one is that broke a plugin, and says which it is where that is clear."""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from functools import partial
from itertools import chain

from jobs.github.client import PAGE, GithubClient, asking
from jobs.github.trouble import ForbiddenError, MissingError
from models.database.engine import Database
from models.events.github import LikelyCommit
from models.github.commit_ranges import (
    RangeAsked,
    keep_commit,
    keep_range,
    known_range,
    looked_for,
    ranges_of,
    unread,
)
from models.github.diffs import touched
from models.github.fields import Fields, MalformedError
from models.messages.suspects import likely_commit
from models.queries.suspect_evidence import evidence_of, mark_of
from models.queries.suspects import suspicion, works_on
from models.record import record
from models.rules.blame import Suspect
from models.rules.commit_index import CommitRead
from models.settings import Settings
from models.tables import Incident

# The newest incidents; those of one outbreak share their range.
_MOST_INCIDENTS = 50
# Of a longer range GitHub does not list every commit, and nobody would look them through.
_LONGEST_RANGE = 250
# Each is a request of its own; what is left over is read by the next run.
_MOST_COMMITS = 100

_MISSING, _LONG = "missing", "long"


_now = partial(datetime.now, UTC)


def find_suspects(
    database: Database, settings: Settings, clock: Callable[[], datetime] = _now
) -> None:
    """Read what is not known of the ranges of open incidents, and name the commits that are clearly guilty."""
    with database.read() as session:
        incidents = looked_for(session, clock(), _MOST_INCIDENTS)
        ranges = dict.fromkeys(chain.from_iterable(ranges_of(session, each) for each in incidents))
    wanting = [asked for asked in ranges if _is_wanting(database, asked)]
    if wanting:
        with asking(database, settings) as asks:
            left = _MOST_COMMITS
            for asked in wanting:
                left -= _read(database, asks, asked, left)
    _name(database, incidents, clock)


def _is_wanting(database: Database, asked: RangeAsked) -> bool:
    with database.read() as session:
        known = known_range(session, asked)
        return known is None or bool(unread(session, known))


def _read(database: Database, asks: GithubClient, asked: RangeAsked, most: int) -> int:
    """Read the range and up to so many of its commits; return how many commits."""
    with database.read() as session:
        known = known_range(session, asked)
    if known is None:
        status, commits = _compared(asks, asked)
        with database.write() as session:
            keep_range(session, asked, status, commits, datetime.now(UTC))
    with database.read() as session:
        known = known_range(session, asked)
        wanted = unread(session, known)[:most] if known else []
    for sha, title in wanted:
        commit = _commit(asks, asked, sha, title)
        with database.write() as session:
            keep_commit(session, asked.repository, commit, datetime.now(UTC))
    return len(wanted)


def _compared(asks: GithubClient, asked: RangeAsked) -> tuple[str, Sequence[tuple[str, str]]]:
    path = f"{asked.path}/compare/{asked.good}...{asked.bad}"
    commits: list[tuple[str, str]] = []
    try:
        for page in asks.pages(path, asked.owner, per_page=PAGE):
            answer = page.object()
            if answer.count("total_commits") > _LONGEST_RANGE:
                return _LONG, []
            status = answer.text("status")
            commits += [_listed(commit) for commit in answer.objects("commits")]
    except (MissingError, ForbiddenError, MalformedError):
        return _MISSING, []
    return status, commits


def _listed(commit: Fields) -> tuple[str, str]:
    title = commit.within("commit").words("message").partition("\n")[0].strip()
    return commit.sha("sha"), title


def _commit(asks: GithubClient, asked: RangeAsked, sha: str, title: str) -> CommitRead:
    try:
        return touched(asks.get(f"{asked.path}/commits/{sha}", asked.owner).object(), title)
    except (MissingError, ForbiddenError, MalformedError):
        return CommitRead(sha, title)  # too large for GitHub to show


def _name(database: Database, incidents: Sequence[Incident], clock: Callable[[], datetime]) -> None:
    """Record of each incident which commit is named by all that is known now, unless it was ranked by just that."""
    news = []
    for incident in incidents:
        with database.read() as session:
            evidence = evidence_of(session, incident)
            ahead = works_on(session, incident) if incident.suspect == Suspect.PLUGIN else ""
            mark = mark_of(evidence, ahead, incident.suspect)
            if mark == incident.ranked_by:
                continue
            likely = likely_commit([suspicion(session, incident, each) for each in evidence], ahead)
        asked = incident.id or 0, incident.bad_host_sha, incident.bad_plugin_sha
        news.append(LikelyCommit(*asked, mark, *likely))
    if news:
        with database.write() as session:
            record(session, news, clock())
