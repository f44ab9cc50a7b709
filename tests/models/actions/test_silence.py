"""`/plugin silent`, `/plugin digest` and a channel's digest as they are typed, on a real database."""

from datetime import datetime

import pytest

from models.actions.asking import Asker
from models.database.engine import Database
from models.events.silence import SilenceCheck
from models.people.persons import appoint
from models.record import record
from models.rules.authority import Holder, HolderKind
from tests.asking import Respond, responder
from tests.models.messages.samples import said
from tests.world import GOOD, make_world, saw

ADMIN = Asker("slack", "T1", "U1", "Ada", "C1", "plugins")
ANYONE = Asker("slack", "T1", "U2", "Mona", "D2", "", is_direct=True)


@pytest.fixture
def respond(database: Database, now: datetime) -> Respond:
    world = make_world(database, now, "solved")
    world.report(saw("solved", "p1", GOOD))
    with database.write() as session:
        appoint(session, [Holder("slack", "T1", HolderKind.USER, "U1")], now)
        record(session, [SilenceCheck()], world.now)
    return responder(database)


def test_who_is_silent(respond: Respond) -> None:
    shown = respond("/plugin silent", ANYONE)
    assert shown.title == "No source is silent, of 2"
    assert "2 sources on time" in said(shown) or "Silent soon" in said(shown)


def test_a_person_says_when_their_digest_comes(respond: Respond) -> None:
    assert respond("/plugin digest", ANYONE).title == "Your digest: none"
    title = "Your digest is now: daily at 07:15, America/New_York"
    assert respond("/plugin digest daily at 7:15 in New_York", ANYONE).title == title
    assert respond("digest", ANYONE).title == "Your digest: daily at 07:15, America/New_York"
    assert "You follow nothing yet" in said(respond("digest", ANYONE))
    assert "did you mean Europe/Berlin" in respond("digest in Europe/Berln", ANYONE).title
    assert respond("digest off", ANYONE).title == "Your digest is now: none"
    # In a channel it is still theirs, as `digest` is for oneself.
    assert (
        respond("digest weekly", ADMIN).title
        == "Your digest is now: weekly on Mondays at 09:00, UTC"
    )


def test_a_channel_says_when_its_digest_comes(respond: Respond) -> None:
    shown = said(respond("/plugin channel digest 09:00 Europe/Berlin", ADMIN))
    assert "daily at 09:00, Europe/Berlin" in shown
    shown = said(respond("/plugin channel reminders off digest off quiet", ADMIN))
    assert "Digest\nnone\nReminders\nnone" in shown
    assert "“reminders” needs on or off" in respond("/plugin channel reminders", ADMIN).title
    assert respond("/plugin follow all", ADMIN).title.endswith("now")
    assert "Digest\nnone" in said(respond("/plugin channel", ADMIN))


def test_a_channel_of_guardians_gets_one_a_day_unless_somebody_says_otherwise(
    respond: Respond,
) -> None:
    respond("/plugin follow all", ADMIN)
    assert "Digest\ndaily at 09:00, UTC" in said(respond("/plugin channel", ADMIN))
    room = Asker("local", "local", "you", "you", channel="room", channel_name="Local room")
    assert "Digest\ndaily at 09:00, UTC" in said(respond("/plugin channel", room))
