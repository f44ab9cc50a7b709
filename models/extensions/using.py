"""Who uses an extension: everybody, or the channels and people who said so. Nothing here commits."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement
from sqlmodel import Session, col, exists, func, or_, select
from sqlmodel.sql.expression import SelectOfScalar

from models.rules.languages import ENGLISH
from models.rules.places import Place
from models.tables import Destination, Extension, ExtensionUse


@dataclass(frozen=True, slots=True)
class ExtensionUsage:
    """Whether everybody uses it, or else how many channels and people do."""

    everywhere: bool
    channels: int = 0
    people: int = 0


def begin(session: Session, handle: str, place: Place, now: datetime) -> bool:
    """The place uses the extension from now on. Returns whether that is new."""
    extension = session.exec(select(Extension.id).where(Extension.handle == handle)).one()
    if session.exec(_of(handle, place)).first():
        return False
    row = ExtensionUse(
        extension_id=extension or 0,
        platform=place.platform,
        address=place.address,
        is_person=place.is_person,
        since=now,
    )
    session.add(row)
    session.flush()
    return True


def end(session: Session, handle: str, place: Place) -> bool:
    """The place uses it no more. Returns whether it did."""
    row = session.exec(_of(handle, place)).first()
    if row is not None:
        session.delete(row)
        session.flush()
    return row is not None


def let_everybody(session: Session, handle: str, *, everywhere: bool) -> bool:
    """Everybody uses it, or only who said so. Returns whether that is new."""
    row = session.exec(select(Extension).where(Extension.handle == handle)).one()
    changed = row.everywhere != everywhere
    row.everywhere = everywhere
    session.add(row)
    return changed


def uses(session: Session, handle: str, platform: str, channel: str, user: str) -> bool:
    """Whether the extension is used in this channel, or by this person."""
    return handle in used(session, platform, channel, user)


def used(session: Session, platform: str, channel: str, user: str) -> frozenset[str]:
    """The handles of all that are used in this channel, or by this person."""
    there = [address for address in (channel, user) if address]
    in_place = exists().where(
        col(ExtensionUse.extension_id) == col(Extension.id),
        col(ExtensionUse.platform) == platform,
        col(ExtensionUse.address).in_(there),
    )
    return frozenset(
        session.exec(select(Extension.handle).where(or_(col(Extension.everywhere), in_place)))
    )


def language_of(session: Session, platform: str, channel: str) -> str:
    """Which language is spoken in this channel."""
    spoken = select(Destination.language).where(
        Destination.platform == platform, Destination.address == channel
    )
    return session.exec(spoken).first() or ENGLISH


def languages(session: Session, handle: str) -> list[str]:
    """Every language that is spoken where the extension is used: that of most places first."""
    spoken = col(Destination.language)
    used_there = select(spoken).where(_is_used(handle)).group_by(spoken)
    found = used_there.order_by(func.count().desc(), spoken)
    return list(session.exec(found))


def used_in(session: Session, handle: str) -> frozenset[int]:
    """The destinations where the extension is used."""
    found = session.exec(select(Destination.id).where(_is_used(handle)))
    return frozenset(each for each in found if each is not None)


def _is_used(handle: str) -> ColumnElement[bool]:
    """Whether it is used in a destination."""
    ours = col(Extension.handle) == handle
    everywhere = exists().where(ours, col(Extension.everywhere))
    in_place = exists().where(
        ours,
        col(ExtensionUse.extension_id) == col(Extension.id),
        col(ExtensionUse.platform) == col(Destination.platform),
        col(ExtensionUse.address) == col(Destination.address),
    )
    return or_(everywhere, in_place)


def usages(session: Session) -> dict[str, ExtensionUsage]:
    """How each extension is used, by its handle."""
    counted = session.exec(
        select(ExtensionUse.extension_id, ExtensionUse.is_person, func.count()).group_by(
            col(ExtensionUse.extension_id), col(ExtensionUse.is_person)
        )
    )
    numbers = {(extension, is_person): number for extension, is_person, number in counted}
    rows = session.exec(select(Extension.id, Extension.handle, Extension.everywhere))
    return {
        handle: ExtensionUsage(
            everywhere, numbers.get((key or 0, False), 0), numbers.get((key or 0, True), 0)
        )
        for key, handle, everywhere in rows
    }


def _of(handle: str, place: Place) -> SelectOfScalar[ExtensionUse]:
    return (
        select(ExtensionUse)
        .join(Extension, col(Extension.id) == col(ExtensionUse.extension_id))
        .where(
            Extension.handle == handle,
            ExtensionUse.platform == place.platform,
            ExtensionUse.address == place.address,
        )
    )
