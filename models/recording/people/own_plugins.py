"""Maintainers follow their plugins: when they prove who they are, and whenever they say so."""

from collections.abc import Collection

from sqlmodel import Session, col, select

from models.rules.filters import FOR_ONE
from models.rules.routing import Filter
from models.tables import Plugin, Subscription


def follow_own(
    session: Session,
    destination_id: int,
    plugin_ids: Collection[int],
    what: Filter = FOR_ONE,
    host_branch: str = "",
) -> list[str]:
    """Let the destination hear of those plugins of which it has no wish yet; return their handles."""
    held = {each.plugin_id for each in _held(session, destination_id, plugin_ids)}
    new = [id_ for id_ in sorted(plugin_ids) if id_ not in held]
    session.add_all(
        Subscription(
            destination_id=destination_id,
            plugin_id=id_,
            host_branch=host_branch,
            topics=sorted(what.topics),
            without_labels=sorted(what.without_labels),
            without_bots=what.without_bots,
        )
        for id_ in new
    )
    return _handles(session, new)


def unfollow_own(
    session: Session, destination_id: int, plugin_ids: Collection[int], host_branch: str = ""
) -> list[str]:
    """Let the destination hear of these plugins no more, on this host branch or on any; return their handles."""
    held = _held(session, destination_id, plugin_ids)
    ended = [each for each in held if host_branch in {"", each.host_branch}]
    for each in ended:
        session.delete(each)
    return _handles(session, {each.plugin_id or 0 for each in ended})


def _held(session: Session, destination_id: int, plugin_ids: Collection[int]) -> list[Subscription]:
    wishes = select(Subscription).where(Subscription.destination_id == destination_id)
    return list(session.exec(wishes.where(col(Subscription.plugin_id).in_(plugin_ids))))


def _handles(session: Session, plugin_ids: Collection[int]) -> list[str]:
    named = select(Plugin.handle).where(col(Plugin.id).in_(plugin_ids))
    return list(session.exec(named.order_by(Plugin.handle)))
