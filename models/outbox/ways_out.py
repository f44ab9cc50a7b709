"""The ways of telling people that lead out of chat, and which of them are open: those that the jobs process serves."""

from collections.abc import Iterable

from sqlmodel import Session, col, delete, select

from models.messages import links
from models.outbox.places import destination
from models.rules.places import Place
from models.tables import Destination, OpenChannel, Subscription

GITHUB = "github"
EMAIL = "email"
DISCOURSE = "discourse"
WEBHOOK = "webhook"
# Open while an extension that hears of something is on.
EXTENSION = "extension"
OUTSIDE = (GITHUB, EMAIL, DISCOURSE, WEBHOOK, EXTENSION)


def open_channels(session: Session, platforms: Iterable[str], discourse_url: str) -> None:
    """Note that exactly these are served from now on, beside extensions, which open and close with what is on.

    The Discourse site hears of everything that breaks.
    """
    wanted = set(platforms)
    for row in session.exec(select(OpenChannel)).all():
        if row.platform not in {*wanted, EXTENSION}:
            session.delete(row)
        wanted.discard(row.platform)
    session.add_all(OpenChannel(platform=platform) for platform in sorted(wanted))
    _listen(session, discourse_url)


def _listen(session: Session, discourse_url: str) -> None:
    """Let this Discourse site hear of everything that breaks, and no other site of anything."""
    sites = select(Destination.id).where(Destination.platform == DISCOURSE)
    others = sites.where(Destination.address != discourse_url)
    session.exec(delete(Subscription).where(col(Subscription.destination_id).in_(others)))
    if not discourse_url:
        return
    site = destination(session, Place(DISCOURSE, discourse_url, discourse_url.partition("://")[2]))
    if not session.exec(select(Subscription).where(Subscription.destination_id == site.id)).first():
        session.add(Subscription(destination_id=site.id or 0))


def opened(session: Session) -> frozenset[str]:
    """Those that are served."""
    return frozenset(session.exec(select(OpenChannel.platform)))


def can_file(session: Session, repository: str) -> bool:
    """Whether the jobs process files issues, and the repository is one that takes some: the host's own takes none."""
    return links.takes_issues(repository) and GITHUB in opened(session)
