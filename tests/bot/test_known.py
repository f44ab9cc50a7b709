"""What may be known, by whom and where: each cell of the table tried, by asking and by listening, on all platforms."""

from dataclasses import replace

import pytest
from sqlmodel import col, select

from bot.local.conversation import YOU
from models.actions.asking import Asker
from models.database.engine import Database
from models.outbox.ways_out import OUTSIDE
from models.queries.clearances import admitted_workspaces, bounds, clearances
from models.queries.privacy import private_plugins
from models.rules.privacy import PUBLIC
from models.tables import Announcement, AuditEntry, Destination
from tests.asking import Respond, responder
from tests.known import (
    ALL,
    ASKED,
    CLEARED,
    ELSEWHERE,
    HOME,
    LISTENERS,
    PEOPLE,
    SHORT,
    SIGNER,
    WAYS_OUT,
    announced,
    asks,
    make_known,
    told,
)

PLATFORMS = ("slack", "discord")
ADMIN = PEOPLE["admin"].asker("slack")
GUARDIAN = PEOPLE["guardian"].asker("slack")


def responding(database: Database) -> Respond:
    return responder(database, SIGNER)


@pytest.mark.parametrize("platform", PLATFORMS)
def test_who_gets_to_know_what_by_listening(database: Database, platform: str) -> None:
    make_known(database, platform)
    assert announced(database) == {name: knows for name, (_, knows) in LISTENERS.items()} | WAYS_OUT
    with database.read() as session:
        is_outside = col(Destination.platform).in_(OUTSIDE)
        outside = session.exec(select(Destination).where(is_outside)).all()
        within = bounds(session)
        assert set(clearances(session, outside, within).values()) == {PUBLIC}
        assert within.private == private_plugins(session) != frozenset()
        assert within.admitted == admitted_workspaces(session) != frozenset()


# Every question on one platform; what differs with the platform is seen by a few.
@pytest.mark.parametrize(("platform", "asked"), [("slack", ASKED), ("discord", SHORT)])
def test_who_gets_to_know_what_by_asking(
    database: Database, platform: str, asked: tuple[str, ...]
) -> None:
    make_known(database, platform)
    known = told(responding(database), platform, asked)
    assert known == {name: somebody.knows for name, somebody in PEOPLE.items()}
    assert asks(responding(database), YOU) == ALL  # whoever sits at this machine


def test_a_channel_hears_of_private_plugins_when_the_platform_and_somebody_with_the_role_say_so(
    database: Database,
) -> None:
    make_known(database, "slack")
    respond = responding(database)
    here = replace(GUARDIAN, channel="403", is_private=True)
    for asker in (replace(here, is_private=False), replace(here, is_private=None)):
        assert respond("channel private on", asker).title.startswith("This channel is not private")
    member = replace(PEOPLE["member"].asker("slack"), channel="403", is_private=True)
    assert respond("channel private on", member).title == "You may not do that here"
    assert cleared(database, "403") is None
    assert respond("channel private on", here).title == "This channel is notified like this now"
    assert cleared(database, "403")
    assert "private plugin" in asks(respond, replace(here, for_all=True))
    respond("channel private off", here)
    assert not cleared(database, "403")
    with database.read() as session:
        noted = session.exec(select(AuditEntry.outcome).where(AuditEntry.action == "channel")).all()
    assert noted == ["denied", "denied", "denied", "done", "done"]


def test_what_was_private_and_is_not_any_more_hears_nothing_private(database: Database) -> None:
    make_known(database, "slack")
    assert waiting(database)
    respond = responding(database)
    respond(
        "failing", replace(GUARDIAN, channel=CLEARED, is_private=None)
    )  # the platform does not tell
    assert cleared(database, CLEARED)
    respond("failing", replace(GUARDIAN, channel=CLEARED, is_private=False))
    assert not cleared(database, CLEARED)
    (notice,) = waiting(database, private=False)[-1:]
    assert "This channel is not private any more" in notice
    assert waiting(database) == []
    assert "private plugin" not in asks(
        respond, replace(GUARDIAN, channel=CLEARED, is_private=True, for_all=True)
    )


def test_admins_admit_other_workspaces_and_dismiss_them(database: Database) -> None:
    make_known(database, "slack")
    respond, other = responding(database), f"discord:{ELSEWHERE}"
    stranger = Asker("discord", ELSEWHERE, "1", "Somebody", "490")
    assert respond("silent", stranger).title == "That is shown only in workspaces that are admitted"
    assert respond(f"workspaces admit {other}", GUARDIAN).title == "You may not do that here"
    assert respond(f"workspaces admit {other}", ADMIN).title == f"{other} is admitted from now on"
    assert respond(f"workspaces admit {other}", ADMIN).title == f"{other} is admitted already"
    assert "silent" in respond("silent", stranger).title
    assert other in str(respond("workspaces", ADMIN))
    assert respond("ack solved", stranger).title == "You may not do that here"
    assert (
        respond(f"workspaces dismiss {other}", ADMIN).title == f"{other} is not admitted any more"
    )
    assert respond(f"workspaces dismiss slack:{HOME}", ADMIN).title.startswith(
        f"slack:{HOME} stays admitted"
    )
    assert respond("silent", stranger).title == "That is shown only in workspaces that are admitted"
    with database.read() as session:
        noted = session.exec(
            select(AuditEntry.outcome).where(col(AuditEntry.action).in_(("admit", "dismiss")))
        ).all()
    assert noted == ["denied", "done", "already", "done", "stale"]


def cleared(database: Database, channel: str) -> bool | None:
    with database.read() as session:
        return session.exec(
            select(Destination.hears_private).where(Destination.address == channel)
        ).first()


def waiting(database: Database, *, private: bool = True) -> list[str]:
    """What waits to be sent to the cleared channel."""
    with database.read() as session:
        rows = select(Announcement.message).join(Destination).where(Destination.address == CLEARED)
        return list(
            session.exec(rows.where(Announcement.private == private).order_by(col(Announcement.id)))
        )
