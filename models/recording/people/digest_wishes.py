"""When a channel or a person gets its digest, as they say."""

from collections.abc import Mapping
from dataclasses import asdict
from datetime import datetime

from sqlmodel import Session

from models.events import Outcome
from models.events.silence import DigestWish
from models.messages.acting import denied
from models.messages.audit import wish_words
from models.messages.digest import digest_wish_message
from models.outbox.places import destination
from models.people.persons import audit, who
from models.queries.following import place_view
from models.recording.telling.digests import skip_due
from models.rules.audit import AuditOutcome
from models.rules.authority import Power
from models.rules.digest import Digest
from models.rules.places import Place
from models.tables import Destination


def record_digest_wish(session: Session, wish: DigestWish, now: datetime) -> Outcome:
    """Change when the place gets its digest, if whoever says so may, and note the attempt; without a change, show."""
    changes = {name: value for name, value in asdict(wish.wanted).items() if value is not None}
    if not changes:
        return Outcome(answer=digest_wish_message(place_view(session, wish.place), changed=False))
    person = who(session, wish.actor, now)
    where = "for themself" if wish.place.is_person else f"in {wish.place.name}"
    words = f"digest {where}: {wish_words(changes)}"
    if not (wish.place.is_person or person.may(Power.FOLLOW)):
        audit(session, person, "digest", AuditOutcome.DENIED, words, now)
        return Outcome(answer=denied(Power.FOLLOW))
    differs = change_style(session, destination(session, wish.place), changes, now)
    audit(session, person, "digest", AuditOutcome.of(changed=bool(differs)), words, now)
    return Outcome(
        number=differs,
        answer=digest_wish_message(place_view(session, wish.place), changed=bool(differs)),
    )


def change_style(
    session: Session, row: Destination, wanted: Mapping[str, object], now: datetime
) -> int:
    """Change how the destination is told, by column; return how much of it is new.

    A time for a digest that is off turns it on: daily in a channel, weekly for a person.
    """
    changes = dict(wanted)
    before = place_view(session, Place(row.platform, row.address, row.name, row.is_person))
    if (
        "digest" not in changes
        and changes.keys() & {"digest_at", "digest_zone"}
        and before.digest is Digest.OFF
    ):
        changes["digest"] = Digest.WEEKLY if row.is_person else Digest.DAILY
    differs = changes.items() - row.model_dump().items()
    row.sqlmodel_update(changes)
    session.add(row)
    if changes.keys() & {"digest", "digest_at", "digest_zone"}:
        skip_due(session, row, Digest(str(changes.get("digest", before.digest))), now)
    return len(differs)
