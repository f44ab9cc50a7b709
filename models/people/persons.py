"""Who somebody is, and what they may do: looked up again at each action. Nothing here commits."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlmodel import Session, and_, col, func, or_, select

from models.database.engine import be_alone
from models.people.maintainers import maintained_plugins
from models.rules.audit import AuditOutcome
from models.rules.authority import Held, Holder, HolderKind, Power, Role, permits
from models.rules.inert import inert
from models.rules.people import Actor
from models.rules.redact import redact
from models.tables import AuditEntry, Person, RoleGrant

_NAME_LIMIT = 80
_WORDS_LIMIT = 500
MOST_TRIES = 60
TRIES_WITHIN = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Who:
    """A person with the roles that they have at this moment."""

    person_id: int
    name: str
    roles: frozenset[Held] = frozenset()

    def may(self, power: Power, plugin_id: int | None = None) -> bool:
        """Whether they have the power, over this plugin where it is about one."""
        return permits(self.roles, power, plugin_id)


def who(session: Session, actor: Actor, now: datetime) -> Who:
    """The person with their roles: those of a maintainer, and those given to them or to their groups.

    The person's row is made at first sight.
    """
    person = _person(session, actor, now)
    maintained = maintained_plugins(session, person.id or 0)
    as_maintainer = {Held(Role.MAINTAINER, plugin_id) for plugin_id in maintained}
    return Who(person.id or 0, person.name, granted(session, actor) | as_maintainer)


def audit(
    session: Session,
    person: Who,
    action: str,
    outcome: AuditOutcome,
    words: str,
    now: datetime,
    *,
    plugin_id: int | None = None,
) -> None:
    """Note an attempt, whatever became of it. What was typed may hold a secret, which is not kept."""
    entry = AuditEntry(
        at=now,
        person_id=person.person_id,
        action=action,
        plugin_id=plugin_id,
        outcome=outcome,
        words=inert(redact(words))[:_WORDS_LIMIT],
    )
    session.add(entry)


def tries_too_often(session: Session, actor: Actor, now: datetime) -> bool:
    """Whether somebody without any role has tried too much within an hour.

    Nothing more that they try is then done, or stored in the audit log.
    """
    person = known_person(session, actor)
    if person is None:
        return False
    tries = select(func.count()).where(
        AuditEntry.person_id == person.id,
        AuditEntry.at > now - TRIES_WITHIN,
    )
    if session.exec(tries).one() < MOST_TRIES:
        return False
    return not (granted(session, actor) or maintained_plugins(session, person.id or 0))


def appoint(session: Session, admins: Iterable[Holder], now: datetime) -> None:
    """Make exactly these holders the admins by setting; roles given by a command stay as they are."""
    be_alone(session)
    wanted = set(admins)
    for grant in session.exec(select(RoleGrant).where(col(RoleGrant.by_setting))).all():
        holder = Holder(grant.platform, grant.workspace, HolderKind(grant.kind), grant.holder)
        if holder not in wanted:
            session.delete(grant)
        wanted.discard(holder)
    session.add_all(_grant(holder, now) for holder in sorted(wanted, key=str))


def _grant(holder: Holder, now: datetime) -> RoleGrant:
    return RoleGrant(
        platform=holder.platform,
        workspace=holder.workspace,
        kind=holder.kind,
        holder=holder.id,
        role=Role.ADMIN,
        by_setting=True,
        granted_at=now,
    )


def _person(session: Session, actor: Actor, now: datetime) -> Person:
    person = known_person(session, actor) or Person(
        platform=actor.platform, workspace=actor.workspace, user=actor.user, name="", seen_at=now
    )
    person.name = " ".join(inert(actor.name).split())[:_NAME_LIMIT] or actor.user
    person.seen_at = now
    session.add(person)
    session.flush()
    return person


def known_person(session: Session, actor: Actor) -> Person | None:
    """The person's row; None for somebody who never acted."""
    known = select(Person).where(
        Person.platform == actor.platform,
        Person.workspace == actor.workspace,
        Person.user == actor.user,
    )
    return session.exec(known).first()


def trusted_groups(session: Session, platform: str, workspace: str) -> frozenset[str]:
    """The groups of the workspace that have a role, by the platform's ids."""
    groups = select(RoleGrant.holder).where(
        RoleGrant.platform == platform,
        RoleGrant.workspace == workspace,
        RoleGrant.kind == HolderKind.GROUP,
    )
    return frozenset(session.exec(groups))


def granted(session: Session, actor: Actor) -> frozenset[Held]:
    """The roles given to somebody, or to a group of theirs, in that workspace."""
    themselves = and_(RoleGrant.kind == HolderKind.USER, RoleGrant.holder == actor.user)
    through_groups = and_(
        RoleGrant.kind == HolderKind.GROUP, col(RoleGrant.holder).in_(actor.groups)
    )
    grants = session.exec(
        select(RoleGrant).where(
            RoleGrant.platform == actor.platform,
            RoleGrant.workspace == actor.workspace,
            or_(themselves, through_groups),
        )
    )
    return frozenset(Held(Role(grant.role), grant.plugin_id) for grant in grants)
