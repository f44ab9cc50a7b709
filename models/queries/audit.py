"""Who did what."""

from sqlmodel import Session, col, or_, select

from models.queries.privacy import PRIVATE
from models.rules.audit import AuditOutcome
from models.rules.privacy import Audit, Clearance
from models.tables import AuditEntry, Person, Plugin
from models.views import AuditLine, PluginView


def audit_lines(
    session: Session,
    plugin: PluginView | None,
    limit: int,
    allowed: Clearance,
    here: tuple[str, str],
) -> list[AuditLine]:
    """The newest attempts to act (on this plugin, or on any), as far as they are `allowed` to be
    known.

    Newest first. `here` are the platform and the workspace of the person who asks.
    """
    attempts = select(AuditEntry, Person).join(Person, col(Person.id) == col(AuditEntry.person_id))
    if allowed.audit is Audit.NOTHING:
        return []
    if allowed.audit is Audit.HERE:
        attempts = attempts.where(Person.platform == here[0], Person.workspace == here[1])
    if not allowed.every_plugin:
        known = col(AuditEntry.plugin_id)
        attempts = attempts.where(
            or_(known.is_(None), known.not_in(PRIVATE), known.in_(sorted(allowed.plugins))),
        )
    if plugin is not None:
        of_plugin = select(Plugin.id).where(Plugin.handle == plugin.handle).scalar_subquery()
        attempts = attempts.where(col(AuditEntry.plugin_id) == of_plugin)
    rows = session.exec(attempts.order_by(col(AuditEntry.id).desc()).limit(limit))
    return [
        AuditLine(
            entry.at,
            person.name,
            f"{person.platform}:{person.user}",
            AuditOutcome(entry.outcome),
            entry.words,
        )
        for entry, person in rows
    ]
