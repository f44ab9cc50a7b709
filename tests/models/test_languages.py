"""What the core says is said in the language of who reads it, as far as a catalogue has the words."""

from dataclasses import replace
from datetime import datetime
from pathlib import Path

import pytest
import sqlalchemy
from sqlmodel import select

from models.actions.asking import Asker
from models.database.engine import Database
from models.health.finding import Weight
from models.health.languages import check_languages
from models.messages.drawing import in_words
from models.messages.message import Buttons, Message
from models.people.persons import appoint
from models.rules.speaking import count, say, speaking
from models.tables import AuditEntry, Destination, StoryEntry
from tests.asking import ANYONE, DICTIONARY, ask
from tests.jobs.realms.chatting import ADMIN
from tests.languages import bracketed, languages, unmarked
from tests.world import BAD, ERROR, GOOD, World, make_world, saw

THERE = replace(ANYONE, channel="elsewhere", channel_name="Elsewhere")
DATA = (
    "solved",
    "main",
    "tests-passed",
    "UTC",
    "canary.example.com",
    "p1",
    "p2",
    "h1",
    "h2",
    "example",
    ERROR,
    "you",
)
GERMAN = """\
msgid ""
msgstr ""
"Content-Type: text/plain; charset=utf-8\\n"
"Plural-Forms: nplurals=2; plural=(n != 1);\\n"

msgid "{plugin} does not load on {host}"
msgstr "{plugin} lädt nicht auf {host}"

msgid "Broken since {since}. {seen}"
msgstr "Kaputt seit {since}. {seen}"

msgid "Seen on {place}"
msgstr "Gesehen auf {place}"

msgid "Acknowledge"
msgstr "Bestätigen"

msgid "Acknowledged by {who}."
msgstr "Bestätigt von {who}."

msgid "{number} day"
msgid_plural "{number} days"
msgstr[0] "{number} Tag"
msgstr[1] "{number} Tage"
"""


@pytest.fixture
def world(database: Database, now: datetime) -> World:
    """All is followed in two channels."""
    with database.write() as session:
        appoint(session, [ADMIN], now)
    for where in (ANYONE, THERE):
        ask(database, "follow all", now, where)
    return make_world(database, now, "solved")


def told(world: World, channel: str) -> list[Message]:
    """What was told there."""
    with world.database.read() as session:
        here = select(Destination.id).where(Destination.address == channel)
        number = session.exec(here).one()
    rows = world.announced()
    return [Message.from_json(row.message) for row in rows if row.destination_id == number]


def test_all_that_a_channel_is_told_is_in_its_language(world: World, tmp_path: Path) -> None:
    with languages(tmp_path, xx=bracketed()):
        ask(world.database, "channel language xx", world.now)
        world.report(saw("solved", "p1", GOOD))
        world.report(saw("solved", "p2", BAD), host="h2")
        ask(world.database, "ack 1", world.now, THERE)
        world.report(saw("solved", "p2", GOOD), host="h3")
        world.report(saw("solved", "p2", BAD), host="h4")
        ask(world.database, "mute 1 2h because it is known", world.now)
    for each in told(world, ANYONE.channel):
        assert unmarked(each, *DATA, "it is known") == [], each
    told_there = told(world, THERE.channel)
    assert len(told_there) == len(told(world, ANYONE.channel)) > 4
    assert "⟦" not in "".join(map(in_words, told_there))
    with world.database.read() as session:
        stories = session.exec(select(StoryEntry)).all()
    assert stories
    assert not [each for each in stories if "⟦" in each.words]


