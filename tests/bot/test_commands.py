"""Parsing what people type."""

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.commands import COMMANDS, LONGEST, NoCommand, Row, parse
from bot.grammar import Command, Misunderstood


@pytest.mark.parametrize(
    ("text", "command"),
    [
        ("/plugin status foo", Command("status", "foo")),
        ("status foo", Command("status", "foo")),
        ("/PLUGIN  Status   Foo ON Stable", Command("status", "Foo", "Stable")),
        ('/plugin status "Discourse Solved" on beta', Command("status", "Discourse Solved", "beta")),
        ("/plugin status “Discourse Solved”", Command("status", "Discourse Solved")),
        ("/plugin status ‘Discourse Solved’", Command("status", "Discourse Solved")),
        ("／ｐｌｕｇｉｎ　ｓｔａｔｕｓ　ｆｏｏ", Command("status", "foo")),
        ("/plugin\u00a0status\u200b foo\x00", Command("status", "foo")),
        ("/plugin info don't-panic", Command("info", "don't-panic")),
        ("/plugin status on", Command("status", "on")),
        ("/plugin list", Command("list")),
        ("/plugin list tests failing", Command("list", "tests failing")),
        ("/plugin failing", Command("failing")),
        ("/plugin log foo", Command("log", "foo")),
        ("/plugin history 投票", Command("history", "投票")),
        ("/plugin issues foo", Command("issues", "foo", state="open")),
        ("/plugin issues foo Closed", Command("issues", "foo", state="closed")),
        ("/plugin issues foo Label:Bug", Command("issues", "foo", state="open", label="Bug")),
        ('/plugin issues foo "label:needs info"', Command("issues", "foo", state="open", label="needs info")),
        ("/plugin issues foo label:“needs info” closed", Command("issues", "foo", state="closed", label="needs info")),
        ("/plugin issues open", Command("issues", "open", state="open")),
        ("/plugin help Status", Command("help", "status")),
        ("/plugin", Command("help")),
        ("", Command("help")),
    ],
)
def test_what_is_written_right_is_read(text: str, command: Command) -> None:
    assert parse(text) == command


@pytest.mark.parametrize(
    ("text", "name", "problem"),
    [
        ("/plugin status", "status", "needs the name of a plugin"),
        ('/plugin log ""', "log", "needs the name of a plugin"),
        ("/plugin status foo bar", "status", "“bar” was not understood; a name with spaces needs quotes"),
        ("/plugin status foo on", "status", "“on” needs a host branch"),
        ("/plugin status foo on stable now", "status", "“now” was not understood"),
        ("/plugin failing now", "failing", "“now” was not understood"),
        ("/plugin issues", "issues", "needs the name of a plugin"),
        ("/plugin issues foo bar", "issues", "“bar” was not understood; a name with spaces needs quotes"),
        ("/plugin issues foo label:", "issues", "“label:” needs the name of a label"),
        ('/plugin issues foo label:" "', "issues", "“label:” needs the name of a label"),
        ("/plugin issues foo label:a b", "issues", "“b” was not understood"),
        ("/plugin help status list", "help", "“list” was not understood"),
        ('/plugin status "foo', "", "A quote is not closed"),
        ("/plugin status “foo", "", "A quote is not closed"),
        ("/plugin list " + "x" * 2_000, "", "too long for a command: 2,013 characters"),
    ],
)
def test_what_is_not_is_answered_with_the_problem(text: str, name: str, problem: str) -> None:
    misunderstood = parse(text)
    assert isinstance(misunderstood, Misunderstood)
    assert misunderstood.name == name
    assert problem in misunderstood.problem


def test_a_word_that_is_no_command_may_be_a_plugin_whose_status_is_meant() -> None:
    assert parse("/plugin foo on beta") == NoCommand("foo", Command("status", "foo", "beta"))


@pytest.mark.parametrize("row", COMMANDS, ids=lambda row: row.help.name)
def test_every_example_is_understood(row: Row) -> None:
    assert row.help.usage.startswith(f"/plugin {row.help.name}")
    for example in row.help.examples:
        command = parse(example)
        assert isinstance(command, Command)
        assert command.name.split()[0] == row.help.name


words = st.sampled_from(
    ["/plugin", "status", "list", "on", "help", '"', "'", "“", " ", "\u3000", "\n", "foo", "\ud800"]
)


@settings(max_examples=500)
@given(st.text(st.characters(), max_size=10_000) | st.lists(words, max_size=20).map(" ".join))
def test_any_text_at_all_is_read_as_something(text: str) -> None:
    assert isinstance(parse(text), Command | Misunderstood | NoCommand)


@pytest.mark.parametrize("piece", ["\u0301", "\ufdfa", '"', "'a", " a", "/plugin "])
def test_no_text_takes_long(piece: str) -> None:
    start = time.perf_counter()
    parse((piece * LONGEST)[:LONGEST])
    assert time.perf_counter() - start < 0.5
