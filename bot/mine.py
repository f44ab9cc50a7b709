"""The questions about people: which plugins are mine, and who may do what here."""

from datetime import datetime

from bot.acting import actor
from bot.asker import Asker
from bot.following import place
from bot.grammar import Command
from models.database import Session
from models.messages.message import Message
from models.messages.people import mine_message, roles_message
from models.queries.people import my_plugins, role_lines


def mine(session: Session, _command: Command, asker: Asker, now: datetime) -> Message:
    """The plugins that who asks maintains or follows."""
    hears_at = place(asker, for_me=True)
    return mine_message(my_plugins(session, actor(asker), hears_at.address, now))


def roles(session: Session, _command: Command, asker: Asker, _now: datetime) -> Message:
    """Everyone with a role in the workspace of who asks."""
    return roles_message(role_lines(session, asker.platform, asker.workspace))
