"""What extensions hear: a destination of the outbox each, from when it greeted until it is turned off.

Nothing here commits.
"""

from sqlmodel import Session, col, delete, exists, select

from models.extensions.manifest import Manifest
from models.outbox.places import destination
from models.outbox.ways_out import EXTENSION
from models.rules.extensions import ENDS, EVENTS
from models.rules.places import Place
from models.rules.routing import Topic
from models.tables import Destination, OpenChannel, Subscription


def listen(session: Session, manifest: Manifest) -> None:
    """Let the extension hear of what its manifest says, from now on; what waits for it already is kept."""
    if not (_hears(manifest) or manifest.source):
        listen_no_more(session, manifest.handle)
        return
    row = destination(session, Place(EXTENSION, manifest.handle, manifest.name))
    _subscribe(session, row, manifest)
    if session.get(OpenChannel, EXTENSION) is None:
        session.add(OpenChannel(platform=EXTENSION))
    session.flush()


def _subscribe(session: Session, row: Destination, manifest: Manifest) -> None:
    of_row = select(Subscription).where(Subscription.destination_id == row.id)
    known = session.exec(of_row).first()
    if _hears(manifest):
        wish = known or Subscription(destination_id=row.id or 0)
        wish.topics = _topics(manifest)
        session.add(wish)
    elif known is not None:
        session.delete(known)


def listen_no_more(session: Session, handle: str) -> None:
    """Let it hear of nothing, nor of what waits for it. While no other one hears, nothing is looked up for any."""
    of_platform = col(Destination.platform) == EXTENSION
    session.exec(delete(Destination).where(of_platform, col(Destination.address) == handle))
    if not session.exec(select(exists().where(of_platform))).one():
        session.exec(delete(OpenChannel).where(col(OpenChannel.platform) == EXTENSION))


def _hears(manifest: Manifest) -> bool:
    """Whether it is told of incidents, or of what others raise: what it adds to a card, it adds to what it heard of."""
    return bool(manifest.hears or manifest.decorate)


def _topics(manifest: Manifest) -> list[str]:
    """Of incidents; what others raise is told to who hears it, whatever they follow."""
    events = {each.event for each in manifest.hears}.intersection(EVENTS)
    if manifest.decorate:
        events |= set(EVENTS)
    found = {Topic.FIXED if event in ENDS else Topic.BROKEN for event in events}
    return sorted(found)
