"""Roles given and taken, by admins of the same workspace."""

from datetime import datetime

from sqlmodel import Session, col, select

from models.events import Outcome
from models.events.roles import RoleChange
from models.extensions.happening import happened
from models.messages.acting import denied
from models.messages.help import unknown_plugin
from models.messages.message import Message
from models.messages.roles import RoleEffect, role_message
from models.people.persons import Who, audit, who
from models.queries.plugins import handles, known_plugin, plugin_as
from models.rules.audit import AuditOutcome
from models.rules.authority import Power, Role
from models.tables import Plugin, RoleGrant


def record_role_change(session: Session, change: RoleChange, now: datetime) -> Outcome:
    """Give or take the role, if whoever asks is an admin there, and note the attempt."""
    person = who(session, change.actor, now)
    action = f"role {'grant' if change.grants else 'revoke'}"
    plugin = known_plugin(session, change.plugin, change.allowed) if change.plugin else None
    outcome, answer = _change(session, change, person, plugin, now)
    about = f" of {plugin.handle}" if plugin else ""
    words = f"{action} {change.role}{about}, {change.holder.kind} {change.holder.id}"
    audit(session, person, action, outcome, words, now, plugin_id=plugin.id if plugin else None)
    if outcome is AuditOutcome.DONE:
        effect = "granted" if change.grants else "revoked"
        of = plugin.handle if plugin else ""
        told = {"role": str(change.role), "plugin": of, "platform": change.holder.platform}
        happened(session, f"role.{effect}", now, told)
    return Outcome(number=int(outcome is AuditOutcome.DONE), answer=answer)


def _change(
    session: Session, change: RoleChange, person: Who, plugin: Plugin | None, now: datetime
) -> tuple[AuditOutcome, Message]:
    if not person.may(Power.ADMINISTER):
        return AuditOutcome.DENIED, denied(Power.ADMINISTER)
    if change.plugin and plugin is None:
        return AuditOutcome.UNKNOWN, unknown_plugin(change.plugin, handles(session))
    effect = (
        _grant(session, change, plugin, now) if change.grants else _revoke(session, change, plugin)
    )
    answer = role_message(
        change.role,
        change.holder,
        plugin_as(session, plugin, change.allowed) if plugin else None,
        effect,
    )
    return _OUTCOMES[effect], answer


def _grant(
    session: Session, change: RoleChange, plugin: Plugin | None, now: datetime
) -> RoleEffect:
    if _held(session, change, plugin):
        return RoleEffect.HAS
    holder = change.holder
    session.add(
        RoleGrant(
            platform=holder.platform,
            workspace=holder.workspace,
            kind=holder.kind,
            holder=holder.id,
            role=change.role,
            plugin_id=plugin.id if plugin else None,
            granted_at=now,
        )
    )
    return RoleEffect.GRANTED


def _revoke(session: Session, change: RoleChange, plugin: Plugin | None) -> RoleEffect:
    held = _held(session, change, plugin)
    if not held:
        return RoleEffect.HAS_NOT
    taken = [grant for grant in held if not grant.by_setting]
    if not taken:
        return RoleEffect.BY_SETTING
    if change.role is Role.ADMIN and len(_admins(session, change)) == len(taken):
        return RoleEffect.LAST_ADMIN
    for grant in taken:
        session.delete(grant)
    return RoleEffect.BY_SETTING if len(taken) < len(held) else RoleEffect.REVOKED


def _held(session: Session, change: RoleChange, plugin: Plugin | None) -> list[RoleGrant]:
    held = select(RoleGrant).where(
        RoleGrant.platform == change.holder.platform,
        RoleGrant.workspace == change.holder.workspace,
        RoleGrant.kind == change.holder.kind,
        RoleGrant.holder == change.holder.id,
        RoleGrant.role == change.role,
    )
    about = RoleGrant.plugin_id == plugin.id if plugin else col(RoleGrant.plugin_id).is_(None)
    return list(session.exec(held.where(about)))


def _admins(session: Session, change: RoleChange) -> list[RoleGrant]:
    admins = select(RoleGrant).where(
        RoleGrant.platform == change.holder.platform,
        RoleGrant.workspace == change.holder.workspace,
        RoleGrant.role == Role.ADMIN,
    )
    return list(session.exec(admins))


_OUTCOMES = {
    RoleEffect.GRANTED: AuditOutcome.DONE,
    RoleEffect.REVOKED: AuditOutcome.DONE,
    RoleEffect.HAS: AuditOutcome.ALREADY,
    RoleEffect.HAS_NOT: AuditOutcome.ALREADY,
    RoleEffect.BY_SETTING: AuditOutcome.DENIED,
    RoleEffect.LAST_ADMIN: AuditOutcome.DENIED,
}
