"""What the extensions that are on add to what is told: where references lead, buttons, and blocks on incidents.

Each is shown where its extension is used. Nothing here commits.
"""

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace

import structlog
from sqlmodel import Session, col, select

from models.extensions.using import language_of, used
from models.messages.additions import OfferedButton, before_buttons, subject, with_buttons
from models.messages.message import Message, UnreadableError
from models.messages.references import Reference, with_links
from models.outbox import Claim
from models.rules.extensions import ExtensionState
from models.rules.languages import ENGLISH, languages_near
from models.tables import CardDecoration, Extension, Posting

_CARDS = (Posting.POST, Posting.EDIT)

_log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class OfferedAdditions:
    """What there is to add. `decorating` are the handles of those that add blocks to incidents."""

    references: tuple[Reference, ...] = ()
    buttons: tuple[OfferedButton, ...] = ()
    decorating: frozenset[str] = frozenset()


class Additions:
    """Adds what is `offered`, which any thread may replace meanwhile."""

    def __init__(self) -> None:
        self.offered = OfferedAdditions()

    def to_answer(
        self, session: Session, said: Message, platform: str, channel: str, user: str
    ) -> Message:
        """The answer to this person in this channel, with all that is added there."""
        offered = self.offered
        here = used(session, platform, channel, user)
        told = _decorated(session, said, offered, here, (platform, channel))
        return with_links(told, [each for each in offered.references if each.owner in here])

    def to_claims(self, session: Session, claims: Sequence[Claim]) -> list[Claim]:
        """What is about to be sent, with buttons and blocks on the cards among it."""
        offered = self.offered
        if not (offered.buttons or offered.decorating):
            return list(claims)
        return [_with_additions(session, claim, offered) for claim in claims]

    @property
    def is_none(self) -> bool:
        """Whether nothing is to be added anywhere."""
        return self.offered == OfferedAdditions()


def decorations_of(
    session: Session,
    number: int,
    handles: Collection[str] | None = None,
    language: str = ENGLISH,
) -> list[Message]:
    """What the extensions that are on, or these of them, add to an incident: each in this language, or the nearest that
    it has.

    One that cannot be read, as after a later version ran, is left out: it stops nothing else from being told.
    """
    nearest = languages_near(language)
    wanted = (
        select(Extension.handle, CardDecoration.language, CardDecoration.message)
        .join(Extension, col(Extension.id) == col(CardDecoration.extension_id))
        .where(CardDecoration.incident_id == number, col(CardDecoration.language).in_(nearest))
        .where(Extension.state == ExtensionState.ON)
        .order_by(col(Extension.handle))
    )
    if handles is not None:
        wanted = wanted.where(col(Extension.handle).in_(handles))
    found: dict[str, dict[str, str]] = defaultdict(dict)
    for handle, spoken, text in session.exec(wanted):
        found[handle][spoken] = text
    return [
        message
        for handle, texts in found.items()
        if (message := _readable(handle, next(texts[each] for each in nearest if each in texts)))
    ]


def _readable(handle: str, text: str) -> Message | None:
    try:
        return Message.from_json(text)
    except UnreadableError as error:
        _log.warning("decoration_unreadable", extension=handle, why=str(error))
        return None


def _with_additions(session: Session, claim: Claim, offered: OfferedAdditions) -> Claim:
    if claim.action not in _CARDS:
        return claim
    try:
        said = claim.message
    except UnreadableError:  # whoever sends it tells of that
        return claim
    there = claim.platform, claim.address
    told = _decorated(session, said, offered, used(session, *there, user=""), there)
    return claim if told is said else replace(claim, stored=told.to_json())


def _decorated(
    session: Session,
    said: Message,
    offered: OfferedAdditions,
    here: frozenset[str],
    there: tuple[str, str],
) -> Message:
    about = subject(said) if here else None
    if about is None:
        return said
    buttons = [each for each in offered.buttons if each.owner in here]
    handles = offered.decorating & here
    if not (buttons or handles):
        return said
    language = language_of(session, *there)
    told = with_buttons(said, about, buttons, language)
    if about.is_outbreak:
        return told
    for each in decorations_of(session, about.number, handles, language):
        told = before_buttons(told, each.blocks)
    return told
