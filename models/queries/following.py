"""Who follows what, and how channels like to be told."""

from sqlmodel import Session, col, select

from models.queries.plugins import ON_THE_LIST
from models.rules.digest import Digest, usual
from models.rules.places import LOCAL, Place
from models.rules.routing import Wish, is_guardian
from models.tables import Destination, Plugin, Subscription
from models.views import DestinationView, WishView


def place_view(session: Session, place: Place) -> DestinationView:
    """The place with what is followed there; with the usual settings where nobody set anything."""
    known = destination_view(session, place.platform, place.address)
    if known is not None:
        return known
    return DestinationView(place.name, place.is_person, hears_private=place.platform == LOCAL)


def destination_view(session: Session, platform: str, address: str) -> DestinationView | None:
    """The channel or person with what they follow, all plugins first; None when nothing was ever
    followed there.
    """
    row = session.exec(
        select(Destination).where(Destination.platform == platform, Destination.address == address),
    ).first()
    if row is None:
        return None
    subscriptions = session.exec(
        select(Subscription)
        .where(Subscription.destination_id == row.id)
        .order_by(col(Subscription.id))
    ).all()
    wishes = [wish_view(session, subscription.wish) for subscription in subscriptions]
    ordered = sorted(
        wishes,
        key=lambda wish: (bool(wish.handle), wish.tag, wish.handle, wish.host_branch),
    )
    is_guarding = not row.is_person and is_guardian(
        subscription.wish for subscription in subscriptions
    )
    return DestinationView(
        name=row.name,
        is_person=row.is_person,
        wishes=tuple(ordered),
        flat=row.flat,
        quiet=row.quiet,
        least=row.threshold,
        digest=Digest(row.digest) if row.digest else usual(is_guardian=is_guarding),
        digest_at=row.digest_at,
        digest_zone=row.digest_zone,
        reminders=row.reminders,
        escalations=row.escalations,
        mention=row.mention,
        hears_private=row.hears_private or row.platform == LOCAL,
        language=row.language,
    )


def wish_view(session: Session, wish: Wish) -> WishView:
    """A wish as people see it, with the name that the plugin has now."""
    subject = wish.subject
    handle = session.exec(select(Plugin.handle).where(Plugin.id == subject.plugin_id)).first() or ""
    return WishView(handle, subject.tag, subject.host_branch, wish.filter)


def tags(session: Session) -> list[str]:
    """Every tag that a plugin of the list has, in lower case and sorted."""
    known: set[str] = set()
    for held in session.exec(select(Plugin.tags).where(ON_THE_LIST)):
        known.update(tag.casefold() for tag in held)
    return sorted(known)
