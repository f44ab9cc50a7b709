"""Reads the profiles of GitHub logins that people claim, within the budget of all that is asked there."""

from collections.abc import Sequence
from datetime import UTC, datetime
from urllib.parse import quote

import structlog

from jobs.github.client import GithubClient, asking
from jobs.github.trouble import AskingError, MissingError
from models.database.engine import Database
from models.events.following import ProfileRead
from models.github.fields import MalformedError
from models.record import record
from models.settings import Settings

_log = structlog.get_logger()


def read_profiles(
    database: Database, settings: Settings, claims: Sequence[tuple[int, str]]
) -> None:
    """Look into each profile, by the claim's id and the login, for what its owner wrote there."""
    with asking(database, settings) as asks:
        for link_id, login in claims:
            seen = _look(asks, link_id, login)
            with database.write() as session:
                record(session, [seen], datetime.now(UTC))


def _look(asks: GithubClient, link_id: int, login: str) -> ProfileRead:
    """What stands there; at a limit as in any other trouble, for whoever waits is told in the end."""
    try:
        answer = asks.ask("GET", f"/users/{quote(login, safe='')}", asks.identities.anyone())
        bio = answer.object().value.get("bio")
    except MissingError:
        return ProfileRead(link_id)
    except (AskingError, MalformedError) as error:
        _log.warning("profile_not_read", login=login, reason=str(error))
        return ProfileRead(link_id, trouble=True)
    return ProfileRead(link_id, bio if isinstance(bio, str) else "")
