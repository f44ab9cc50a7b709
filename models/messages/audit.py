"""The answer to `audit`: who did what."""

from collections.abc import Sequence
from datetime import datetime

from models.messages.message import Message, Table, Text, Tone
from models.messages.times import ago, clock
from models.messages.words import clip
from models.rules.audit import AuditOutcome
from models.views import AuditLine, PluginView

_WHAT_LIMIT = 200
_OUTCOMES = {
    AuditOutcome.ALREADY: "nothing to do",
    AuditOutcome.STALE: "too late",
    AuditOutcome.DENIED: "refused",
    AuditOutcome.UNKNOWN: "not found",
}


def audit_message(lines: Sequence[AuditLine], plugin: PluginView | None, now: datetime) -> Message:
    """The newest attempts, also those that were refused. A name is what its bearer chose; the id is
    the platform's.
    """
    about = f" about {clip(plugin.handle)}" if plugin else ""
    if not lines:
        return Message(f"Nobody has done anything{about} yet", Tone.INFO)
    table = Table(("When", "Who", "What"), tuple(_row(line, now) for line in lines))
    hint = () if plugin else (Text("Those about one plugin: /plugin audit NAME", quiet=True),)
    return Message(f"Who did what{about}, newest first", Tone.INFO, (table, *hint))


def _row(line: AuditLine, now: datetime) -> tuple[str, ...]:
    became = _OUTCOMES.get(line.outcome)
    outcome = f" ({became})" if became else ""
    when = f"{clock(line.at)} ({ago(line.at, now)})"
    return (when, f"{clip(line.who)} ({clip(line.id)})", clip(line.words, _WHAT_LIMIT) + outcome)
