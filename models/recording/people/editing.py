"""What people say of a plugin by hand, in place of what its repository says."""

from datetime import datetime

from sqlmodel import Session

from models.edits import edit, take_back
from models.events import Outcome
from models.events.declaring import DetailEdit
from models.messages.declared import not_comparable
from models.messages.edited import edited_message, noted_edit
from models.metadata.ranges import version_in
from models.queries.plugins import plugin_as
from models.recording.people.correcting import Became, correct
from models.rules.audit import AuditOutcome
from models.rules.details import OFF, Detail
from models.tables import Plugin


def record_detail_edit(session: Session, wish: DetailEdit, now: datetime) -> Outcome:
    """Let it hold, if whoever says so may, and note the attempt; `number` in the outcome is 1 where it holds."""
    said = ", ".join([wish.said] if isinstance(wish.said, str) else wish.said or [OFF])
    return correct(
        session,
        wish,
        lambda plugin: _edit(session, plugin, wish, now),
        lambda name: noted_edit(name, wish.detail, said),
        now,
    )


def _edit(session: Session, plugin: Plugin, wish: DetailEdit, now: datetime) -> Became:
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
