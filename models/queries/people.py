"""Who has which role, and which plugins somebody maintains or follows."""

from datetime import datetime

from sqlmodel import Session, and_, col, select

from models.people.maintainers import maintained_plugins, owners
from models.people.persons import granted, known_person
from models.queries.plugins import plugin_lines
from models.queries.privacy import private_plugins
from models.rules.authority import HolderKind, Role
from models.rules.people import Actor
from models.rules.places import LOCAL
from models.rules.privacy import Clearance
from models.tables import Destination, GithubLink, Person, Plugin, RoleGrant, Subscription
from models.views.people import MyPlugin, RoleLine

_ORDER = (Role.ADMIN, Role.GUARDIAN, Role.MAINTAINER)


def role_lines(
    session: Session,
    platform: str,
    workspace: str,
    allowed: Clearance,
) -> list[RoleLine]:
    """Everyone with a role in this workspace: admins, guardians, then maintainers by plugin.

    Whose login owns a private repository is told to those who are `allowed` to know the plugin.
    """
    private = private_plugins(session)
    hidden = frozenset(id_ for id_ in private if not allowed.knows(id_))
    lines = [
        *_given(session, platform, workspace),
        *_recognised(session, platform, workspace, hidden),
    ]
    return sorted(
        lines,
        key=lambda line: (
            _ORDER.index(line.role),
            line.handle,
            line.kind,
            line.name or line.holder,
        ),
    )


def my_plugins(
    session: Session,
    actor: Actor,
    address: str,
    now: datetime,
    allowed: Clearance,
) -> list[MyPlugin]:
    """The plugins that somebody maintains or follows by name, hearing of them at `address`; the
    worst first.
    """
    person = known_person(session, actor)
    by_role = {held.plugin_id for held in granted(session, actor) if held.plugin_id is not None}
    by_login = maintained_plugins(session, person.id or 0) if person else frozenset()
    followed = set(
        session.exec(
            select(Subscription.plugin_id)
            .join(Destination)
            .where(Destination.platform == actor.platform, Destination.address == address)
        )
    )
    handles = {
        handle: id_
        for id_, handle in session.exec(select(Plugin.id, Plugin.handle))
        if id_ in {*by_role, *by_login, *followed}
    }
    logins = owners(session, person.id or 0) if person else {}
    return [
        MyPlugin(line, id_ in by_role, tuple(logins.get(id_ or 0, ())), id_ in followed)
        for line in plugin_lines(session, now, allowed=allowed)
        if (id_ := handles.get(line.plugin.handle)) is not None
    ]


def _given(session: Session, platform: str, workspace: str) -> list[RoleLine]:
    themselves = and_(
        Person.platform == RoleGrant.platform,
        Person.workspace == RoleGrant.workspace,
        Person.user == RoleGrant.holder,
        RoleGrant.kind == HolderKind.USER,
    )
    rows = session.exec(
        select(RoleGrant, Person.name, Plugin.handle)
        .outerjoin(Person, themselves)
        .outerjoin(Plugin, col(Plugin.id) == col(RoleGrant.plugin_id))
        .where(RoleGrant.platform == platform, RoleGrant.workspace == workspace)
    )
    return [
        RoleLine(
            Role(grant.role),
            HolderKind(grant.kind),
            grant.holder,
            name or "",
            grant.granted_at,
            handle or "",
            grant.by_setting,
            is_here=platform == LOCAL,
        )
        for grant, name, handle in rows
    ]


def _recognised(
    session: Session,
    platform: str,
    workspace: str,
    hidden: frozenset[int],
) -> list[RoleLine]:
    """Maintainers by a GitHub login that they proved, one line for each plugin."""
    rows = session.exec(
        select(GithubLink, Person)
        .join(Person)
        .where(
            Person.platform == platform,
            Person.workspace == workspace,
            col(GithubLink.verified_at).is_not(None),
        )
    ).all()
    handles = dict(session.exec(select(Plugin.id, Plugin.handle)).all())
    lines = []
    for link, person in rows:
        for plugin_id, logins in owners(session, person.id or 0).items():
            if link.login in logins and plugin_id not in hidden:
                lines.append(_maintainer_line(link, person, handles[plugin_id]))
    return lines


def _maintainer_line(link: GithubLink, person: Person, handle: str) -> RoleLine:
    return RoleLine(
        Role.MAINTAINER,
        HolderKind.USER,
        person.user,
        person.name,
        link.verified_at or link.code_until,
        handle,
        login=link.login,
    )
