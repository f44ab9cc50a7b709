"""Which owners of repositories are to be asked about, and what GitHub says of one."""

from datetime import datetime, timedelta
from typing import NamedTuple
from urllib.parse import urlsplit

from sqlmodel import Session, col, exists, select

from models.github.facts import OwnerFact
from models.github.fields import Fields
from models.rules.clean import clean
from models.rules.mailboxes import is_mailbox
from models.tables import GithubSync, Plugin, Repository

TASK = "owner"
_ORGANISATION = "Organization"


class Due(NamedTuple):
    """An owner to ask about, and the ETag of what was answered last."""

    login: str
    etag: str | None

    @property
    def subject(self) -> str:
        """How the task calls it."""
        return subject_of(self.login)


def subject_of(login: str) -> str:
    """How the task calls an owner."""
    return f"owner {login.lower()}"


def due(session: Session, every: timedelta, now: datetime) -> list[Due]:
    """The owners of public repositories of the master list that were not asked about for `every`."""
    is_followed = exists().where(
        col(Plugin.repository_id) == col(Repository.github_id), col(Plugin.removed_at).is_(None)
    )
    names = session.exec(
        select(Repository.full_name).where(
            is_followed, col(Repository.deleted).is_(False), col(Repository.private).is_(False)
        )
    )
    logins = {name.partition("/")[0].lower(): name.partition("/")[0] for name in names}
    noted = session.exec(select(GithubSync).where(GithubSync.task == TASK)).all()
    rows = {row.subject: row for row in noted}
    found = []
    for key in sorted(logins):
        row = rows.get(subject_of(key))
        if row is None or row.asked_at is None or row.asked_at <= now - every:
            found.append(Due(logins[key], row.etag if row else None))
    return found


def read_owner(login: str, fields: Fields) -> OwnerFact:
    """What GitHub says of an owner. An address that is none is left out."""
    is_organisation = fields.words("type") == _ORGANISATION
    email = fields.words("email").strip()
    told = fields.words("description" if is_organisation else "bio")
    return OwnerFact(
        login,
        email=email if is_mailbox(email) else "",
        website=_website(fields.words("blog").strip()),
        description=" ".join(clean(told).split()),
    )


def _website(text: str) -> str:
    """The web address that is meant; people leave out what it begins with."""
    address = text if "://" in text else f"https://{text}"
    try:
        parts = urlsplit(address)
    except ValueError:
        return ""
    is_web = parts.scheme in {"http", "https"} and "." in (parts.hostname or "")
    return address if is_web and address.isprintable() and " " not in address else ""
