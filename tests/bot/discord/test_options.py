"""Actions as Discord's commands with typed options, and what is chosen there as words that the house understands."""

from dataclasses import replace
from typing import Any, Literal

import discord
import pytest
from discord import app_commands

from bot.discord import options
from bot.discord.commanding import command_group
from models.actions.action import Action, Asked
from models.actions.core.table import CORE
from models.actions.dictionary import Dictionary
from tests.asking import DICTIONARY
from tests.bot.discord.conftest import listening
from tests.servers.discord import PERSON, PERSON_USER, Discord, until
from tests.servers.discord_limits import commands_problems

SAMPLES = {"whom": "<@300>", "workspace": "slack:T1"}


@pytest.mark.parametrize(
    ("name", "given", "text"),
    [
        ("failing", {}, "failing"),
        ("status", {"plugin": "foo"}, "status foo"),
        (
            "status",
            {"plugin": "Discourse Solved", "branch": "stable"},
            'status "Discourse Solved" on stable',
        ),
        ("status", {"plugin": "foo", "branch": None}, "status foo"),
        ("issues", {"plugin": "a", "state": "closed"}, "issues a closed"),
        ("issues", {"plugin": "a", "labels": "needs info"}, 'issues a "label:needs info"'),
        (
            "mute",
            {"incident": "12", "length": "until fixed", "because": "it's late"},
            'mute 12 until fixed because "it\'s late"',
        ),
        ("follow", {"plugins": "all", "only": "broken fixed"}, "follow all only broken fixed"),
        (
            "follow",
            {"plugins": "a", "only": "issues", "without_labels": "x", "without_bots": True},
            "follow a only issues -label:x -bot",
        ),
        ("link", {"login": "somebody", "done": True}, "link github somebody done"),
        ("canary run", {"server": "stable", "trace": False}, "canary run stable"),
        (
            "channel",
            {"digest_often": "daily", "digest_at": "09:00", "digest_zone": "Europe/Berlin"},
            "channel digest daily at 09:00 in Europe/Berlin",
        ),
        ("channel", {"digest_often": "off", "flat": "flat"}, "channel flat digest off"),
        ("digest", {"often": "off"}, "digest off"),
        (
            "digest",
            {"often": "weekly", "at": "8:30", "zone": "Europe/Berlin"},
            "digest weekly at 8:30 in Europe/Berlin",
        ),
        ("follow", {"me": True, "plugins": "tag:official"}, "follow me tag:official"),
        ("unfollow", {"me": True, "plugins": "all"}, "unfollow me all"),
    ],
)
def test_what_is_chosen_is_what_one_would_type(name: str, given: dict[str, Any], text: str) -> None:
    action = DICTIONARY.get(name)
    assert action
    typed = DICTIONARY.given(action, options.given(action, given))
    assert typed.text == text
    assert typed.read == DICTIONARY.typed(text).read
    assert isinstance(typed.read, Asked)


def test_options_are_typed() -> None:
    action = DICTIONARY.get("role")
    assert action
    asked = options.options(action)
    assert {name: options.annotation(argument) for name, argument in asked.items()} == {
        "change": Literal["grant", "revoke"],
        "role": Literal["guardian", "admin", "maintainer"],
        "whom": discord.Member | discord.Role,
        "plugin": str | None,
    }


@pytest.mark.parametrize("action", list(DICTIONARY), ids=lambda action: action.name)
def test_an_action_can_be_chosen(action: Action) -> None:
    """The first choice and a word for each required option make a command that the house understands."""
    chosen = {}
    for name, argument in options.options(action).items():
        if argument.required:
            chosen[name] = SAMPLES.get(name) or next(iter(argument.fixed), "x")
        assert argument.about
    assert isinstance(DICTIONARY.given(action, options.given(action, chosen)).read, Asked)


def test_descriptions_are_shortened_until_discord_takes_the_group() -> None:
    async def ask(*_: Any) -> None: ...

    wordy = [replace(action, summary=f"{action.summary} {'and so on ' * 9}") for action in CORE]
    group = command_group(Dictionary(wordy), ask, lambda *_: [])
    tree = app_commands.CommandTree(discord.Client(intents=discord.Intents.none()))
    assert list(commands_problems([group.to_dict(tree)])) == []
    said = [command.description for command in group.walk_commands()]
    assert max(map(len, said)) < 100
    assert any(each.endswith("…") for each in said)


def test_the_group_holds_every_action() -> None:
    async def ask(*_: Any) -> None: ...

    group = command_group(DICTIONARY, ask, lambda *_: [])
    made = {
        command.qualified_name.removeprefix("plugin ").removeprefix("more ").replace(" ", "-")
        for command in group.walk_commands()
    }
    assert {action.name.replace(" ", "-") for action in DICTIONARY} <= made
    assert len(group.commands) <= 25


def test_options_are_called_by_what_people_say() -> None:
    def names(of: str) -> list[str]:
        action = DICTIONARY.get(of)
        assert action
        return [options.name(*each) for each in options.options(action).items()]

    assert names("follow") == ["me", "plugins", "branch", "only", "without-labels", "without-bots"]
    assert names("unfollow") == ["me", "plugins", "branch"]
    assert names("channel") == [
        "replies",
        "recoveries",
        "severity",
        "digest-often",
        "digest-at",
        "digest-zone",
        "reminders",
        "escalations",
        "mention",
        "language",
        "private",
    ]
    assert names("filing") == ["plugin", "issues", "closing"]
    assert names("mute") == ["incident", "branch", "length", "reason"]


async def test_whom_to_follow_and_which_zone_is_completed(server: Discord) -> None:
    async with listening(server):
        await server.connected()
        assert (await server.complete("follow", "plugins", ""))[:2] == ["all", "mine"]
        assert await server.complete("follow", "plugins", "tag:") == [
            "tag:official",
            "tag:third-party",
        ]
        assert "Europe/Berlin" in await server.complete("digest", "zone", "berl")


async def test_somebody_is_mentioned(server: Discord) -> None:
    async with listening(server) as asked:
        await server.connected()
        options = [
            {"name": "change", "type": 3, "value": "grant"},
            {"name": "role", "type": 3, "value": "guardian"},
            {"name": "whom", "type": 9, "value": PERSON},
        ]
        member = {
            "roles": [],
            "joined_at": "2026-01-01T00:00:00+00:00",
            "flags": 0,
            "permissions": "0",
        }
        resolved = {"users": {PERSON: PERSON_USER}, "members": {PERSON: member}}
        answers = await server.interact(2, {**server.chosen("role", options), "resolved": resolved})
        await until(lambda: bool(answers))
    assert asked.questions[0][0] == f"role grant guardian <@{PERSON}>"
