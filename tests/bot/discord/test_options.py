"""Usages read as options, options made into commands, and what was given read as words that the house understands."""

from typing import Any

import pytest

from bot.commands import COMMANDS, ROWS, parse
from bot.discord.commanding import command_group
from bot.discord.options import Kind, Option, read_usage, typed
from bot.grammar import Command
from models.messages.help import CommandHelp
from tests.bot.discord.conftest import listening
from tests.servers.discord import PERSON, PERSON_USER, Discord, until

FOLLOW = "[me] NAME|tag:TAG|all [on BRANCH] [only broken|fixed …] [-label:LABEL] [-bot]"
MUTE = "NAME|NUMBER [30m|4h|until fixed] [because REASON]"


def usage(words: str) -> CommandHelp:
    return CommandHelp("do", f"/plugin do {words}".rstrip(), "Does it", ())


@pytest.mark.parametrize(
    ("words", "given", "text"),
    [
        ("", {}, "do"),
        ("NAME [on BRANCH]", {"name": "foo"}, "do foo"),
        ("NAME [on BRANCH]", {"name": "Discourse Solved", "branch": "stable"}, 'do "Discourse Solved" on stable'),
        ("NAME [on BRANCH]", {"name": 'the "best"'}, "do \"the 'best'\""),
        ("NAME [on BRANCH]", {"name": "foo", "branch": None}, "do foo"),
        ("NAME [open|closed] [label:LABEL]", {"name": "a", "open-or-closed": "closed"}, "do a closed"),
        ("NAME [open|closed] [label:LABEL]", {"name": "a", "label": "needs info"}, 'do a "label:needs info"'),
        (MUTE, {"name": "12", "which": "until fixed", "reason": "it's late"}, 'do 12 until fixed because "it\'s late"'),
        (FOLLOW, {"me": True, "name": "all", "only": "broken fixed"}, "do me all only broken fixed"),
        (FOLLOW, {"me": False, "name": "a", "no-label": "x", "no-bot": True}, "do a -label:x -bot"),
        ("github LOGIN [done]", {"login": "somebody", "done": True}, "do github somebody done"),
    ],
)
def test_what_is_given_is_typed(words: str, given: dict[str, Any], text: str) -> None:
    assert typed("do", read_usage(usage(words)), given) == text


def test_options_are_typed() -> None:
    pieces = read_usage(usage("grant|revoke guardian|admin|maintainer @USER|group:ID [of NAME] [-bot]"))
    options = [piece for piece in pieces if isinstance(piece, Option)]
    assert [(option.name, option.kind, option.required) for option in options] == [
        ("grant-or-revoke", Kind.CHOICE, True),
        ("which", Kind.CHOICE, True),
        ("user", Kind.PERSON, True),
        ("name", Kind.WORDS, False),
        ("no-bot", Kind.FLAG, False),
    ]
    assert options[0].words == ("grant", "revoke")


@pytest.mark.parametrize("row", COMMANDS, ids=lambda row: row.help.name)
def test_every_example_of_the_house_can_be_given(row: Any) -> None:
    """The first choice and a word for each option make a command that the house understands."""
    given = {}
    for piece in read_usage(row.help):
        if isinstance(piece, Option) and piece.required:
            given[piece.name] = "<@300>" if piece.kind is Kind.PERSON else piece.words[0] if piece.words else "x"
    assert isinstance(parse(typed(row.help.name, read_usage(row.help), given)), Command)


def test_a_usage_that_nobody_thought_of_is_still_a_command() -> None:
    odd = ["{weird} [x [Y]]", "A B A [A] [a b] …", "[[]]", "|", "a|b|" + "c" * 40, "[-x|-y] [Z:]"]

    async def ask(*_: Any) -> None: ...

    commands = (CommandHelp(f"do{n}", f"/plugin do {words}", "Does it", ()) for n, words in enumerate(odd))
    assert len(command_group(commands, ask, lambda *_: []).commands) == len(odd)


async def test_somebody_is_mentioned(server: Discord) -> None:
    async with listening(server) as asked:
        await server.connected()
        options = [
            {"name": "grant-or-revoke", "type": 3, "value": "grant"},
            {"name": "which", "type": 3, "value": "guardian"},
            {"name": "user", "type": 9, "value": PERSON},
        ]
        member = {"roles": [], "joined_at": "2026-01-01T00:00:00+00:00", "flags": 0, "permissions": "0"}
        resolved = {"users": {PERSON: PERSON_USER}, "members": {PERSON: member}}
        answers = await server.interact(2, {**server.chosen("role", options), "resolved": resolved})
        await until(lambda: bool(answers))
    assert asked.questions[0][0] == f"role grant guardian <@{PERSON}>"
    assert "role" in ROWS
