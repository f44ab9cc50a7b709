"""Puts messages into the outbox, in the transaction of the state that they tell of, however many hear of it."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlmodel import Session

from models.database import bulk
from models.database.engine import notify
from models.messages.message import Message
from models.tables import Posting, Turn


@dataclass(frozen=True, slots=True)
class Letter:
    """A message for one destination, in one conversation; `private` if not all may know it."""

    destination_id: int
    conversation: str
    action: Posting
    message: Message
    broadcast: bool = False
    private: bool = False


@dataclass(frozen=True, slots=True)
class UnwrittenLetter:
    """A letter whose message is composed once it is certain that it is sent: a list may take its place."""

    destination_id: int
    conversation: str
    action: Posting
    compose: Callable[[], Message]
    broadcast: bool = False
    private: bool = False

    @property
    def written(self) -> Letter:
        """The letter with its message."""
        return Letter(
            self.destination_id,
            self.conversation,
            self.action,
            self.compose(),
            broadcast=self.broadcast,
            private=self.private,
        )


def posted(letters: Iterable[Letter | UnwrittenLetter], conversation: str) -> set[int]:
    """Where the conversation's card is among these letters."""
    return {
        each.destination_id
        for each in letters
        if each.action is Posting.POST and each.conversation == conversation
    }


def enqueue(
    session: Session,
    destination_id: int,
    conversation: str,
    action: Posting,
    message: Message,
    now: datetime,
    *,
    broadcast: bool = False,
    private: bool = False,
) -> None:
    """Put one message into the outbox, as `enqueue_all` does."""
    letter = Letter(
        destination_id, conversation, action, message, broadcast=broadcast, private=private
    )
    enqueue_all(session, [letter], now)


def enqueue_all(session: Session, letters: Sequence[Letter], now: datetime) -> None:
    """Put these into the outbox in their order, with two statements. An edit replaces what nobody tried to send.

    What is for a chat platform that is turned off is left out.
    """
    waiting = _without_replaced(session, _folded(letters))
    if not waiting:
        return
    texts = _texts(waiting)
    begun: set[tuple[int, str]] = set()
    rows = []
    for place, each in enumerate(waiting):
        story = (each.destination_id, each.conversation)
        turn = Turn.BEHIND if story in begun else Turn.NOW
        begun.add(story)
        row = (
            place,
            each.destination_id,
            each.conversation,
            each.action,
            each.broadcast,
            each.private,
            turn,
            texts[each.message],
        )
        rows.append(row)
    with bulk.pipelined(session, into_next=True):
        bulk.run(session, _ENQUEUE, rows, now=now)
        notify(session)


def _folded(letters: Sequence[Letter]) -> list[Letter]:
    """The letters, with each edit of a card that is among them in that card's place."""
    folded: list[Letter] = []
    cards: dict[tuple[int, str], int] = {}
    for letter in letters:
        key = (letter.destination_id, letter.conversation)
        if letter.action is Posting.EDIT and key in cards:
            place = cards[key]
            folded[place] = replace(folded[place], message=letter.message, private=letter.private)
            continue
        if letter.action in _CARDS:
            cards[key] = len(folded)
        folded.append(letter)
    return folded


def _without_replaced(session: Session, letters: list[Letter]) -> list[Letter]:
    """Those that did not replace a card, or an edit, that nobody has tried to send yet."""
    edits = [letter for letter in letters if letter.action is Posting.EDIT]
    if not edits:
        return letters
    texts = _texts(edits)
    rows = [
        (each.destination_id, each.conversation, texts[each.message], each.private)
        for each in edits
    ]
    replaced = {
        (destination_id, conversation)
        for destination_id, conversation in bulk.run(session, _REPLACE, rows)
    }
    return [
        letter
        for letter in letters
        if letter.action is not Posting.EDIT
        or (letter.destination_id, letter.conversation) not in replaced
    ]


def _texts(letters: Sequence[Letter]) -> dict[Message, str]:
    """Each message as it is stored; many destinations are told the same."""
    return {message: message.to_json() for message in {letter.message for letter in letters}}


_CARDS = (Posting.POST, Posting.EDIT)
# In the order of their places, which becomes that of their ids, in which they are sent.
_ENQUEUE = """
INSERT INTO outbox (destination_id, platform, conversation, action, broadcast, private, turn, message,
                    created_at, due_at, attempts)
SELECT d.id, d.platform, r.conversation, r.action, r.broadcast, r.private, r.turn, r.message, :now, :now, 0
FROM {rows(place int, destination_id int, conversation text, action text, broadcast boolean, private boolean,
           turn text, message text)} r
JOIN destination d ON d.id = r.destination_id WHERE d.platform NOT IN (SELECT platform FROM closed_platform)
ORDER BY r.place
"""
# Who puts a row in waits for nobody: one that is being claimed or let go on just now is not replaced.
_REPLACE = """
UPDATE outbox SET message = r.message, private = r.private
FROM {rows(destination_id int, conversation text, message text, private boolean)} r
WHERE outbox.attempts = 0 AND outbox.id = (
    SELECT w.id FROM outbox w WHERE w.id = (
        SELECT o.id FROM outbox o
        WHERE o.destination_id = r.destination_id AND o.conversation = r.conversation
          AND o.action IN ('post', 'edit') AND o.sent_at IS NULL AND o.dead_at IS NULL
        ORDER BY o.id DESC LIMIT 1
    ) {for update skip locked}
) RETURNING outbox.destination_id, outbox.conversation
"""
