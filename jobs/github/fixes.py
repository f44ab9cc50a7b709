"""Looks on GitHub for the commit that mends the one which broke a plugin, and says so on the card."""

from collections.abc import Sequence
from datetime import UTC, datetime

from jobs.github.client import PAGE, GithubClient, asking
from jobs.github.trouble import ForbiddenError, MissingError
from models.database.engine import Database
from models.events.github import FixLanded
from models.github.fields import MalformedError
from models.github.fixes import MendedCommit, unmended
from models.messages.suspects import fix_words
from models.record import record
from models.rules.fixing import mends
from models.settings import Settings

_LONGEST_MESSAGE = 5_000

# Of a commit: its sha and its message.
_Listed = tuple[str, str]


def find_fixes(database: Database, settings: Settings) -> None:
    """Ask for the newest commits of each default branch on which a fix is waited for."""
    with database.read() as session:
        waiting = unmended(session)
    if not waiting:
        return
    with asking(database, settings) as asks:
        for path, owner in {(each.path, each.owner): None for each in waiting}:
            newest = _newest(asks, path, owner)
            found = [_fix(each, newest) for each in waiting if each.path == path]
            news = [fix for fix in found if fix]
            if news:
                with database.write() as session:
                    record(session, news, datetime.now(UTC))


def _newest(asks: GithubClient, path: str, owner: str) -> Sequence[_Listed]:
    """The newest commits of the default branch, the newest first."""
    try:
        answer = asks.get(f"{path}/commits", owner, per_page=PAGE)
        return [
            (each.sha("sha"), each.within("commit").words("message", _LONGEST_MESSAGE))
            for each in answer.objects()
        ]
    except (MissingError, ForbiddenError, MalformedError):
        return []


def _fix(mended: MendedCommit, newest: Sequence[_Listed]) -> FixLanded | None:
    """The oldest commit that is newer than the guilty one and mends it."""
    found = None
    for sha, message in newest:
        if sha == mended.sha:
            break
        if how := mends(message, mended.sha, mended.title):
            title = message.partition("\n")[0].strip()
            found = FixLanded(mended.incident, mended.sha, sha, fix_words(sha, title, how))
    return found
