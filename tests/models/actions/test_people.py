"""Who may do what, each cell tried; who has which role; and which plugins are mine."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from sqlmodel import select

from bot.local.conversation import YOU
from bot.local.opening import sitting_here
from models.actions.asking import Asker
from models.database.engine import Database
from models.messages.message import Buttons, Message, Table
from models.people.persons import appoint
from models.settings import Settings
from models.tables import AuditEntry, Person
from tests.asking import DICTIONARY, Respond, responder
from tests.models.messages.samples import said
from tests.who_may import DENIED, ELSEWHERE, FIRST, PEOPLE, TRIES, expected, staff, try_all

ADMIN = FIRST.asker("slack")
OWNER = PEOPLE["its owner on GitHub"].asker("slack")
MAINTAINER = PEOPLE["maintainer of it"].asker("slack")


@pytest.fixture
def respond(database: Database) -> Respond:
    respond = responder(database)
    staff(
        database, respond, "slack", datetime.now(UTC)
    )  # what is older than a few days is unknown, and not broken
    return respond


def rows(message: Message) -> list[tuple[str, ...]]:
    return [row for block in message if isinstance(block, Table) for row in block.rows]


def test_who_may_do_what(database: Database, respond: Respond) -> None:
    tried = try_all(respond, "slack")
    assert tried == {
        (name, what): expected(person, what) for name, person in PEOPLE.items() for what in TRIES
    }
    with database.read() as session:
        denied = session.exec(select(AuditEntry).where(AuditEntry.outcome == "denied")).all()
        strangers = session.exec(select(Person).where(Person.workspace == ELSEWHERE)).all()
    inside = [tried[name, what] for name, what in tried if PEOPLE[name].workspace != ELSEWHERE]
    assert len(denied) == inside.count(False)  # each refusal is in the audit log
    assert strangers == []  # who may do nothing at all leaves no row


def test_who_has_which_role_is_told(respond: Respond) -> None:
    assert rows(respond("roles", ADMIN)) == rows(respond("role list", OWNER))
    told = [row[:2] for row in rows(respond("/plugin roles", ADMIN))]
    assert told == [
        ("admin", "302"),
        ("admin", "Person 301 (301)"),
        ("guardian", "everyone in the group 201"),
        ("guardian", "303"),
        ("maintainer of solved", "305"),
        ("maintainer of solved", "Person 307 (307)"),
        ("maintainer of voting", "306"),
    ]
    assert "by the setting ADMINS" in said(respond("roles", ADMIN))
    assert "as Example on GitHub" in said(respond("roles", ADMIN))
    elsewhere = replace(ADMIN, workspace="T9")
    assert respond("roles", elsewhere).title == "Nobody has a role here yet"


def test_whoever_sits_at_this_machine_is_no_admin_by_a_setting(
    database: Database, respond: Respond
) -> None:
    with database.write() as session:
        appoint(session, [*sitting_here(Settings(_env_file=None))], datetime.now(UTC))
    assert rows(respond("roles", YOU)) == [("admin", "you", "by sitting at this machine")]
    kept = said(respond("role revoke admin user:you", YOU))
    assert "Whoever sits at this machine is an admin of its room." in kept
    assert "ADMINS" not in kept
    assert "What was found is shown here." in said(
        respond("link github mona", YOU) and respond("link github mona done", YOU)
    )


def test_the_audit_log_says_what_people_type(respond: Respond) -> None:
    for text in (
        "filing solved auto keep",
        "channel flat quiet from incompatible digest daily 09:00 Europe/Berlin reminders off",
        "channel private off",
        "digest weekly at 8:30 in Europe/Berlin",
        "link github mona",
        "link github mona done",
        "role grant guardian user:399",
        "role grant guardian user:399",
        "ack solved",
        "ack solved",
        "claim solved",
    ):
        respond(text, ADMIN)
    respond("release solved", MAINTAINER)
    told = [row[2] for row in rows(respond("audit", ADMIN))][::-1][-12:]
    assert told == [
        "filing solved: auto, keep",
        "channel alerts: flat, quiet, from incompatible, digest daily, at 09:00, in Europe/Berlin, reminders off",
        "channel alerts: private off (nothing to do)",
        "digest for themself: digest weekly, at 08:30, in Europe/Berlin",
        "link github mona",
        "link github mona done",
        "role grant guardian, user 399",
        "role grant guardian, user 399 (nothing to do)",
        "acknowledge incident 1",
        "acknowledge incident 1 (nothing to do)",
        "claim incident 1",
        "release incident 1 (somebody else has it)",
    ]


def test_examples_name_a_plugin_of_the_list(respond: Respond) -> None:
    for text in ("help status", "status", "mute solved whenever"):
        words = said(respond(text, ADMIN))
        assert "discourse-solved" not in words
        assert "Discourse Solved" not in words
    assert "/plugin status solved" in said(respond("help status", ADMIN))


def test_mine_is_what_one_maintains_or_follows(respond: Respond) -> None:
    assert respond("mine", ADMIN).title == "No plugin is yours yet"
    respond("follow me voting", OWNER)
    answer = respond("/plugin mine", OWNER)
    assert answer.title == "Your plugins: 1 of 2 broken"
    assert rows(answer) == [
        ("solved", "✗ incompatible", "tests-passed", "you are Example on GitHub"),
        ("voting", "? unknown", "no report", "you follow it"),
    ]
    (buttons,) = (block.buttons for block in answer if isinstance(block, Buttons))
    assert buttons == (("Details of solved", "log solved"),)
    assert rows(respond("mine", MAINTAINER))[0][3] == "you maintain it"
    assert rows(respond("mine", replace(MAINTAINER, workspace="T9"))) == []


def test_a_group_of_maintainers_has_its_plugin(respond: Respond) -> None:
    respond("role grant maintainer group:77 of voting", ADMIN)
    member = Asker("slack", ADMIN.workspace, "399", "New", "400", groups=frozenset({"77"}))
    assert [row[0] for row in rows(respond("mine", member))] == ["voting"]
    assert respond("ack 1", member).title == DENIED


def test_a_mute_can_be_made_longer_by_a_press_and_keeps_its_reason(respond: Respond) -> None:
    answer = respond("mute 1 30m because the host is known to be broken", ADMIN)
    (buttons,) = (block.buttons for block in answer if isinstance(block, Buttons))
    assert [label for label, _ in buttons] == ["30 min", "4 h", "1 day", "Until fixed", "Unmute"]
    longer = respond(dict(buttons)["Until fixed"], ADMIN)
    assert longer.title.endswith("muted until it is fixed")
    assert "Reason: the host is known to be broken" in said(respond("status solved", ADMIN))
    assert "already" in respond(dict(buttons)["Until fixed"], ADMIN).title


@pytest.mark.parametrize(
    ("text", "does", "personal"),
    [
        ("ack 1", True, True),
        ("follow all", True, True),
        ("mine", False, True),
        ("failing", False, True),
        ("x", False, True),
    ],
)
def test_what_acts_and_what_depends_on_who_asks(text: str, does: bool, personal: bool) -> None:
    typed = DICTIONARY.typed(text)
    assert (typed.acts, typed.is_personal) == (does, personal)
