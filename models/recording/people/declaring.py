"""What people declare of plugins: their status, their limits, and which plugins go together."""

from collections.abc import Sequence
from datetime import datetime

from sqlmodel import Session, col, select

from models.events import Outcome
from models.events.declaring import DeclarationWish
from models.messages.declared import not_comparable, not_itself, noted_message, noted_words
from models.messages.help import unknown_plugin
from models.metadata.ranges import check_range
from models.queries.plugins import handles, known_plugin, plugin_as
from models.queries.registry import declarations_about
from models.recording.people.correcting import Became, correct
from models.rules.audit import AuditOutcome
from models.rules.declaring import PEOPLE, Fact, Statement
from models.rules.privacy import Clearance
from models.tables import Declaration, Plugin
from models.views.registry import DeclarationView


def record_declaration(session: Session, wish: DeclarationWish, now: datetime) -> Outcome:
    """Note the fact, or that it holds no more, if whoever says so may, and note the attempt.

    `number` in the outcome is 1 where it holds.
    """
    return correct(
        session,
        wish,
        lambda plugin: _declare(session, wish, plugin, now),
        lambda name: f"edit: {noted_words(_told(wish.statement, name), wish.statement)}",
        now,
    )


def _declare(session: Session, wish: DeclarationWish, plugin: Plugin, now: datetime) -> Became:
    said = wish.statement
    other = _other(session, said.other, plugin, wish.allowed) if said.other else None
    if said.other and other is None:
        return AuditOutcome.UNKNOWN, unknown_plugin(said.other, handles(session))
    if other is not None and other.id == plugin.id:
        view = plugin_as(session, plugin, wish.allowed)
        return AuditOutcome.DENIED, not_itself(view, said.fact)
    try:
        check_range(said.versions, (other or plugin).ecosystem)
        check_range(said.of, plugin.ecosystem)
    except ValueError as problem:
        return AuditOutcome.DENIED, not_comparable(str(problem))
    changed = _change(session, said, plugin, other, now)
    session.flush()
    known = declarations_about(session, {plugin.handle}, allowed=wish.allowed)
    told = _told(said, plugin.handle, other.handle if other else "")
    answer = noted_message(told, said, changed=changed, all_=known)
    return AuditOutcome.of(changed=changed), answer


def _other(session: Session, name: str, plugin: Plugin, allowed: Clearance) -> Plugin | None:
    """The plugin that is meant beside this one: rather one of its ecosystem."""
    rather = known_plugin(session, name, allowed, plugin.ecosystem)
    return rather or known_plugin(session, name, allowed)


def _change(
    session: Session, said: Statement, plugin: Plugin, other: Plugin | None, now: datetime
) -> bool:
    """Bring what stands in line; return whether anything differs now."""
    standing = _standing(session, said, plugin, other)
    if said.withdrawn:
        for row in standing:
            session.delete(row)
        return bool(standing)
    row = Declaration(
        plugin_id=plugin.id or 0,
        fact=said.fact,
        standing=said.standing,
        other_id=other.id if other else None,
        versions=said.versions,
        of_versions=said.of,
        reason=said.reason,
        declared_at=now,
    )
    if len(standing) == 1 and _says(standing[0]) == _says(row):
        return False
    for before in standing:
        session.delete(before)
    session.add(row)
    return True


def _standing(
    session: Session, said: Statement, plugin: Plugin, other: Plugin | None
) -> Sequence[Declaration]:
    """What is declared of the same now, which the new fact replaces; to be taken back, that of all versions too."""
    same = select(Declaration).where(
        Declaration.plugin_id == plugin.id,
        Declaration.fact == said.fact,
        Declaration.source == PEOPLE,
    )
    if said.of or not said.withdrawn:
        same = same.where(Declaration.of_versions == said.of)
    if said.fact.is_of_other:
        same = same.where(Declaration.other_id == (other.id if other else None))
    return session.exec(same.order_by(col(Declaration.id))).all()


def _says(row: Declaration) -> tuple[str | None, str, str]:
    return row.standing, row.versions, row.reason


def _told(said: Statement, handle: str, other: str = "") -> DeclarationView:
    return DeclarationView(
        handle,
        Fact(said.fact),
        said.standing,
        said.versions,
        other or said.other,
        said.of,
        said.reason,
    )
