"""Keys that sites' admins ask for in a browser: asked for, proven by a file or a guardian, and handed out once."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import ColumnElement
from sqlmodel import Session, and_, col, delete, or_, select

from models.events import Outcome
from models.events.key_requests import FileSeen, FileWanted, KeyApproval, KeyAsked, KeyTaken
from models.messages import key_requests as words
from models.messages.acting import denied
from models.messages.message import Message
from models.operating import keys
from models.operating.requesters import encrypted
from models.people.persons import Who, audit, who
from models.queries.key_requests import found_request
from models.rules import proof
from models.rules.audit import AuditOutcome
from models.rules.authority import Power
from models.rules.inert import inert
from models.rules.key_requests import (
    MOST_OF_PARENT,
    MOST_OPEN,
    MOST_OPEN_OF_DOMAIN,
    PROOF_LIFE,
    REQUEST_LIFE,
    code_of,
    is_over,
    parent_of,
    token_digest,
)
from models.rules.kinds import KeyKind
from models.tables import ApiKey, KeyRequest

_LONGEST_TROUBLE = 200
_NOT_THERE = "it does not hold the line"


def record_key_asked(session: Session, event: KeyAsked, now: datetime) -> Outcome:
    """Note the request. Older ones that are not proven give way where there are too many."""
    asked = event.asked
    _make_room(session, asked.domain, now)
    row = KeyRequest(
        token_sha256=token_digest(event.token),
        code_sha256=proof.digest(code_of(event.token)),
        domain=asked.domain,
        auth_redirect=asked.auth_redirect,
        public_key=asked.public_key,
        nonce=asked.nonce,
        application=asked.application,
        asked_at=now,
    )
    session.add(row)
    return Outcome(number=1)


def record_file_wanted(session: Session, event: FileWanted, now: datetime) -> Outcome:
    """Have the file looked for, unless it is already or the domain is proven."""
    row = found_request(session, event.token, now)
    if row is None or row.proven_at or row.wanted_at:
        return Outcome()
    row.wanted_at = now
    return Outcome(number=1)


def record_file_seen(session: Session, event: FileSeen, now: datetime) -> Outcome:
    """Take the domain for proven if the code stands in its file; `number` is 1 then."""
    row = session.get(KeyRequest, event.request_id)
    if row is None or row.wanted_at is None or row.proven_at:
        return Outcome()
    row.wanted_at, row.looked_at = None, now
    trouble = event.trouble
    if not trouble and not proof.proves(event.text, row.code_sha256):
        trouble = _NOT_THERE
    trouble = trouble or _crowded(session, row.domain)
    row.trouble = inert(trouble)[:_LONGEST_TROUBLE]
    if trouble or is_over(row.asked_at, None, now):
        return Outcome()
    row.proven_at = now
    return Outcome(number=1)


def record_key_approval(session: Session, event: KeyApproval, now: datetime) -> Outcome:
    """Take the domain for proven by the word of a guardian or an admin, and note the attempt."""
    person = who(session, event.actor, now)
    domain = event.domain.strip().casefold()
    outcome, answer = _approve(session, person, domain, event.code, now)
    audit(session, person, "approve", outcome, f"approve a key for {domain}", now)
    return Outcome(number=int(outcome is AuditOutcome.DONE), answer=answer)


def record_key_taken(session: Session, event: KeyTaken, now: datetime) -> Outcome:
    """Make the key, once, encrypted for the site alone; it ends the one that the site got before in this way."""
    row = found_request(session, event.token, now)
    if row is None or row.proven_at is None or row.payload:
        return Outcome()
    if not row.approved_by and (trouble := _crowded(session, row.domain)):
        row.proven_at, row.trouble = None, trouble
        return Outcome()
    for earlier in _keys_by_approval(session, col(ApiKey.domain) == row.domain):
        keys.end(session, earlier, now)
    text = keys.create(session, KeyKind.USER, None, row.domain, now)
    session.flush()
    made = keys.find(session, text)
    assert made is not None, "a key that was just made is there"  # noqa: S101 - a mistake of ours
    made.by_approval = True
    row.payload = encrypted(row.public_key, text, row.nonce)
    return Outcome(number=1)


def _approve(
    session: Session, person: Who, domain: str, code: str, now: datetime
) -> tuple[AuditOutcome, Message]:
    if not person.may(Power.TEST):
        return AuditOutcome.DENIED, denied(Power.TEST)
    named = select(KeyRequest).where(
        KeyRequest.domain == domain, KeyRequest.code_sha256 == proof.digest(code.strip())
    )
    row = session.exec(named).first()
    if row is None or is_over(row.asked_at, row.proven_at, now):
        return AuditOutcome.UNKNOWN, words.no_request(domain)
    if row.proven_at:
        return AuditOutcome.ALREADY, words.proven_already(domain)
    row.proven_at, row.approved_by = now, person.name
    row.wanted_at, row.trouble = None, ""
    return AuditOutcome.DONE, words.approved(domain, row.application, now + PROOF_LIFE)


def _crowded(session: Session, domain: str) -> str:
    """Why a file alone is not enough for this domain, in words; empty where it is."""
    parent = parent_of(domain)
    below = or_(ApiKey.domain == parent, col(ApiKey.domain).endswith(f".{parent}", autoescape=True))
    others = _keys_by_approval(session, and_(below, col(ApiKey.domain) != domain))
    return words.crowded(parent, MOST_OF_PARENT) if len(others) >= MOST_OF_PARENT else ""


def _keys_by_approval(session: Session, which: ColumnElement[bool]) -> Sequence[ApiKey]:
    """The valid keys that were got in this way."""
    valid = select(ApiKey).where(col(ApiKey.by_approval), col(ApiKey.revoked_at).is_(None))
    return session.exec(valid.where(which)).all()


def _make_room(session: Session, domain: str, now: datetime) -> None:
    """Forget what counts no more, and of the open requests the oldest beyond the limits, but for one."""
    ended = col(KeyRequest.asked_at) < now - REQUEST_LIFE - PROOF_LIFE
    session.exec(delete(KeyRequest).where(ended))
    unproven = select(KeyRequest.id).where(col(KeyRequest.proven_at).is_(None))
    newest_first = unproven.order_by(col(KeyRequest.id).desc())
    too_old = (
        *session.exec(
            newest_first.where(KeyRequest.domain == domain).offset(MOST_OPEN_OF_DOMAIN - 1)
        ),
        *session.exec(newest_first.offset(MOST_OPEN - 1)),
    )
    if too_old:
        session.exec(delete(KeyRequest).where(col(KeyRequest.id).in_(too_old)))
