"""Help, and answers to what was not understood."""

from models.messages.help import (
    CommandHelp,
    command_message,
    help_message,
    unknown_command,
    unknown_plugin,
    usage_message,
)
from models.messages.message import Table, Text
from models.messages.suggestions import closest
from tests.asking import DICTIONARY
from tests.models.messages.samples import said

STATUS = CommandHelp(
    "status", "/plugin status NAME", "Whether it works", ("/plugin status discourse-solved",)
)
FAILING = CommandHelp("failing", "/plugin failing", "What is broken", ("/plugin failing",))
HANDLES = ["discourse-assign", "discourse-calendar", "discourse-solved", "discourse-topic-voting"]


def test_help_lists_every_command() -> None:
    words = said(help_message([STATUS, FAILING]))
    assert "/plugin status NAME" in words
    assert "What is broken" in words


def test_help_is_in_five_groups() -> None:
    message = help_message(DICTIONARY.commands(()))
    texts = [block.text for block in message if isinstance(block, Text) and not block.quiet]
    assert texts == [
        "How plugins stand",
        "Incidents",
        "Follow plugins",
        "The master list, and what goes together",
        "People, extensions and operation",
    ]
    assert sum(isinstance(block, Table) for block in message) == 5


def test_one_command_is_shown_with_examples_unless_they_only_repeat_it() -> None:
    assert "/plugin status discourse-solved" in said(command_message(STATUS))
    assert "Examples" not in said(command_message(FAILING))


def test_usage_names_the_problem_first() -> None:
    message = usage_message("“x” was not understood", STATUS)
    assert message.title == "“x” was not understood"
    assert "/plugin status NAME" in said(message)
    assert "/plugin help" in said(usage_message("A quote is not closed"))


def test_examples_name_the_plugin_that_is_asked_for() -> None:
    examples = ("/plugin status discourse-solved on stable", '/plugin status "Discourse Solved"')
    status = CommandHelp("status", "/plugin status NAME", "Whether it works", examples)
    assert status.about("chat-extra").examples == (
        "/plugin status chat-extra on stable",
        '/plugin status "Chat Extra"',
    )
    assert status.about("discourse-solved") == status
    checks = (
        "stable: discourse-solved, voting 1.2",
        "https://github.com/discourse/discourse-solved",
    )
    check = CommandHelp("check", "/plugin check", "Whether they go together", checks)
    assert check.about("topic-voting", "solved").examples == (
        "stable: topic-voting, solved 1.2",
        "https://github.com/discourse/discourse-solved",
    )


def test_near_names_are_offered() -> None:
    assert closest("discourse solvd", HANDLES) == ("discourse-solved",)
    assert closest("owner/discourse-solved", HANDLES) == ("discourse-solved",)
    assert closest("Asign", HANDLES) == ("discourse-assign",)
    assert closest("voting", HANDLES) == ("discourse-topic-voting",)
    assert closest("stauts", ["status", "list"]) == ("status",)


def test_what_resembles_nothing_is_offered_nothing() -> None:
    assert closest("kubernetes", HANDLES) == ()
    assert closest("discourse-", HANDLES) == ()
    assert "/plugin list" in said(unknown_plugin("kubernetes", HANDLES))


def test_an_unknown_plugin_is_answered_with_a_question() -> None:
    message = unknown_plugin("solvd", HANDLES)
    assert message.title == "No plugin is called “solvd”"
    assert "Did you mean discourse-solved?" in said(message)


def test_an_unknown_word_may_be_a_command_or_a_plugin() -> None:
    words = said(unknown_command("statsu", [STATUS, FAILING], ["discourse-stats"]))
    assert "“statsu” is neither a command nor a plugin" in words
    assert "/plugin status NAME" in words
    assert "/plugin status discourse-stats" in words
