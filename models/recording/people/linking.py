"""Ties between people and GitHub logins: claimed with a code, looked for by the clock, and proved."""

import secrets
from collections.abc import Sequence
from datetime import datetime

from sqlmodel import Session, col, delete, select

from models import outbox
from models.events import Outcome
from models.events.following import LoginClaim, ProfileRead
from models.extensions.happening import happened
from models.messages import linking as words
from models.messages.message import Message
from models.outbox.places import destination
from models.people.maintainers import maintained_plugins
from models.people.persons import Who, audit, who
from models.recording.people.follow_news import tell_follows
from models.recording.people.own_plugins import follow_own
from models.rules import proof
from models.rules.audit import AuditOutcome
from models.rules.conversations import About, Conversation
from models.rules.speaking import speaking
from models.tables import Destination, GithubLink, Person, Plugin, Posting

_ACTION = "link github"


def record_login_claim(session: Session, claim: LoginClaim, now: datetime) -> Outcome:
    """Hand out a code for the login or, when it is said to stand in the profile, have it looked for."""
    person = who(session, claim.actor, now)
    outcome, answer = (
        _claim(session, claim, person, now) if proof.is_login(claim.login) else _bad(claim)
    )
    done = " done" if claim.done else ""
    audit(session, person, _ACTION, outcome, f"{_ACTION} {claim.login}{done}", now)
    return Outcome(number=int(outcome is AuditOutcome.DONE), answer=answer)


def record_profile_read(session: Session, seen: ProfileRead, now: datetime) -> Outcome:
    """Prove the login if the code stands in its profile, and tell the person; `number` is 1 when that is decided.

    A profile without the code is looked at again for a while; GitHub is asked for as long as the code is good.
    """
    link = session.get(GithubLink, seen.link_id)
    if link is None or link.asked_at is None:
        return Outcome()
    place = session.get_one(Destination, link.destination_id)
    with speaking(place.language):
        answer = _judge(session, link, seen, now)
    if answer is None:
        return Outcome()
    conversation = Conversation.on(About.LINK, link.id, now.isoformat())
    outbox.enqueue(session, link.destination_id, conversation, Posting.POST, answer, now)
    link.asked_at = None
    person = session.get_one(Person, link.person_id)
    outcome = AuditOutcome.DONE if link.verified_at else AuditOutcome.DENIED
    words = f"{_ACTION} {link.login} done"
    audit(session, Who(link.person_id, person.name), _ACTION, outcome, words, now)
    return Outcome(number=1)


def waiting(session: Session, limit: int) -> Sequence[tuple[int, str]]:
    """Claims whose profile is to be looked at, the longest waiting first: the link's id, and the login."""
    asked = (
        select(GithubLink)
        .where(col(GithubLink.asked_at).is_not(None))
        .order_by(col(GithubLink.asked_at))
    )
    return [(link.id or 0, link.login) for link in session.exec(asked.limit(limit))]


def _claim(
    session: Session, claim: LoginClaim, person: Who, now: datetime
) -> tuple[AuditOutcome, Message]:
    theirs = select(GithubLink).where(GithubLink.person_id == person.person_id)
    link = session.exec(theirs.where(GithubLink.login_key == claim.login.lower())).first()
    if link is not None and link.verified_at:
        return AuditOutcome.ALREADY, words.already_linked(link.login)
    if not claim.done:
        return AuditOutcome.DONE, _hand_out(session, claim, person, now)
    if link is None or link.code_until < now:
        return AuditOutcome.STALE, words.no_code(claim.login, expired=link is not None)
    link.asked_at = link.asked_at or now
    return AuditOutcome.DONE, words.looking_message(link.login, claim.place)


def _hand_out(session: Session, claim: LoginClaim, person: Who, now: datetime) -> Message:
    """A new code for the login. A person has one unproved claim at a time."""
    session.exec(
        delete(GithubLink).where(
            col(GithubLink.person_id) == person.person_id, col(GithubLink.verified_at).is_(None)
        )
    )
    code = proof.code(secrets.token_hex(8))
    link = GithubLink(
        person_id=person.person_id,
        destination_id=destination(session, claim.place).id or 0,
        login=claim.login,
        login_key=claim.login.lower(),
        code_sha256=proof.digest(code),
        code_until=now + proof.LIFE,
    )
    session.add(link)
    return words.code_message(claim.login, code, link.code_until)


def _judge(session: Session, link: GithubLink, seen: ProfileRead, now: datetime) -> Message | None:
    """What to tell the person; None while it is too early to tell."""
    if link.code_until < now:
        return (
            words.no_answer(link.login) if seen.trouble else words.no_code(link.login, expired=True)
        )
    if seen.trouble:
        return None
    if seen.text is None:
        return words.nobody(link.login)
    if proof.proves(seen.text, link.code_sha256 or ""):
        link.verified_at, link.code_sha256 = now, None
        session.flush()
        place = session.get_one(Destination, link.destination_id)
        happened(session, "person.linked", now, {"platform": place.platform})
        owned = _owned(session, link.login_key)
        return words.linked_message(link.login, owned, _follow_own(session, link, place, now))
    return (
        words.not_found(link.login, link.code_until)
        if now - (link.asked_at or now) >= proof.PATIENCE
        else None
    )


def _follow_own(session: Session, link: GithubLink, place: Destination, now: datetime) -> list[str]:
    """Let the person hear of what they maintain, and return its handles. What they followed before stays as it was."""
    if not place.is_person:
        return []
    begun = follow_own(session, link.destination_id, maintained_plugins(session, link.person_id))
    tell_follows(session, place.platform, begun, now)
    return begun


def _owned(session: Session, login_key: str) -> list[str]:
    owned = select(Plugin.handle).where(
        col(Plugin.repository_key).startswith(f"{login_key}/", autoescape=True)
    )
    return list(session.exec(owned.order_by(Plugin.handle)))


def _bad(claim: LoginClaim) -> tuple[AuditOutcome, Message]:
    return AuditOutcome.UNKNOWN, words.bad_login(claim.login)
