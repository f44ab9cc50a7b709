"""What every platform asks for an answer: a question is read, an action is recorded."""

from collections.abc import Callable
from datetime import UTC, datetime

from bot import acting, canary, following, mine, reporting
from bot.answers import answer
from bot.asker import Asker, Respond
from bot.commands import parse
from bot.grammar import Command
from models.database import Database, Session
from models.messages.message import Message
from models.record import record
from models.rules.clean import clean

# The commands that change something, each with the event that it becomes.
EVENTS = {**acting.EVENTS, **following.EVENTS, **canary.EVENTS, **reporting.EVENTS}
# What one can ask that depends on who asks, and where.
QUESTIONS: dict[str, Callable[[Session, Command, Asker, datetime], Message]] = {
    "following": following.following,
    "mine": mine.mine,
    "roles": mine.roles,
}
# The same, where the answer holds links to what the web process serves, under the address handed in.
LINKING: dict[str, Callable[[Session, Command, Asker, datetime, str], Message]] = {"canary": canary.canary}


def acts(text: str) -> bool:
    """Whether it changes something, so that asking it again by itself would do it again."""
    asked = parse(text)
    return isinstance(asked, Command) and asked.name in EVENTS


def is_personal(text: str) -> bool:
    """Whether what comes of it depends on who asks, and so on what they may do."""
    asked = parse(text)
    return isinstance(asked, Command) and asked.name in {*EVENTS, *QUESTIONS, *LINKING}


def responder(database: Database, public_url: str) -> Respond:
    """The one way from what was typed or pressed to its answer. It blocks, so call it in a thread.

    A question waits for no writer; an action is answered once it is committed. Links begin with `public_url`.
    """

    def respond(text: str, asker: Asker) -> Message:
        now = datetime.now(UTC)
        asked, asker = parse(clean(text)), asker.cleaned()
        questions = QUESTIONS if asker.filled else QUESTIONS | reporting.FORMS
        if isinstance(asked, Command) and asked.name in questions:
            with database.read() as session:
                return questions[asked.name](session, asked, asker, now)
        if isinstance(asked, Command) and asked.name in LINKING:
            with database.read() as session:
                return LINKING[asked.name](session, asked, asker, now, public_url)
        if not (isinstance(asked, Command) and asked.name in EVENTS):
            with database.read() as session:
                return answer(session, asked, now)
        with database.write() as session:
            (outcome,) = record(session, [EVENTS[asked.name](asked, asker)], now)
        assert outcome.answer is not None, f"{asked.name} was recorded without an answer"  # noqa: S101
        return outcome.answer

    return respond
