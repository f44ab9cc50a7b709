"""What people say of a plugin by hand, in place of what its repository says."""

from datetime import datetime

from sqlmodel import Session

from models.edits import edit, take_back
from models.events import Outcome
from models.events.declaring import DetailEdit
from models.lookup import find_plugin
from models.messages.acting import denied
from models.messages.declared import not_comparable
from models.messages.edited import edited_message, noted_edit
from models.messages.help import unknown_plugin
from models.messages.message import Message
from models.metadata.ranges import version_in
from models.people.persons import audit, who
from models.queries.plugins import handles, plugin_as
from models.rules.audit import AuditOutcome
from models.rules.details import OFF, Detail
from models.tables import Plugin

_Became = tuple[AuditOutcome, Message]
# What is said holds from now on, or did before.
_HOLDS = frozenset({AuditOutcome.DONE, AuditOutcome.ALREADY})


def record_detail_edit(session: Session, wish: DetailEdit, now: datetime) -> Outcome:
    """Let it hold, if whoever says so may, and note the attempt; `number` in the outcome is 1 where it holds."""
    person = who(session, wish.actor, now)
    plugin = find_plugin(session, wish.plugin)
    if plugin is None:
        outcome, answer = AuditOutcome.UNKNOWN, unknown_plugin(wish.plugin, handles(session))
    elif not person.may(wish.power, plugin.id):
        outcome = AuditOutcome.DENIED
        answer = denied(wish.power, plugin_as(session, plugin, wish.allowed))
    else:
        outcome, answer = _edit(session, plugin, wish, now)
    said = ", ".join([wish.said] if isinstance(wish.said, str) else wish.said or [OFF])
    words = noted_edit(plugin.handle if plugin else wish.plugin, wish.detail, said)
    plugin_id = plugin.id if plugin else None
    audit(session, person, "edit", outcome, words, now, plugin_id=plugin_id)
    return Outcome(number=int(outcome in _HOLDS), answer=answer)


def _edit(session: Session, plugin: Plugin, wish: DetailEdit, now: datetime) -> _Became:
    if problem := _problem(plugin, wish):
        return AuditOutcome.DENIED, not_comparable(problem)
    column = wish.detail.column
    changed = take_back(plugin, column) if wish.said is None else edit(plugin, column, wish.said)
    if changed:
        plugin.updated_at = now
        session.add(plugin)
        session.flush()
    view = plugin_as(session, plugin, wish.allowed)
    answer = edited_message(view, wish.detail, off=wish.said is None, changed=changed)
    return AuditOutcome.of(changed=changed), answer


def _problem(plugin: Plugin, wish: DetailEdit) -> str:
    """Why it is no version of the plugin's ecosystem, which alone says how versions are written."""
    if wish.detail is not Detail.VERSION or not isinstance(wish.said, str):
        return ""
    try:
        version_in(wish.said, plugin.ecosystem)
    except ValueError as error:
        return str(error)
    return ""
