"""`/plugin workspaces`: how its words are read, which workspaces are admitted, and the event that changes it."""

from collections.abc import Sequence
from datetime import datetime

from bot.acting import actor
from bot.asker import Asker, Becomes
from bot.grammar import Command, Misunderstood, extra
from models.clearances import known_workspaces
from models.database import Session
from models.events import Event
from models.events.admission import Admission
from models.messages.admission import workspaces_message
from models.messages.message import Message
from models.rules.authority import is_id
from models.rules.privacy import Clearance

_CHANGE = "workspaces change"
_VERBS = ("admit", "dismiss")


def read_workspaces(name: str, words: Sequence[str]) -> Command | Misunderstood:
    """Nothing, or whether to admit or to dismiss, and which workspace."""
    if not words:
        return Command(name)
    verb, where = words[0].casefold(), words[1] if len(words) > 1 else ""
    if verb not in _VERBS:
        return Misunderstood("Say whether to admit or to dismiss a workspace", name)
    platform, _, workspace = where.partition(":")
    if not (is_id(platform) and is_id(workspace)):
        return Misunderstood("Name the workspace as platform:ID, such as slack:T012 or discord:123", name)
    command = Command(_CHANGE, f"{platform.casefold()}:{workspace}", verb=verb)
    return extra(name, words[2:]) if words[2:] else command


def workspaces(session: Session, _command: Command, _asker: Asker, _allowed: Clearance, _now: datetime) -> Message:
    """Every workspace that is admitted."""
    return workspaces_message(known_workspaces(session))


def _change(command: Command, asker: Asker, _allowed: Clearance) -> Event:
    platform, _, workspace = command.subject.partition(":")
    return Admission(actor(asker), platform, workspace, admits=command.verb == "admit")


# The command that changes it.
EVENTS: dict[str, Becomes] = {_CHANGE: _change}
