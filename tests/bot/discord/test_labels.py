"""Descriptions of Discord's commands and options are in every language; labels in that of where somebody asks."""

import asyncio
import json
from collections.abc import Iterator
from pathlib import Path
from tempfile import mkdtemp
from typing import Any

import discord
import pytest
from discord import app_commands

from bot.discord.commanding import command_group
from bot.discord.describing import Words
from tests.asking import DICTIONARY
from tests.bot.discord.conftest import listening
from tests.languages import bracketed, languages
from tests.servers.discord import APPLICATION, CHANNEL, Discord, until
from tests.servers.discord_limits import commands_problems, size

TOLD = f"PUT /applications/{APPLICATION}/commands"


@pytest.fixture
def german(tmp_path: Path) -> Iterator[None]:
    with languages(tmp_path, de=bracketed()):
        yield


def _all(command: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield command
    for option in command.get("options") or ():
        yield from _all(option)


async def _ask(*_: Any) -> None: ...


@pytest.mark.usefixtures("german")
def test_what_commands_and_options_are_for_is_told_in_each_language() -> None:
    tree = app_commands.CommandTree(discord.Client(intents=discord.Intents.none()))
    group = command_group(DICTIONARY, _ask, lambda *_: [])
    told = asyncio.run(group.get_translated_payload(tree, Words()))
    assert list(commands_problems([told])) == []
    for each in _all(told):
        assert each["description_localizations"].keys() == {"de"}, each["name"]
        assert each["description_localizations"]["de"].startswith("⟦")
        assert not each.get("name_localizations")
        assert not any(choice.get("name_localizations") for choice in each.get("choices") or ())
    longest = max(size(each["description_localizations"]["de"]) for each in _all(told))
    assert longest <= 100


def test_without_another_language_there_are_none() -> None:
    tree = app_commands.CommandTree(discord.Client(intents=discord.Intents.none()))
    group = command_group(DICTIONARY, _ask, lambda *_: [])
    told = asyncio.run(group.get_translated_payload(tree, Words()))
    assert not any(each.get("description_localizations") for each in _all(told))


async def test_commands_are_told_again_when_there_is_another_language(
    server: Discord, tmp_path: Path
) -> None:
    for known, times in (({}, 1), ({"de": bracketed()}, 2), ({"de": bracketed()}, 2), ({}, 3)):
        with languages(Path(mkdtemp(dir=tmp_path)), **known):
            async with listening(server):
                await server.again()
        assert len(server.find(TOLD)) == times


@pytest.mark.usefixtures("german")
async def test_labels_follow_the_channel(server: Discord) -> None:
    async with listening(server, speaks="de"):
        await server.connected()
        (answer,) = await _answers(await server.command("failing"), 1)
        (row,) = answer["data"]["components"]
        assert row["components"][-1]["label"] == "⟦Share⟧"
        shown = server.message(CHANNEL, answer["data"])
        pressed = await _answers(await server.press(shown, "pw-share:failing"), 2)
        assert "⟦<@" in str(pressed)
        old = json.loads(json.dumps(answer["data"]).replace("pw-share:failing", "pw-share"))
        (again,) = await _answers(await server.press(server.message(CHANNEL, old), "pw-share"), 1)
        assert again["data"]["content"] == "⟦Ask again, and share the new answer.⟧"


async def _answers(answers: list[dict[str, Any]], number: int) -> list[dict[str, Any]]:
    await until(lambda: len(answers) >= number)
    return answers
