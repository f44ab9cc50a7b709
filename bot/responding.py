"""What every platform asks for an answer: a question is read, an action is recorded."""

from datetime import UTC, datetime

from bot import acting, following
from bot.answers import answer
from bot.asker import Asker, Respond
from bot.commands import parse
from bot.grammar import Command
from models.database import Database
from models.messages.message import Message
from models.record import record

# The commands that change something, each with the event that it becomes.
EVENTS = {**acting.EVENTS, **following.EVENTS}


def responder(database: Database, public_url: str) -> Respond:
    """The one way from what was typed or pressed to its answer. It blocks, so call it in a thread.

    A question waits for no writer; an action is answered once it is committed.
    """

    def respond(text: str, asker: Asker) -> Message:
        now = datetime.now(UTC)
        asked = parse(text)
        if isinstance(asked, Command) and asked.name in following.QUESTIONS:
            with database.read() as session:
                return following.QUESTIONS[asked.name](session, asked, asker)
        if not (isinstance(asked, Command) and asked.name in EVENTS):
            with database.read() as session:
                return answer(session, asked, now, public_url)
        with database.write() as session:
            (outcome,) = record(session, [EVENTS[asked.name](asked, asker)], now)
        assert outcome.answer is not None, f"{asked.name} was recorded without an answer"  # noqa: S101
        return outcome.answer

    return respond
