"""Runs of the browser canary that people ask for.

Says who may ask, allows one at a time for each server, and shows on a card how the run goes.
"""

from datetime import datetime, timedelta

from sqlmodel import Session, col, select

from models import outbox
from models.events import Outcome
from models.events.canary import CanaryReport, LoadedPlugin, RunWanted
from models.messages.acting import denied
from models.messages.audit import noted
from models.messages.canary import tested_elsewhere, unknown_server
from models.messages.canary_card import (
    Progress,
    already_message,
    asked_message,
    run_card,
    unserved_card,
)
from models.messages.message import Message
from models.operating import slots
from models.outbox.places import destination
from models.people.persons import Who, audit, who
from models.queries.canary import canary_servers, our_servers, run_view, spelt, steps_of
from models.rules.audit import AuditOutcome
from models.rules.authority import Power
from models.rules.conversations import About, Conversation
from models.rules.languages import ENGLISH
from models.rules.smoke import EarlierAttempt, Result, RunStep, SmokeJob
from models.rules.speaking import speaking
from models.tables import CanaryOrder, CanaryRun, Destination, Job, Posting

# An order that no run served within this time is given up.
_LONGEST_WAIT = timedelta(hours=1)
_DEAD = "The process that ran this test is gone, so that it proves nothing"


def record_run_wanted(session: Session, wanted: RunWanted, now: datetime) -> Outcome:
    """Order a test of the server, if this person may and no test of it runs; audit the attempt.

    `number` in the outcome is 1 when the test was ordered, else 0; `answer` is what the person reads.
    """
    person = who(session, wanted.actor, now)
    outcome, answer = _order(session, wanted, person, now)
    traced = " trace" if wanted.traced else ""
    words = noted(f"canary run {wanted.server}{traced}", answer)
    audit(session, person, "canary run", outcome, words, now)
    return Outcome(number=int(outcome is AuditOutcome.DONE), answer=answer)


def begin(session: Session, server: str, run_id: str, now: datetime) -> bool:
    """Let this run serve the open order of the server, unless that order is too old.

    Returns whether the run is to be traced.
    """
    order = _open(session, server)
    if order is None:
        return False
    if now - order.asked_at > _LONGEST_WAIT:
        _give_up(session, order, now)
        return False
    order.run_id = run_id
    session.add(order)
    return order.traced


def abandoned(session: Session, server: str, now: datetime) -> list[CanaryReport]:
    """Reports that end our runs of the server that never ended.

    Only for the process that holds the job of this server, because no other can be running them.
    """
    left = select(CanaryRun).where(
        CanaryRun.server == server,
        col(CanaryRun.key_id).is_(None),
        col(CanaryRun.finished_at).is_(None),
    )
    return [_ended(run, now) for run in session.exec(left)]


def show(session: Session, run: CanaryRun, report: CanaryReport, now: datetime) -> None:
    """Edit the card of the order that this run serves, if there is one."""
    served = select(CanaryOrder).where(
        CanaryOrder.server == run.server,
        CanaryOrder.run_id == run.run_id,
    )
    order = session.exec(served).first()
    if order is None or order.ended_at is not None:
        return
    order.ended_at = now if run.finished_at else None
    session.add(order)
    progress = Progress(order.asked_by, report.planned, report.doing)
    with speaking(_language(session, order)):
        card = run_card(run_view(run, now), progress)
    _edit(session, order, card, now)


def _order(
    session: Session, wanted: RunWanted, person: Who, now: datetime
) -> tuple[AuditOutcome, Message]:
    if not person.may(Power.TEST):
        return AuditOutcome.DENIED, denied(Power.TEST)
    server = spelt(wanted.server)
    job = session.get(Job, SmokeJob(server).name)
    if job is None:
        return AuditOutcome.UNKNOWN, _no_canary_of_ours(session, server)
    if job.lease or job.asked_at:
        return AuditOutcome.ALREADY, already_message(server)
    if stale := _open(session, server):
        _give_up(session, stale, now)
    slots.ask(session, job.name, now)
    where = destination(session, wanted.place)
    order = CanaryOrder(
        server=server,
        traced=wanted.traced,
        asked_at=now,
        asked_by=person.name,
        destination_id=where.id or 0,
    )
    session.add(order)
    session.flush()
    card = asked_message(server, person.name)
    outbox.enqueue(session, order.destination_id, _conversation(order), Posting.POST, card, now)
    return AuditOutcome.DONE, asked_message(server, person.name, is_answer=True)


def _no_canary_of_ours(session: Session, server: str) -> Message:
    """That nothing can be run there; only servers that can be tested from here are suggested."""
    ours = tuple(our_servers(session))
    if server in canary_servers(session):
        return tested_elsewhere(server, ours)
    return unknown_server(server, ours)


def _give_up(session: Session, order: CanaryOrder, now: datetime) -> None:
    order.ended_at = now
    session.add(order)
    with speaking(_language(session, order)):
        card = unserved_card(order.server, order.asked_by)
    _edit(session, order, card, now)


def _open(session: Session, server: str) -> CanaryOrder | None:
    still = select(CanaryOrder).where(
        CanaryOrder.server == server, col(CanaryOrder.ended_at).is_(None)
    )
    return session.exec(still).first()


def _edit(session: Session, order: CanaryOrder, card: Message, now: datetime) -> None:
    outbox.enqueue(session, order.destination_id, _conversation(order), Posting.EDIT, card, now)


def _language(session: Session, order: CanaryOrder) -> str:
    there = session.get(Destination, order.destination_id)
    return there.language if there else ENGLISH


def _conversation(order: CanaryOrder) -> Conversation:
    return Conversation.on(About.CANARY, order.id)


def _ended(run: CanaryRun, now: datetime) -> CanaryReport:
    # A step that failed might have passed at the next attempt, which was never made.
    passed = tuple(step for step in steps_of(run) if step.result == Result.PASSED)
    return CanaryReport(
        key_id=None,
        run_id=run.run_id,
        server=run.server,
        host_branch=run.host_branch,
        host_sha=run.host_sha,
        started_at=run.started_at,
        finished_at=now,
        steps=(*passed, RunStep("end the run", Result.SKIPPED, 0, _DEAD)),
        plugins=tuple(LoadedPlugin(each["handle"], **each) for each in run.plugins),
        earlier=tuple(EarlierAttempt(**attempt) for attempt in run.earlier),
    )