QUESTIONS = (
    "status solved",
    "status solved on stable",
    "failing",
    "list",
    "list nothing",
    "log solved",
    "history solved",
    "info solved",
    "help",
    "help ack",
    "nothing",
    "ack 1",
    "claim 1",
    "mute 1 2h",
    "ack 99",
    "ack voting",
    "following",
    "channel",
    "follow me solved only broken",
    "issues solved",
    "roles",
    "mine",
    "canary",
    "role grant admin 7",
    "workspaces",
    "deprecated",
    "link github ada",
    "check stable: solved",
    "check nothing: solved, voting 1.2",
    "check: nobody",
    "check tests-passed site canary.example.com",
    "upgrade canary.example.com to stable",
    "upgrade canary.example.com off",
    "report solved",
    "silent",
    "sites",
    "jobs",
    "audit voting",
    "add discourse/discourse-solved",
    "add nothing",
    "accept 9",
    "decline 9",
    "extensions",
    "extension info acme",
    "extension on acme",
    "use acme",
    "edit solved needs >=3.5",
    "edit solved conflicts solved",
    "edit solved needs off",
    "edit solved status deprecated because it is known",
    "edit solved tags one, two",
    "edit solved about off",
    "suspects 1",
    "suspects solved",
    "close 1 because it is known",
    "digest weekly",
    "digest off",
    "follow tag:nothing",
    "unfollow all",
    "filing solved auto",
    "canary run canary.example.com",
    "approve example.org 1234",
    "log voting",
    "status",
    "status solved on",
    "status solved every day",
    "mute 1 because",
    "mute 1 5 weeks",
    "channel from nothing",
    "channel nothing",
    "channel reminders",
    "digest hourly",
    "edit solved color red",
    "check stable",
    "canary run",
    "extension purge acme",
    "extension install",
    "use",
    "unfollow solved only broken",
    "issues solved label:",
    "follow tag:",
    "follow solved only nothing",
    "role grant",
    "role grant king 7",
    "workspaces admit",
    "approve",
    'status "solved',
    "remove solved because it is known",
    "remove solved because it is known",
)


def test_each_is_answered_in_the_language_of_where_they_ask(world: World, tmp_path: Path) -> None:
    world.report(saw("solved", "p1", GOOD))
    world.report(saw("solved", "p2", BAD), host="h2")
    usages = [command.usage for command in DICTIONARY.commands(frozenset())]
    with languages(tmp_path, xx=bracketed()):
        ask(world.database, "channel language xx", world.now)
        here = {each: ask(world.database, each, world.now) for each in QUESTIONS}
        there = {each: ask(world.database, each, world.now, THERE) for each in QUESTIONS}
    english = {
        each: unmarked(answer, *usages, *DATA, "it is known", "xx", "local", "test")
        for each, answer in here.items()
    }
    wrong = {question: words for question, words in english.items() if words}
    assert wrong == {}, wrong
    assert "⟦" not in "".join(map(in_words, there.values()))
    with world.database.read() as session:
        noted = session.exec(select(AuditEntry.words)).all()
    assert len(noted) > len(QUESTIONS) / 2
    assert "⟦" not in "".join(noted)


def test_somebody_chooses_the_language_of_their_direct_messages(
    world: World, tmp_path: Path
) -> None:
    direct = Asker("slack", "T1", "U2", "Mona", "D2", is_direct=True)
    elsewhere = replace(direct, channel="C1", is_direct=False)
    ask(world.database, "workspaces admit slack:T1", world.now)
    with languages(tmp_path, xx=bracketed()):
        refused = ask(world.database, "channel language xx flat", world.now, direct)
        before = ask(world.database, "list", world.now, direct)
        chosen = ask(world.database, "channel language xx", world.now, direct)
        ask(world.database, "follow me all", world.now, direct)
        world.report(saw("solved", "p1", GOOD))
        world.report(saw("solved", "p2", BAD), host="h2")
        here, there = (ask(world.database, "list", world.now, each) for each in (direct, elsewhere))
        again = ask(world.database, "channel language xx", world.now, direct)
    assert refused.title == "That is for channels"
    assert chosen.title == "You are answered and notified in the language xx here from now on"
    assert [each.title[0] for each in (before, there, here, again)] == [
        *there.title[0] * 2,
        "⟦",
        "⟦",
    ]
    assert unmarked(here, *DATA) == []
    cards = told(world, "U2")
    assert cards
    assert [unmarked(each, *DATA) for each in cards] == [[]] * len(cards)


