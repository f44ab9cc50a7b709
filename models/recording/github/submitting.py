"""Plugins that people submit for the master list: kept, read by the clock, accepted or declined by a guardian."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlmodel import Session, col, or_, select

from models import outbox
from models.events import Outcome
from models.events.master_list import PluginSubmission, SubmissionDecision, SubmissionRead
from models.messages import submissions as words
from models.messages.acting import denied
from models.messages.message import Message
from models.metadata.header import parse_header
from models.metadata.listing import ListingEntry, named_repository
from models.outbox.places import destination
from models.people.persons import Who, audit, granted, who
from models.queries.plugins import find_plugin
from models.queries.submissions import submission_view
from models.recording.github.master_list import import_listing
from models.recording.telling.listeners import guardians
from models.rules.audit import AuditOutcome
from models.rules.authority import Power, permits
from models.rules.conversations import About, Conversation
from models.rules.people import Actor
from models.rules.privacy import Clearance
from models.rules.topics import telling
from models.tables import Person, Plugin, Posting, Submission
from models.views.submissions import SubmissionView

# Undecided ones.
_MOST, _MOST_OF_ONE = 200, 5
# GitHub that did not answer is asked again after a while, and no more after some days.
_AGAIN, _LONGEST = timedelta(minutes=5), timedelta(days=3)
# So long nobody but a guardian submits again what was declined, for each time is a card for guardians.
_NOT_AGAIN = timedelta(days=30)


def record_submission(session: Session, said: PluginSubmission, now: datetime) -> Outcome:
    """Keep it, if it names a repository that is not on the list, and note the attempt."""
    person = who(session, said.actor, now)
    entry = named_repository(said.text)
    outcome, answer = AuditOutcome.UNKNOWN, words.not_a_repository(said.text)
    if entry is not None:
        outcome, found = _submit(session, person, entry, said, now)
        decides = person.may(Power.TEST)
        answer = (
            words.submitted_message(found, decides=decides)
            if isinstance(found, SubmissionView)
            else found
        )
    audit(session, person, "add", outcome, f"add {entry.place if entry else said.text}", now)
    return Outcome(number=int(outcome is AuditOutcome.DONE), answer=answer)


def _submit(
    session: Session, person: Who, entry: ListingEntry, said: PluginSubmission, now: datetime
) -> tuple[AuditOutcome, Message | SubmissionView]:
    """The submission, new or as it waits already, or why there is none."""
    listed = find_plugin(session, entry.place, allowed=said.allowed)
    if listed and not listed.removed_at:
        return AuditOutcome.ALREADY, words.listed_already(listed)
    waiting = _undecided(session)
    decides = person.may(Power.TEST)
    same = next((number for number, key, _ in waiting if key == entry.key), None)
    if same is None and not decides:
        same = _declined(session, entry.key, now)
    if same is not None:
        return AuditOutcome.ALREADY, submission_view(session, session.get_one(Submission, same))
    own = sum(person_id == person.person_id for *_, person_id in waiting)
    if len(waiting) >= _MOST or (own >= _MOST_OF_ONE and not decides):
        return AuditOutcome.DENIED, words.too_many_submissions()
    row = Submission(
        repository=entry.repository,
        path=entry.path,
        key=entry.key,
        person_id=person.person_id,
        destination_id=destination(session, said.place).id or 0,
        asked_at=now,
    )
    session.add(row)
    session.flush()
    view = submission_view(session, row)
    for listener in guardians(session):
        _tell(session, listener.destination_id, row, Posting.POST, words.submission_card(view), now)
    return AuditOutcome.DONE, view


def waiting_submissions(
    session: Session, limit: int, now: datetime
) -> Sequence[tuple[int, str, str]]:
    """Those whose repositories are to be read: number, repository and folder."""
    due = (
        col(Submission.read_at).is_(None),
        col(Submission.decided_at).is_(None),
        Submission.asked_at > now - _LONGEST,
        or_(col(Submission.looked_at).is_(None), col(Submission.looked_at) < now - _AGAIN),
    )
    rows = session.exec(select(Submission).where(*due).order_by(col(Submission.id)).limit(limit))
    return [(row.id or 0, row.repository, row.path) for row in rows]


def record_submission_read(session: Session, seen: SubmissionRead, now: datetime) -> Outcome:
    """Keep what the repository says; tell who submitted it, and the guardians; `number` is 1 when it was read."""
    row = session.get(Submission, seen.submission_id)
    if row is None or row.decided_at or row.read_at:
        return Outcome()
    row.looked_at = now
    session.add(row)
    if seen.trouble:
        return Outcome()
    row.read_at = now
    row.header = seen.header
    row.problem = seen.problem
    row.tags = list(seen.topics)
    view = submission_view(session, row)
    _edit_cards(session, row, view, now)
    card = words.submission_card(view, decides=_decides(session, row.person_id))
    own = Conversation.on(About.SUBMITTED, row.id, "read")
    outbox.enqueue(session, row.destination_id, own, Posting.POST, card, now)
    return Outcome(number=1)


def record_submission_decision(
    session: Session, decision: SubmissionDecision, now: datetime
) -> Outcome:
    """Take it to the list or decline it, if whoever decides may; tell who submitted it."""
    person = who(session, decision.actor, now)
    row = session.get(Submission, decision.number)
    verb = "accept" if decision.accepts else "decline"
    outcome, answer = _decide(session, person, row, decision, now)
    place = f" ({row.repository})" if row else ""
    audit(session, person, verb, outcome, f"{verb} {decision.number}{place}", now)
    return Outcome(number=int(outcome is AuditOutcome.DONE), answer=answer)


def _decide(
    session: Session,
    person: Who,
    row: Submission | None,
    decision: SubmissionDecision,
    now: datetime,
) -> tuple[AuditOutcome, Message]:
    if not person.may(Power.TEST):
        return AuditOutcome.DENIED, denied(Power.TEST)
    if row is None:
        return AuditOutcome.UNKNOWN, words.no_submission(decision.number)
    if row.decided_at:
        return AuditOutcome.STALE, words.decided_already(submission_view(session, row))
    handle = ""
    if decision.accepts:
        handle, why = _take(session, row, now, decision.allowed)
        if why:
            return AuditOutcome.DENIED, words.cannot_accept(submission_view(session, row), why)
    row.decided_at, row.decided_by = now, person.name
    row.accepted, row.reason = decision.accepts, decision.reason
    session.add(row)
    view = submission_view(session, row)
    _edit_cards(session, row, view, now)
    answer = words.decided_message(view, handle)
    if row.person_id != person.person_id:
        own = Conversation.on(About.SUBMITTED, row.id, "decided")
        outbox.enqueue(session, row.destination_id, own, Posting.POST, answer, now)
    return AuditOutcome.DONE, answer


def _take(session: Session, row: Submission, now: datetime, allowed: Clearance) -> tuple[str, str]:
    """The handle under which it is on the list now, or why it is not."""
    header = parse_header(row.header) if row.header is not None else None
    tags = telling(row.tags) or None
    entry = ListingEntry(row.repository, header, tags=tags, path=row.path)
    result = import_listing(session, [entry], now, allowed)
    if result.refused:
        return "", result.refused[0]
    plugin = session.exec(select(Plugin).where(Plugin.repository_key == row.key)).first()
    return (plugin.handle if plugin else row.repository), ""


def _undecided(session: Session) -> Sequence[tuple[int | None, str, int]]:
    """Those that wait, by number, key and person."""
    rows = select(Submission.id, Submission.key, Submission.person_id)
    still = rows.where(col(Submission.decided_at).is_(None))
    return session.exec(still.order_by(col(Submission.id))).all()


def _declined(session: Session, key: str, now: datetime) -> int | None:
    """The number under which it was declined of late."""
    rows = select(Submission.id).where(
        Submission.key == key,
        col(Submission.accepted).is_(False),
        col(Submission.decided_at) > now - _NOT_AGAIN,
    )
    return session.exec(rows.order_by(col(Submission.id).desc())).first()


def _decides(session: Session, person_id: int) -> bool:
    """Whether a guardian, as far as is known without their groups, submitted it, and confirms by the buttons."""
    person = session.get_one(Person, person_id)
    actor = Actor(person.platform, person.workspace, person.user, person.name)
    return permits(granted(session, actor), Power.TEST)


def _edit_cards(session: Session, row: Submission, view: SubmissionView, now: datetime) -> None:
    for listener in guardians(session):
        if outbox.has_card(session, listener.destination_id, _conversation(row)):
            card = words.submission_card(view)
            _tell(session, listener.destination_id, row, Posting.EDIT, card, now)


def _tell(
    session: Session, to: int, row: Submission, how: Posting, said: Message, now: datetime
) -> None:
    outbox.enqueue(session, to, _conversation(row), how, said, now)


def _conversation(row: Submission) -> Conversation:
    return Conversation.on(About.SUBMISSION, row.id or 0)
