"""What people and channels may know now: read from the tables, decided by
`models.rules.privacy`.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from sqlmodel import Session, col, select, union

from models.database import bulk
from models.outbox.ways_out import OUTSIDE
from models.people.maintainers import maintained_plugins, maintainers_of
from models.people.persons import granted, known_person
from models.rules.authority import API, Held, HolderKind, Role
from models.rules.people import Actor
from models.rules.places import LOCAL, Place
from models.rules.privacy import EVERYTHING, PUBLIC, Clearance, clearance
from models.tables import Destination, Plugin, RoleGrant, Workspace

_Where = tuple[str, str]  # platform and workspace


class Bounds(NamedTuple):
    """What decides how far anything is told: the ways out of chat that are `opened`, the workspaces that are admitted,
    and the plugins whose repositories are private.
    """

    opened: frozenset[str]
    admitted: frozenset[_Where]
    private: frozenset[int]


_ADMITTED = union(
    select(RoleGrant.platform, RoleGrant.workspace), select(Workspace.platform, Workspace.workspace)
)


def bounds(session: Session) -> Bounds:
    """The bounds of whatever is told now."""
    return bounds_among(bulk.fetch(session, BOUNDS))


def bounds_among(found: Mapping[str, Sequence[Any]]) -> Bounds:
    """The same, of what answers `BOUNDS`."""
    return Bounds(
        frozenset(platform for (platform,) in found["opened"]),
        frozenset((platform, workspace) for platform, workspace in found["admitted"]),
        frozenset(id_ for (id_,) in found["private"]),
    )


def admitted_workspaces(session: Session) -> frozenset[_Where]:
    """The workspaces that an admin admitted, and those where people have roles."""
    return frozenset((platform, workspace) for platform, workspace in session.execute(_ADMITTED))


def known_workspaces(session: Session) -> list[tuple[str, str, datetime | None]]:
    """Every admitted workspace, and when an admin admitted it; None if only because of people's
    roles.
    """
    rows = session.exec(select(Workspace))
    by_admin = {(row.platform, row.workspace): row.admitted_at for row in rows}
    return [(*where, by_admin.get(where)) for where in sorted(admitted_workspaces(session))]


def is_admitted(session: Session, platform: str, workspace: str) -> bool:
    """Whether people of this workspace may ask for more than what is public, and act."""
    if platform == LOCAL or (platform, workspace) == (API, API):
        return True
    return (platform, workspace) in admitted_workspaces(session)


def clearance_of(
    session: Session,
    actor: Actor,
    place: Place,
    *,
    alone: bool,
    is_private: bool,
) -> Clearance:
    """What may be told to somebody who asks at this place.

    `alone`: nobody else reads the answer. `is_private`: the platform says that the place is private
    now.
    """
    if actor.platform == LOCAL:
        return EVERYTHING
    if not is_admitted(session, actor.platform, actor.workspace):
        return PUBLIC
    hears = is_private and not place.is_person and hears_private(session, place, actor.workspace)
    roles = _roles(session, actor) if alone else frozenset[Held]()
    return clearance(roles, admitted=True, alone=alone, hears_private=hears)


def hears_private(session: Session, place: Place, workspace: str) -> bool:
    """Whether this channel of the workspace was allowed to hear of private plugins."""
    known = select(Destination.id).where(
        Destination.platform == place.platform,
        Destination.address == place.address,
        Destination.workspace == workspace,
        col(Destination.hears_private),
    )
    return session.exec(known).first() is not None


def clearances(
    session: Session, destinations: Collection[Destination], within: Bounds
) -> dict[int, Clearance]:
    """What may be sent to these destinations, by their ids.

    Roles that a person has through a group count only when they ask: who is in it is not known
    otherwise.
    """
    people = _people(session, destinations, within.private)
    return {row.id or 0: _of_destination(row, within.admitted, people) for row in destinations}


def of_repository(session: Session, repository_id: int | None) -> Clearance:
    """What may be written into a repository: its readers may know of its own plugins, private or
    not.
    """
    ids = (
        session.exec(select(Plugin.id).where(Plugin.repository_id == repository_id))
        if repository_id
        else ()
    )
    return Clearance(plugins=frozenset(id_ or 0 for id_ in ids))


def _roles(session: Session, actor: Actor) -> frozenset[Held]:
    person = known_person(session, actor)
    maintained = maintained_plugins(session, person.id or 0) if person else frozenset()
    return granted(session, actor) | _maintainer(maintained)


def _maintainer(plugin_ids: Iterable[int]) -> frozenset[Held]:
    return frozenset(Held(Role.MAINTAINER, id_) for id_ in plugin_ids)


def _people(
    session: Session, rows: Iterable[Destination], private: Collection[int]
) -> dict[int, frozenset[Held]]:
    """The roles of the people among these destinations; empty while no plugin is private."""
    people = {
        (row.platform, row.workspace, row.address): row.id or 0 for row in rows if row.is_person
    }
    if not (people and private):
        return {}
    held: dict[int, frozenset[Held]] = {}
    for grant in session.exec(select(RoleGrant).where(RoleGrant.kind == HolderKind.USER)):
        id_ = people.get((grant.platform, grant.workspace, grant.holder))
        if id_ is not None:
            held[id_] = held.get(id_, frozenset()) | {Held(Role(grant.role), grant.plugin_id)}
    for person, plugin_ids in maintainers_of(session, private):
        id_ = people.get((person.platform, person.workspace, person.user))
        if id_ is not None:
            held[id_] = held.get(id_, frozenset()) | _maintainer(plugin_ids)
    return held


def _of_destination(
    row: Destination,
    workspaces: frozenset[_Where],
    people: dict[int, frozenset[Held]],
) -> Clearance:
    if row.platform in OUTSIDE:
        return PUBLIC
    if row.platform == LOCAL:
        return EVERYTHING
    return clearance(
        people.get(row.id or 0, frozenset()),
        admitted=(row.platform, row.workspace) in workspaces,
        alone=row.is_person,
        hears_private=row.hears_private and not row.is_person,
    )


# Whatever breaks asks for them, so that all are one statement.
BOUNDS = {
    "opened": ("platform", "SELECT platform FROM open_channel"),
    "admitted": (
        "platform, workspace",
        "SELECT platform, workspace FROM role_grant UNION SELECT platform, workspace FROM workspace",
    ),
    "private": (
        "id",
        "SELECT id FROM plugin WHERE repository_id IN (SELECT github_id FROM repository WHERE private)",
    ),
}
