"""Who did what."""

from sqlmodel import Session, col, select

from models.tables import AuditEntry, Person, Plugin
from models.views import AuditLine, PluginView


def audit_lines(session: Session, plugin: PluginView | None, limit: int) -> list[AuditLine]:
    """The newest attempts to act, on this plugin or at all, newest first."""
    attempts = select(AuditEntry, Person).join(Person, col(Person.id) == col(AuditEntry.person_id))
    if plugin is not None:
        of_plugin = select(Plugin.id).where(Plugin.handle == plugin.handle).scalar_subquery()
        attempts = attempts.where(col(AuditEntry.plugin_id) == of_plugin)
    rows = session.exec(attempts.order_by(col(AuditEntry.id).desc()).limit(limit))
    return [
        AuditLine(entry.at, person.name, f"{person.platform}:{person.user}", entry.outcome, entry.words)
        for entry, person in rows
    ]
