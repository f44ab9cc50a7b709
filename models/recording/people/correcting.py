"""What people say of a plugin by hand: recorded if the plugin is known and they may say so; each attempt is audited."""

from collections.abc import Callable
from datetime import datetime

from sqlmodel import Session

from models.events import Outcome
from models.events.declaring import DeclarationWish, DetailEdit
from models.messages.acting import denied
from models.messages.help import unknown_plugin
from models.messages.message import Message
from models.people.persons import audit, who
from models.queries.plugins import handles, known_plugin, plugin_as
from models.rules.audit import AuditOutcome
from models.tables import Plugin

# What became of the change, and the answer to whoever asked for it.
Became = tuple[AuditOutcome, Message]
# What is said holds from now on, or did before.
_HOLDS = frozenset({AuditOutcome.DONE, AuditOutcome.ALREADY})


def correct(
    session: Session,
    wish: DeclarationWish | DetailEdit,
    change: Callable[[Plugin], Became],
    noted: Callable[[str], str],
    now: datetime,
) -> Outcome:
    """Make the change, or say why not.

    `noted` words the entry of the audit log, given the plugin's name. The outcome's `number` is 1 if what was said
    holds now, else 0.
    """
    person = who(session, wish.actor, now)
    plugin = known_plugin(session, wish.plugin, wish.allowed)
    if plugin is None:
        outcome, answer = AuditOutcome.UNKNOWN, unknown_plugin(wish.plugin, handles(session))
    elif not person.may(wish.power, plugin.id):
        outcome = AuditOutcome.DENIED
        answer = denied(wish.power, plugin_as(session, plugin, wish.allowed))
    else:
        outcome, answer = change(plugin)
    words = noted(plugin.handle if plugin else wish.plugin)
    audit(session, person, "edit", outcome, words, now, plugin_id=plugin.id if plugin else None)
    return Outcome(number=int(outcome in _HOLDS), answer=answer)
