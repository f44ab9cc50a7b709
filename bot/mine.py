"""The questions about people: which plugins are mine, who may do what here, and who did what."""

from datetime import datetime

from bot.acting import actor
from bot.asker import Asker
from bot.following import place
from bot.grammar import Command
from models.database import Session
from models.messages.audit import audit_message
from models.messages.help import unknown_plugin
from models.messages.message import Message
from models.messages.people import mine_message, roles_message
from models.queries.audit import audit_lines
from models.queries.people import my_plugins, role_lines
from models.queries.plugins import find_plugin, handles
from models.rules.privacy import Clearance

_AUDITED = 30


def mine(session: Session, _command: Command, asker: Asker, allowed: Clearance, now: datetime) -> Message:
    """The plugins that who asks maintains or follows."""
    hears_at = place(asker, for_me=True)
    return mine_message(my_plugins(session, actor(asker), hears_at.address, now, allowed))


def audit(session: Session, command: Command, asker: Asker, allowed: Clearance, now: datetime) -> Message:
    """Who did what: in this workspace, or everywhere for those who act on all plugins."""
    plugin = find_plugin(session, command.subject, allowed=allowed) if command.subject else None
    if command.subject and plugin is None:
        return unknown_plugin(command.subject, handles(session))
    lines = audit_lines(session, plugin, _AUDITED, allowed, (asker.platform, asker.workspace))
    return audit_message(lines, plugin, now)


def roles(session: Session, _command: Command, asker: Asker, allowed: Clearance, _now: datetime) -> Message:
    """Everyone with a role in the workspace of who asks."""
    return roles_message(role_lines(session, asker.platform, asker.workspace, allowed))
