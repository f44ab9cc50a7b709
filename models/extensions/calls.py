"""The queue of calls of extensions: put in, claimed, answered, given up. Nothing here commits."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, literal_column
from sqlmodel import Session, col, select, update

from models.database.engine import notify
from models.tables import RealmCall

# How long somebody waits for an answer: a cold start, and all the time that a question may take.
PATIENCE = timedelta(seconds=15)
# The handler of a call by which an extension is to greet.
GREETING = ""
# How the events begin that are slots of an extension's job.
JOB = "job:"
# How those begin that are messages to the chat that an extension brings.
SEND = "send:"
# How those begin that are incidents, of whose cards it says what it adds to them.
DECORATE = "decorate:"
# How those begin that are steps of a bug report, by the draft, the number and the token.
STEP = "step:"
# How those begin that are slots of what it draws.
DRAW = "draw:"

# What the index of events holds. It is used where this stands in a question, word for word.
OF_EVENT: ColumnElement[bool] = col(RealmCall.event) != literal_column("''")

Json = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class CallClaim:
    """A call that is ours to answer, for as long as somebody waits."""

    id: int
    lease: str
    handle: str
    run: str
    asker: Json
    arguments: Json
    event: str = ""

    @property
    def is_greeting(self) -> bool:
        """Whether the extension is to be turned on."""
        return self.run == GREETING

    @property
    def is_job(self) -> bool:
        """Whether nobody waits for the answer, so that the call has a realm of its own."""
        return self.event.startswith((JOB, DRAW))

    @property
    def is_drawing(self) -> bool:
        """Whether what is answered is to be shown."""
        return self.event.startswith(DRAW)

    @property
    def is_decorating(self) -> bool:
        """Whether what is answered is to be added to the card of an incident."""
        return self.event.startswith(DECORATE)

    @property
    def language(self) -> str:
        """In which language what is added to a card is said."""
        return self.event.split(":")[1]

    @property
    def is_step(self) -> bool:
        """Whether it is a step of a bug report, to which it says something."""
        return self.event.startswith(STEP)

    @property
    def is_send(self) -> bool:
        """Whether a message is to be sent to its chat."""
        return self.event.startswith(SEND)


def decorating(language: str, event: str) -> str:
    """The event that a call is which says in this language what is added to a card."""
    return f"{DECORATE}{language}:{event}"


def put(
    session: Session,
    handle: str,
    run: str,
    asker: Json,
    arguments: Json,
    now: datetime,
    *,
    event: str = "",
) -> int:
    """Put a call into the queue, and wake who answers it."""
    call = RealmCall(
        handle=handle,
        run=run,
        asker=dict(asker),
        arguments=dict(arguments),
        asked_at=now,
        event=event,
    )
    session.add(call)
    session.flush()
    notify(session)
    return call.id or 0


def put_event(
    session: Session,
    handle: str,
    run: str,
    event: str,
    arguments: Json,
    heard: str,
    now: datetime,
) -> int | None:
    """Have the handler hear of this event, unless it has `heard` already: then None.

    A call that did not end so is made again, and the earlier one comes to nothing.
    """
    of_event = select(RealmCall).where(
        OF_EVENT, RealmCall.event == event, RealmCall.handle == handle, RealmCall.run == run
    )
    known = session.exec(of_event.with_for_update()).first()
    if known is not None:
        if known.answer == heard:
            return None
        session.delete(known)
        session.flush()
    call = RealmCall(handle=handle, run=run, event=event, arguments=dict(arguments), asked_at=now)
    session.add(call)
    session.flush()
    notify(session)
    return call.id or 0


def is_waiting(session: Session) -> bool:
    """Whether there is a call that nobody took."""
    return session.exec(select(RealmCall.id).where(*_WAITING).limit(1)).first() is not None


def claim(session: Session, lease: str, now: datetime) -> list[CallClaim]:
    """Take every call that waits, in their order. What nobody waits for any more just ends."""
    waiting = select(RealmCall).where(*_WAITING).order_by(col(RealmCall.id))
    claims = []
    for call in session.exec(waiting.with_for_update(skip_locked=True)).all():
        if call.asked_at < now - PATIENCE:
            call.ended_at = now
        else:
            call.lease = lease
            claims.append(
                CallClaim(
                    call.id or 0,
                    lease,
                    call.handle,
                    call.run,
                    call.asker,
                    call.arguments,
                    call.event,
                )
            )
        session.add(call)
    return claims


def is_wanted(session: Session, claim: CallClaim) -> bool:
    """Whether somebody still waits for the answer, and will until this transaction ends."""
    ours = select(RealmCall.id).where(RealmCall.id == claim.id, *_ours(claim)).with_for_update()
    return session.exec(ours).first() is not None


def answer(session: Session, claim: CallClaim, message: str, now: datetime) -> bool:
    """Answer the call, unless nobody waits for it any more; then nothing that it means may be stored."""
    ours = (
        update(RealmCall)
        .where(col(RealmCall.id) == claim.id, *_ours(claim))
        .values(answer=message, ended_at=now)
    )
    is_wanted = session.exec(ours).rowcount == 1
    if is_wanted:
        notify(session)
    return is_wanted


def answer_of(session: Session, call_id: int) -> str | None:
    """The answer, if it is there."""
    return session.exec(select(RealmCall.answer).where(RealmCall.id == call_id)).first()


def answer_to(session: Session, handle: str, event: str) -> str | None:
    """The answer to the call that is of this event, if it is there."""
    of_event = select(RealmCall.answer).where(
        OF_EVENT, RealmCall.event == event, RealmCall.handle == handle
    )
    return session.exec(of_event).first()


def was_put(session: Session, handle: str, event: str) -> bool:
    """Whether there is a call that is of this event, whatever became of it."""
    of_event = select(RealmCall.id).where(
        OF_EVENT, RealmCall.event == event, RealmCall.handle == handle
    )
    return session.exec(of_event.limit(1)).first() is not None


def give_up(session: Session, call_id: int, now: datetime) -> str | None:
    """Wait no more. Returns the answer if it came at the last moment; else none will ever come."""
    waited = (
        update(RealmCall)
        .where(col(RealmCall.id) == call_id, col(RealmCall.ended_at).is_(None))
        .values(ended_at=now)
    )
    session.exec(waited)
    return answer_of(session, call_id)


def _ours(claim: CallClaim) -> tuple[ColumnElement[bool], ...]:
    return col(RealmCall.lease) == claim.lease, col(RealmCall.ended_at).is_(None)


_WAITING = (col(RealmCall.lease).is_(None), col(RealmCall.ended_at).is_(None))
