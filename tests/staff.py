"""People with and without roles, and what they do in a world of the tests."""

from dataclasses import dataclass
from datetime import date, timedelta

from sqlmodel import col, select

from models.events import Act, Outcome
from models.events.roles import RoleChange
from models.messages.message import Message
from models.people.persons import appoint
from models.rules.authority import Holder, HolderKind, Role
from models.rules.care import Deed
from models.rules.people import Actor
from models.rules.privacy import EVERYTHING
from models.tables import AuditEntry, Incident, StoryEntry
from tests.world import World

ADMIN = Actor("slack", "T1", "U-admin", "Ada")
GUARDIAN = Actor("slack", "T1", "U-guard", "Gil")
MAINTAINER = Actor("slack", "T1", "U-maint", "Mai")
GROUPED = Actor("slack", "T1", "U-group", "Gro", frozenset({"S-guards"}))
STRANGER = Actor("slack", "T1", "U-none", "Nobody")
IMPOSTOR = Actor(
    "slack", "T2", "U-guard", "Gil"
)  # the guardian's id and name, in another workspace


@dataclass
class Staffed:
    """A world with an admin by setting, a guardian, solved's maintainer, and a group of guardians."""

    world: World

    def act(
        self,
        actor: Actor,
        deed: Deed,
        subject: str,
        branch: str = "",
        *,
        length: timedelta | date | None = None,
        reason: str = "",
    ) -> Message:
        """Do something, a minute after the last event; return the answer."""
        (outcome,) = self.world.record(
            Act(actor, deed, subject, branch, length, reason, EVERYTHING)
        )
        return answer(outcome)

    def change_role(
        self,
        actor: Actor,
        role: Role,
        holder: Actor | str,
        plugin: str = "",
        *,
        grants: bool = True,
    ) -> Message:
        """Give or take a role; a holder that is a text is a group."""
        kind, id_ = (
            (HolderKind.GROUP, holder)
            if isinstance(holder, str)
            else (HolderKind.USER, holder.user)
        )
        whom = Holder(actor.platform, actor.workspace, kind, id_)
        (outcome,) = self.world.record(RoleChange(actor, grants, role, whom, plugin))
        return answer(outcome)

    def incident(self) -> Incident:
        """The one incident."""
        (incident,) = self.world.incidents()
        return incident

    def audited(self) -> list[AuditEntry]:
        """The audit log, oldest first."""
        with self.world.database.read() as session:
            return list(session.exec(select(AuditEntry).order_by(col(AuditEntry.id))))

    def story(self) -> list[tuple[str, str]]:
        """The kinds and words of all steps."""
        with self.world.database.read() as session:
            entries = session.exec(select(StoryEntry).order_by(col(StoryEntry.id)))
            return [(entry.kind, entry.words) for entry in entries]


def answer(outcome: Outcome) -> Message:
    """What whoever acted is told."""
    assert outcome.answer is not None
    return outcome.answer


def staffed(world: World) -> Staffed:
    """Give everyone their roles."""
    with world.database.write() as session:
        appoint(session, [Holder("slack", "T1", HolderKind.USER, ADMIN.user)], world.now)
    people = Staffed(world)
    people.change_role(ADMIN, Role.GUARDIAN, GUARDIAN)
    people.change_role(ADMIN, Role.MAINTAINER, MAINTAINER, "solved")
    people.change_role(ADMIN, Role.GUARDIAN, "S-guards")
    return people
