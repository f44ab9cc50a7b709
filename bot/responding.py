"""What every platform asks for an answer: a question is read, an action is recorded."""

from datetime import UTC, datetime

from bot import acting, admission, canary, following, mine, reporting
from bot.acting import actor
from bot.answers import answer
from bot.asker import Asker, Question, Respond
from bot.commands import Parsed, parse
from bot.following import place
from bot.grammar import Command, Misunderstood
from models.clearances import clearance_of, hears_private
from models.database import Database, Session
from models.events.admission import ChannelOpened
from models.messages.admission import not_admitted, not_aloud
from models.messages.message import Message
from models.record import record
from models.rules.clean import clean
from models.rules.privacy import Audit, Clearance
from models.signing import Signer

# The commands that change something, each with the event that it becomes.
EVENTS = {**acting.EVENTS, **following.EVENTS, **canary.EVENTS, **reporting.EVENTS, **admission.EVENTS}
# What one can ask that depends on who asks, and where.
QUESTIONS: dict[str, Question] = {
    "following": following.following,
    "mine": mine.mine,
    "roles": mine.roles,
    "audit": mine.audit,
    "workspaces": admission.workspaces,
}
# The questions whose whole answer is for those inside: who reports from where, and what runs when.
_INSIDE = frozenset({"silent", "jobs", "canary", "audit", "report", "workspaces"})


def acts(text: str) -> bool:
    """Whether it changes something, so that asking it again by itself would do it again."""
    asked = parse(text)
    return isinstance(asked, Command) and asked.name in EVENTS


def is_personal(text: str) -> bool:
    """Whether what comes of it depends on who asks and where, and so on what they may do and know."""
    asked = parse(text)
    return not isinstance(asked, Misunderstood) and not (isinstance(asked, Command) and asked.name == "help")


def responder(database: Database, signer: Signer) -> Respond:
    """The one way from what was typed or pressed to its answer. It blocks, so call it in a thread.

    A question waits for no writer; an action is answered once it is committed. `signer` makes its links.
    """

    def respond(text: str, asker: Asker) -> Message:
        now = datetime.now(UTC)
        asked, asker = parse(clean(text)), asker.cleaned()
        with database.read() as session:
            allowed = _allowed(session, asker)
            said = _said(session, asked, asker, allowed, now, signer)
            opened = _opened(session, asker)
        if opened:
            with database.write() as session:
                record(session, [opened], now)
        if said is not None:
            return said
        assert isinstance(asked, Command)  # noqa: S101 - all else was answered
        with database.write() as session:
            (outcome,) = record(session, [EVENTS[asked.name](asked, asker, allowed)], now)
        assert outcome.answer is not None, f"{asked.name} was recorded without an answer"  # noqa: S101
        return outcome.answer

    return respond


def _acts(asked: Command, asker: Asker) -> bool:
    """Whether it changes something; what has a form does once that is filled."""
    return asked.name in EVENTS and (bool(asker.filled) or asked.name not in reporting.FORMS)


def _allowed(session: Session, asker: Asker) -> Clearance:
    where = place(asker, for_me=False)
    return clearance_of(session, actor(asker), where, alone=not asker.for_all, is_private=bool(asker.is_private))


def _refusal(asked: Parsed, asker: Asker, allowed: Clearance) -> Message | None:
    """What a stranger is told who wants more than what is public, and who asks aloud for what is for themself."""
    if not isinstance(asked, Command):
        return None
    if not allowed.inside and (asked.name in EVENTS or asked.name in _INSIDE):
        return not_admitted(asker.platform, asker.workspace)
    return not_aloud() if asked.name == "audit" and allowed.audit is Audit.NOTHING else None


def _opened(session: Session, asker: Asker) -> ChannelOpened | None:
    """That the platform does not call the channel private any more, where it may hear of private plugins."""
    where = place(asker, for_me=False)
    if asker.is_private is not False or not hears_private(session, where, asker.workspace):
        return None
    return ChannelOpened(where.platform, where.address)


def _said(
    session: Session, asked: Parsed, asker: Asker, allowed: Clearance, now: datetime, signer: Signer
) -> Message | None:
    """The answer to a question, or to what may not be done here; None for what is to be done."""
    if refused := _refusal(asked, asker, allowed):
        return refused
    if isinstance(asked, Command) and _acts(asked, asker):
        return None
    if isinstance(asked, Command) and asked.name == "canary":  # its answer links to what the web process serves
        return canary.canary(session, asked, allowed, now, signer)
    questions = QUESTIONS | reporting.FORMS
    if isinstance(asked, Command) and asked.name in questions:
        return questions[asked.name](session, asked, asker, allowed, now)
    return answer(session, asked, allowed, now)
