"""Questions answered from a real database."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest

from models.actions.action import ActionKind
from models.actions.completion import names
from models.database.engine import Database
from models.messages.message import Code, Links, Message, Table, Tone
from models.tables import Alias
from tests import asking
from tests.asking import ADDRESS, DICTIONARY
from tests.models.messages.samples import HOSTILE, said
from tests.world import BAD, GOOD, World, a_plugin, make_world, saw

HOST_BEFORE, HOST_AFTER = "9f" * 20, "0b" * 20
COMMIT = "a1" * 20

Ask = Callable[[str], Message]


@pytest.fixture
def world(database: Database, now: datetime) -> World:
    """A host update broke solved; voting still works; chat was never heard of."""
    world = make_world(database, now, "solved", "voting", "chat")
    world.report(saw("solved", COMMIT, GOOD), saw("voting", COMMIT, GOOD), host=HOST_BEFORE)
    world.report(saw("solved", COMMIT, BAD), saw("voting", COMMIT, GOOD), host=HOST_AFTER)
    return world


@pytest.fixture
def ask(world: World) -> Ask:
    def ask(text: str) -> Message:
        return asking.ask(world.database, text, world.now)

    return ask


def test_status_of_a_broken_plugin(ask: Ask) -> None:
    message = ask("/plugin status Solved")
    assert message.title == "solved does not load on tests-passed"
    assert message.tone is Tone.BROKEN
    assert "Suspect: the host." in said(message)
    assert f"https://github.com/discourse/discourse/compare/{HOST_BEFORE}...{HOST_AFTER}" in said(
        message
    )


def test_status_of_a_healthy_plugin_and_of_an_unheard_one(ask: Ask) -> None:
    assert ask("/plugin status voting").title == "voting works on tests-passed"
    assert ask("/plugin status chat").title == "chat: no report yet"


def test_status_on_one_branch(ask: Ask) -> None:
    assert ask("/plugin status solved on Tests-Passed").tone is Tone.BROKEN
    assert ask("/plugin status solved on stable").title == "solved: no report on stable yet"
    assert "Did you mean stable?" in said(ask("/plugin status solved on stabel"))


def test_a_verdict_past_its_deadline_is_not_shown_as_green(world: World) -> None:
    message = asking.ask(world.database, "/plugin status voting", world.now + timedelta(days=4))
    assert message.tone is Tone.UNKNOWN
    assert "? unknown, last seen 4 days ago" in said(message)


def test_a_plugin_alone_asks_for_its_status(ask: Ask) -> None:
    assert ask("/plugin solved") == ask("/plugin status solved")
    assert ask("/plugin solved on stable") == ask("/plugin status solved on stable")


def test_a_former_name_is_understood(world: World, ask: Ask) -> None:
    with world.database.write() as session:
        session.add(Alias(handle="solutions", plugin_id=1))
    assert ask("/plugin status Solutions").title == ask("/plugin status solved").title
    assert "solutions" in said(ask("/plugin info solved"))


def test_lists(ask: Ask) -> None:
    assert ask("/plugin list").title == "3 plugins: 1 incompatible, 1 compatible, 1 unknown"
    assert ask("/plugin list broken").title == "1 plugin matching “broken”: 1 incompatible"
    assert ask("/plugin list vot").title == "1 plugin matching “vot”: 1 compatible"
    assert ask("/plugin list Tests Failing").title == "No plugin matches “Tests Failing”"


def test_failing_and_its_end(world: World, ask: Ask) -> None:
    table = next(block for block in ask("/plugin failing") if isinstance(block, Table))
    assert [row[0] for row in table.rows] == ["solved (main)"]
    world.report(saw("solved", COMMIT[::-1], GOOD), host=HOST_AFTER)
    assert ask("/plugin failing").tone is Tone.HEALTHY


def test_what_is_broken_on_one_host_branch(world: World, ask: Ask) -> None:
    world.report(saw("voting", COMMIT, GOOD), saw("chat", COMMIT, GOOD), branch="stable")
    world.report(saw("voting", COMMIT, BAD), host=HOST_AFTER, branch="stable")
    assert ask("/plugin failing").title == "Broken now: 2 plugins, 2 open incidents"
    on_stable = ask("/plugin failing on Stable")
    assert on_stable.title == "Broken on stable now: 1 plugin, 1 open incident"
    assert "solved" not in said(on_stable)
    world.report(saw("voting", COMMIT[::-1], GOOD), host=HOST_AFTER, branch="stable")
    healthy = ask("/plugin failing on stable")
    assert (healthy.title, healthy.tone) == (
        "Nothing is known to be broken on stable",
        Tone.HEALTHY,
    )
    assert "Did you mean stable?" in said(ask("/plugin failing on stabel"))


def test_an_answer_leads_to_its_page(ask: Ask) -> None:
    for question in ("status solved", "log Solved", "info solved", "history solved"):
        links = [block for block in ask(f"/plugin {question}") if isinstance(block, Links)]
        assert links[-1].links == (("Page of solved", f"{ADDRESS}/plugins/solved"),)
    assert Links((("Status page", f"{ADDRESS}/"),)) in ask("/plugin failing").blocks


def test_log_and_history(world: World, ask: Ask) -> None:
    log = ask("/plugin log solved")
    assert log.title.startswith("Incident 1, open: solved (main)")
    assert any(isinstance(block, Code) and block.label == "Backtrace" for block in log)
    world.report(saw("solved", COMMIT[::-1], GOOD), host=HOST_AFTER)
    assert ask("/plugin log solved").title.startswith("Incident 1, resolved:")
    assert "Works again at plugin 1a1a1a1 with host 0b0b0b0" in said(ask("/plugin log solved"))
    assert "1 min" in said(ask("/plugin history solved"))
    assert ask("/plugin log voting").title == "voting: nothing to show"


def test_an_incident_is_shown_by_its_number(ask: Ask) -> None:
    log = ask("/plugin 1")
    assert log.title.startswith("Incident 1, open: solved (main)")
    assert any(isinstance(block, Code) and block.label == "Backtrace" for block in log)
    assert Links((("Incident 1", f"{ADDRESS}/incidents/1"),)) in log.blocks
    assert ask("/plugin log 2").title == "There is no incident 2"
    assert ask("/plugin outbreak 1").title == "There is no outbreak 1"


def test_an_outbreak_is_shown_by_its_number(world: World, ask: Ask) -> None:
    names = ("voting", "chat", "events")
    with world.database.write() as session:
        session.add(a_plugin("events", world.now))
    for verdict, host in ((GOOD, HOST_AFTER), (BAD, "1c" * 20)):
        world.report(*(saw(name, COMMIT, verdict) for name in names), host=host)
    shown = ask("/plugin log outbreak 1")
    assert "plugins broke on tests-passed after one host change" in shown.title
    assert "chat" in said(shown)
    assert Links((("Outbreak 1", f"{ADDRESS}/outbreaks/1"),)) in shown.blocks


def test_info_and_help(ask: Ask) -> None:
    assert "https://github.com/example/solved" in said(ask("/plugin info solved"))
    assert ask("/plugin help").title == ask("/plugin").title == "What you can ask"
    assert ask("/plugin help log").title == "/plugin log NAME|NUMBER|outbreak NUMBER"


def test_examples_name_plugins_of_the_list(database: Database, now: datetime) -> None:
    make_world(database, now, "chat")
    assert "stable: chat, voting 1.2" in said(asking.ask(database, "help check", now))
    with database.write() as session:
        session.add(a_plugin("solved-voting", now))
    for text in ("help check", "check"):
        assert "stable: chat, solved-voting 1.2" in said(asking.ask(database, text, now))


@pytest.mark.parametrize("command", ["status", "log", "info", "history"])
def test_an_unknown_plugin_is_answered_with_near_names(ask: Ask, command: str) -> None:
    assert "Did you mean solved?" in said(ask(f"/plugin {command} solvd"))


def test_an_unknown_command_is_answered_with_near_ones(ask: Ask) -> None:
    assert "/plugin failing" in said(ask("/plugin fialing"))
    assert "/plugin status voting" in said(ask("/plugin votnig"))
    assert "/plugin status NAME" in said(ask("/plugin help statsu"))


def test_every_example_of_every_question_is_answered(ask: Ask) -> None:
    questions = [action for action in DICTIONARY if action.kind is ActionKind.QUESTION]
    assert len(questions) > 10
    assert all(
        ask(f"{action.name} {example}").title for action in questions for example in action.examples
    )


def test_what_is_not_written_right_is_answered_with_its_usage(ask: Ask) -> None:
    assert "/plugin status NAME [on BRANCH]" in said(ask("/plugin status solved on"))
    assert "A quote is not closed" in ask('/plugin status "solved').title


@pytest.mark.parametrize(
    "command", ["{}", "/plugin {}", "/plugin status {}", "/plugin list {}", "/plugin log '{}'"]
)
def test_no_text_upsets_the_database(ask: Ask, command: str, subtests: pytest.Subtests) -> None:
    for text in HOSTILE:
        with subtests.test(ascii(text[:20])):
            assert ask(command.format(text)).title


def test_what_can_be_completed(world: World) -> None:
    with world.database.read() as session:
        known = names(session, DICTIONARY)
    assert [command["name"] for command in known["commands"]] == [
        action.name for action in DICTIONARY
    ]
    assert known["plugins"] == ["chat", "solved", "voting"]
    assert "tests-passed" in known["branches"]