def test_a_german_channel(world: World, tmp_path: Path) -> None:
    with languages(tmp_path, de=GERMAN):
        ask(world.database, "channel language de-at", world.now)
        world.report(saw("solved", "p1", GOOD))
        world.report(saw("solved", "p2", BAD), host="h2")
        card, *_ = told(world, ANYONE.channel)
        ask(world.database, "ack 1", world.now)
        reply = told(world, ANYONE.channel)[-1]
    assert card.title == "solved (main) lädt nicht auf tests-passed"
    assert "UTC. Gesehen auf canary.example.com." in in_words(card)
    assert "\nKaputt seit " in in_words(card)
    (buttons,) = (block for block in card if isinstance(block, Buttons))
    assert ("Bestätigen", "ack 1") in buttons.buttons
    assert "Bestätigt von you." in in_words(reply)
    english = {each.title for each in told(world, THERE.channel)}
    assert "solved (main) does not load on tests-passed" in english


@pytest.mark.parametrize(
    ("entry", "why"),
    [
        (
            'msgid "{plugin} works on {host}"\nmsgstr "{plugin} auf {wirt}"',
            "nothing is put in at {wirt}",
        ),
        (
            'msgid "{plugin} works on {host}"\nmsgstr "{plugin.__class__} auf {host}"',
            "{plugin.__class__}",
        ),
        ('msgid "{plugin} works on {host}"\nmsgstr "{plugin!r:>9} auf {host}"', "{plugin!r:>9}"),
        ('msgid "{plugin} works on {host}"\nmsgstr "{plugin auf {host}"', "unexpected '{'"),
        (
            'msgid "{number} day"\nmsgid_plural "{number} days"\nmsgstr[0] "ein Tag"\nmsgstr[1] "{n} Tage"',
            "{n}",
        ),
        ('msgid "As of %(time)s."\nmsgstr "Stand: %(zeit)s."', "nothing is put in at %(zeit)s"),
        ('msgid "As of %(time)s."\nmsgstr "Stand: %(time)s, 100 %."', "a % stands alone"),
    ],
)
def test_a_translation_that_does_not_fit_costs_no_more_than_itself(
    tmp_path: Path, entry: str, why: str
) -> None:
    head = GERMAN.partition('msgid "{plugin}')[0]
    with (
        languages(tmp_path, de=f'{head}{entry}\n\nmsgid "Acknowledge"\nmsgstr "Bestätigen"\n'),
        speaking("de"),
    ):
        assert say("{plugin} works on {host}", plugin="a", host="b") == "a works on b"
        assert count(2, "{number} day", "{number} days") == "2 days"
        assert say("Acknowledge") == "Bestätigen"
        fine, wrong = check_languages(tmp_path)
    assert fine.words == "Language de: channels can choose it."
    assert (wrong.weight, why in wrong.words) == (Weight.FIX, True), wrong.words


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("de", 'msgid "a'),
        ("de", GERMAN.replace("utf-8", "of nobody")),
        ("de", GERMAN.replace("plural=(n != 1)", "plural=n % 0")),
        ("de", GERMAN.replace("plural=(n != 1)", "plural=__import__(n)")),
        ("German", GERMAN),
    ],
)
def test_a_catalogue_that_makes_no_sense_is_left_out(tmp_path: Path, name: str, text: str) -> None:
    with languages(tmp_path, **{name: text}), speaking("de"):
        assert say("Acknowledge") == "Acknowledge"
        (wrong,) = check_languages(tmp_path)
    assert wrong.weight is Weight.FIX


def test_a_language_that_nobody_speaks_costs_the_intake_no_statement(
    world: World, tmp_path: Path
) -> None:
    world.report(saw("solved", "p1", GOOD))
    statements: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        statements.append(statement)

    numbers = []
    for known in ({}, {"xx": bracketed()}):
        with languages(tmp_path, **known):
            world.report(saw("solved", f"p2{len(known)}", BAD), host="h2")
            sqlalchemy.event.listen(sqlalchemy.Engine, "before_cursor_execute", note)
            world.report(saw("solved", f"p3{len(known)}", BAD), host="h2")
            sqlalchemy.event.remove(sqlalchemy.Engine, "before_cursor_execute", note)
        numbers.append(len(statements))
        statements.clear()
        world.report(saw("solved", f"p4{len(known)}", GOOD), host="h2")
    assert numbers[0] == numbers[1] > 0
