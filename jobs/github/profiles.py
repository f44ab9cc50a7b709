"""Reads the profiles of GitHub logins that people claim."""

from collections.abc import Sequence
from contextlib import closing
from datetime import UTC, datetime

import structlog
from github import Github, GithubException, UnknownObjectException

from jobs.github.identities import Identities
from jobs.github.trouble import NO_ANSWER
from models.database.engine import Database
from models.events.following import ProfileRead
from models.record import record
from models.settings import Settings

_log = structlog.get_logger()


def read_profiles(
    database: Database, settings: Settings, claims: Sequence[tuple[int, str]]
) -> None:
    """Look into each profile, by the claim's id and the login, for what its owner wrote there."""
    with closing(Identities(settings)) as identities:
        for link_id, login in claims:
            seen = _look(identities.anyone().github, link_id, login)
            with database.write() as session:
                record(session, [seen], datetime.now(UTC))


def _look(github: Github, link_id: int, login: str) -> ProfileRead:
    try:
        user = github.get_user(login)
        return ProfileRead(link_id, user.bio or "")
    except UnknownObjectException:
        return ProfileRead(link_id)
    except (GithubException, *NO_ANSWER) as error:
        status = getattr(error, "status", None)
        _log.warning("profile_not_read", login=login, status=status, error=type(error).__name__)
        return ProfileRead(link_id, trouble=True)
