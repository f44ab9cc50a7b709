"""What is declared of plugins."""

from collections.abc import Collection
from typing import Any

from sqlalchemy import ColumnElement, or_
from sqlalchemy.orm import aliased
from sqlmodel import Session, col, select, true

from models.queries.privacy import PRIVATE
from models.rules.declaring import Fact, Standing
from models.rules.privacy import PUBLIC, Clearance
from models.tables import Declaration, Plugin
from models.views.registry import DeclarationView

_OTHER = aliased(Plugin)


def declarations_about(
    session: Session, handles: Collection[str], *, allowed: Clearance = PUBLIC
) -> list[DeclarationView]:
    """What is declared of these plugins, and what others declare of them: by plugin, in order.

    What is declared of a plugin that is not `allowed` to be known is left out.
    """
    about = or_(col(Plugin.handle).in_(handles), col(_OTHER.handle).in_(handles))
    return _declarations(session, about, allowed)


def all_declarations(session: Session) -> list[DeclarationView]:
    """What is declared of any plugin, for whoever sits at the shell."""
    return _declarations(session, true(), Clearance(every_plugin=True))


def _declarations(
    session: Session, about: ColumnElement[bool], allowed: Clearance
) -> list[DeclarationView]:
    rows = session.exec(
        select(Declaration, Plugin.handle, _OTHER.handle)
        .join(Plugin, col(Plugin.id) == col(Declaration.plugin_id))
        .outerjoin(_OTHER, col(_OTHER.id) == col(Declaration.other_id))
        .where(about, _known(allowed))
        .order_by(Plugin.handle, col(Declaration.id))
    )
    return [_view(row, handle, other) for row, handle, other in rows]


def _known(allowed: Clearance) -> ColumnElement[bool]:
    if allowed.every_plugin:
        return true()
    plugin_id: Any = col(Declaration.plugin_id)
    return or_(plugin_id.not_in(PRIVATE), plugin_id.in_(sorted(allowed.plugins)))


def _view(row: Declaration, handle: str, other: str | None) -> DeclarationView:
    standing = Standing(row.standing) if row.standing else None
    return DeclarationView(
        handle,
        Fact(row.fact),
        standing,
        row.versions,
        other or "",
        row.of_versions,
        row.reason,
        row.source,
    )
