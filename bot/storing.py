"""Stores what is claimed for platforms whose messages stand in our own database, in the transaction that claims it."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from bot.sender import Sender, StoringSender
from models import outbox
from models.database.engine import Session
from models.extensions.additions import Additions
from models.outbox import Claim
from models.outbox.room import RoomEntry
from models.outbox.sending import Outgoing, SendError
from models.recording.telling.delivering import SentClaim, outgoing, sender_failed
from models.tables import Posting

# What one transaction stores, of one destination: on SQLite no Guard's report is written meanwhile.
MOST_STORED = 40


@dataclass(frozen=True, slots=True)
class Stored:
    """What became of claims, and what stands now, by its platform."""

    marks: list[SentClaim] = field(default_factory=list)
    entries: dict[str, list[RoomEntry]] = field(default_factory=lambda: defaultdict(list))


class Storing:
    """Stores for those of the senders that can; links lead to the status pages at `pages`, and extensions add to it."""

    def __init__(
        self, senders: Mapping[str, Sender | StoringSender], pages: str, additions: Additions
    ) -> None:
        self._senders = {
            name: sender for name, sender in senders.items() if isinstance(sender, StoringSender)
        }
        self._pages = pages
        self._additions = additions

    def is_for(self, claimed: Claim) -> bool:
        """Whether the claim is stored and not sent."""
        return claimed.platform in self._senders

    def store(self, session: Session, claims: Sequence[Claim], now: datetime) -> Stored:
        """Store these, and of what waits behind them in their conversations what is not too much at once."""
        stored = Stored()
        self._store(session, claims, now, stored)
        sent = [(each.claim, each.result) for each in stored.marks if isinstance(each.result, str)]
        heads = [claimed for claimed, _ in sent]
        cards = {
            (claimed.destination_id, claimed.conversation): reference
            for claimed, reference in sent
            if claimed.action != Posting.REPLY
        }
        behind = outbox.claim_behind(session, heads, now, max(MOST_STORED - len(claims), 0))
        following = [_below(each, cards) for each in self._additions.to_claims(session, behind)]
        self._store(session, following, now, stored)
        return stored

    def store_one_by_one(self, session: Session, claims: Sequence[Claim], now: datetime) -> Stored:
        """The same, after it was in vain: what cannot be stored keeps no other from it."""
        stored = Stored()
        for claimed in claims:
            try:
                with session.begin_nested():
                    self._store(session, [claimed], now, stored)
            except Exception as error:  # noqa: BLE001 - whatever it was, it is tried again
                stored.marks.append(SentClaim(claimed, sender_failed(claimed, error)))
        return stored

    def draw(self, stored: Stored) -> dict[str, list[str]]:
        """What people are shown, by platform. For any thread."""
        return {name: self._senders[name].draw(each) for name, each in stored.entries.items()}

    def show(self, drawn: Mapping[str, Sequence[str]]) -> None:
        """Show it, once it is certain that it is stored. For the event loop's thread."""
        for name, frames in drawn.items():
            self._senders[name].show(frames)

    def _store(
        self, session: Session, claims: Sequence[Claim], now: datetime, stored: Stored
    ) -> None:
        batches: dict[str, list[tuple[Claim, Outgoing]]] = defaultdict(list)
        for claimed in claims:
            try:
                batches[claimed.platform].append((claimed, outgoing(claimed, self._pages)))
            except SendError as error:
                stored.marks.append(SentClaim(claimed, error))
        for name, batch in batches.items():
            results = self._senders[name].store(session, [each for _, each in batch], now)
            for (claimed, _), result in zip(batch, results, strict=True):
                if isinstance(result, SendError):
                    stored.marks.append(SentClaim(claimed, result))
                else:
                    stored.marks.append(SentClaim(claimed, str(result.id)))
                    stored.entries[name].append(result)


def _below(claimed: Claim, cards: Mapping[tuple[int, str], str]) -> Claim:
    """The claim, with the card of its conversation where that stands only since just now."""
    card = cards.get((claimed.destination_id, claimed.conversation), claimed.reference)
    return replace(claimed, reference=card)
