"""The real gateway client against the stand-in: commands, completion, buttons, restarts and lost connections."""

import asyncio
import json
import threading
import time
from typing import Any

import pytest

from bot.discord.completion import OptionCompletion
from bot.discord.render import MAX_CHOICES
from models.actions.asking import Asker
from models.messages.message import Message
from tests.asking import DICTIONARY
from tests.bot.discord.conftest import listening
from tests.servers.discord import (
    APPLICATION,
    CHANNEL,
    GUILD,
    PERSON,
    PERSON_USER,
    ROLE,
    Discord,
    Trouble,
    until,
)
from tests.waiting import LONG

EPHEMERAL = 64
SHARED = "pw-share:failing"
# https://discord.com/developers/docs/interactions/application-commands
MAX_SUBCOMMANDS, MAX_LETTERS = 25, 8_000
ASKER = Asker(
    "discord", GUILD, PERSON, "Somebody", CHANNEL, "alerts", frozenset({ROLE}), is_private=False
)


async def one(answers: list[dict[str, Any]], number: int = 1) -> dict[str, Any]:
    await until(lambda: len(answers) >= number)
    return answers[number - 1]


def options_of(server: Discord, command: str) -> list[dict[str, Any]]:
    options: list[dict[str, Any]] = server.subcommands()[command][-1]["options"]
    return options


def letters(command: dict[str, Any]) -> int:
    """What Discord counts of a command: its names, descriptions and values, and those of all in it."""
    own = sum(len(str(command.get(name, ""))) for name in ("name", "description", "value"))
    inner = [*(command.get("options") or ()), *(command.get("choices") or ())]
    return own + sum(map(letters, inner))


async def test_every_command_of_the_house_is_a_subcommand(server: Discord) -> None:
    async with listening(server):
        await server.connected()
        (group,) = server.commands
    names = {action.name.replace(" ", "-") for action in DICTIONARY}
    assert set(server.subcommands()) == {*names, "extension-ask"}
    assert len(group["options"]) <= MAX_SUBCOMMANDS
    assert letters(group) <= MAX_LETTERS
    assert group["name"] == "plugin"
    assert (group["contexts"], group["integration_types"]) == ([0, 1], [0])


async def test_an_extension_is_asked_in_the_words_that_one_would_type(server: Discord) -> None:
    async with listening(server) as asked:
        await server.connected()
        await one(await server.command("extension-ask", words="acmejira add 2 40"))
    assert asked.questions == [("acmejira add 2 40", ASKER)]


async def test_every_command_is_asked_as_it_would_be_typed(server: Discord) -> None:
    async with listening(server) as asked:
        await server.connected()
        for action in DICTIONARY:
            name = action.name.replace(" ", "-")
            options = {
                option["name"]: option["choices"][0]["value"] if option.get("choices") else "x"
                for option in options_of(server, name)
                if option["required"] and option["type"] == 3
            }
            if any(
                option["required"] and option["type"] == 9 for option in options_of(server, name)
            ):
                continue  # somebody to be mentioned: see test_commanding.py
            answer = await one(await server.command(name, **options))
            text, asker = asked.questions[-1]
            assert text.split()[0] == action.name.split()[0]
            assert asker == ASKER
            assert answer["data"]["embeds"][0]["title"] == f"✅ You asked {text}".replace(
                "|", "\\|"
            )


async def test_an_answer_is_for_its_asker_alone_and_can_be_shared(server: Discord) -> None:
    async with listening(server) as asked:
        await server.connected()
        answer = await one(
            await server.command("status", plugin="discourse-events", branch="stable")
        )
    assert asked.questions == [("status discourse-events on stable", ASKER)]
    assert answer["type"] == 4
    assert answer["data"]["flags"] == EPHEMERAL
    assert answer["data"]["allowed_mentions"] == {"parse": []}
    (row,) = answer["data"]["components"]
    assert [(button["label"], button["custom_id"]) for button in row["components"]] == [
        ("Acknowledge", "pw:ack 12"),
        ("Share", "pw-share:status discourse-events on stable"),
    ]


async def test_a_direct_message_is_no_place_to_share(server: Discord) -> None:
    async with listening(server) as asked:
        await server.connected()
        answer = await one(await server.command("failing", direct=True))
    ((_, asker),) = asked.questions
    assert asker.is_direct
    assert asker.workspace == GUILD  # the only one
    assert "pw-share" not in str(answer)


@pytest.mark.parametrize("member", [{}, {"member": None}, {"member": {"roles": [ROLE]}}])
async def test_who_is_shown_as_no_member_is_answered(
    member: dict[str, Any], server: Discord
) -> None:
    async with listening(server) as asked:
        await server.connected()
        where = {"guild_id": GUILD, "channel_id": CHANNEL, "user": PERSON_USER, **member}
        told = {"id": "9", "application_id": APPLICATION, "type": 2, "token": "t9", "version": 1}
        answers = server.interactions.setdefault("9", [])
        told |= {"data": server.chosen("failing", []), **where}
        await server.dispatch("INTERACTION_CREATE", told)
        await one(answers)
    ((_, asker),) = asked.questions
    assert (asker.user, asker.workspace) == (PERSON, GUILD)
    assert asker.groups == frozenset((member.get("member") or {}).get("roles", ()))


async def test_a_slow_answer_is_put_off_and_comes(server: Discord) -> None:
    go_on = threading.Event()

    def slow(text: str, _asker: Asker) -> Message:
        go_on.wait(LONG)
        return Message(f"You asked {text}")

    async with listening(server, slow, patience=0.1):
        await server.connected()
        answers = await server.command("failing")
        assert await one(answers) == {"type": 5, "data": {"flags": EPHEMERAL}}
        go_on.set()
        later = await one(answers, 2)
    assert later["edits"]["embeds"][0]["title"] == "You asked failing"


async def test_people_never_see_an_exception(server: Discord) -> None:
    def fail(_text: str, _asker: Asker) -> Message:
        raise RuntimeError("a secret of the inside")

    async with listening(server, fail):
        await server.connected()
        answer = await one(await server.command("failing"))
    assert "secret" not in str(answer)
    assert "That did not work" in str(answer)


async def test_a_button_is_a_command_before_and_after_a_restart(server: Discord) -> None:
    async with listening(server):
        await server.connected()
        shown = server.message(CHANNEL, (await one(await server.command("failing")))["data"])
    async with listening(server) as asked:
        await server.again()
        answer = await one(await server.press(shown, "pw:ack 12"))
    assert asked.questions == [("ack 12", ASKER)]
    assert answer["data"]["flags"] == EPHEMERAL


async def test_sharing_shows_what_was_seen_once(server: Discord) -> None:
    async with listening(server) as asked:
        await server.connected()
        shown = server.message(CHANNEL, (await one(await server.command("failing")))["data"])
        first, second = await server.press(shown, SHARED), await server.press(shown, SHARED)
        await until(lambda: len(first) + len(second) == 3)
    told = {answer.get("type", "new"): answer for answer in (*first, *second)}
    assert told.keys() == {6, 7, "new"}  # the second press changes nothing
    without, public = told[7], told["new"]
    assert "pw-share" not in str((without, public))
    assert public["follows"]["embeds"][0]["title"] == "✅ You asked failing"
    assert "flags" not in public["follows"]
    assert public["follows"]["allowed_mentions"] == {"parse": []}
    assert "pw:ack 12" in str(public)
    assert [who.for_all for _, who in asked.questions] == [
        False,
        True,
    ]  # asked again, for all to read


@pytest.mark.parametrize("pressed", ["pw-share", "pw-share:ack 12"])
async def test_an_old_button_and_one_that_acts_share_nothing(server: Discord, pressed: str) -> None:
    async with listening(server) as asked:
        await server.connected()
        data = json.dumps((await one(await server.command("failing")))["data"]).replace(
            SHARED, pressed
        )
        answer = await one(await server.press(server.message(CHANNEL, json.loads(data)), pressed))
    assert "Ask again" in str(answer)
    assert len(asked.questions) == 1


async def test_completion_comes_from_memory(server: Discord) -> None:
    async with listening(server) as asked:
        await server.connected()
        assert await server.complete("status", "plugin", "LOC") == ["discourse-locations"]
        assert await server.complete("status", "plugin", "活动") == ["活动日历"]
        assert await server.complete("status", "branch", "") == ["tests-passed", "stable"]
        assert await server.complete("help", "command", "sta") == ["status"]
        assert len(await server.complete("log", "plugin", "plugin")) == MAX_CHOICES
        assert await server.complete("log", "plugin", "no such plugin") == []
    assert asked.questions == []


async def test_completion_never_waits_for_the_words(
    server: Discord, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def nothing_yet(_self: OptionCompletion) -> None:
        await asyncio.sleep(60)

    monkeypatch.setattr(OptionCompletion, "keep_fresh", nothing_yet)
    async with listening(server):
        await server.connected()
        began = time.monotonic()
        assert await server.complete("status", "plugin", "dis") == []
    assert time.monotonic() - began < 1


async def test_commands_are_told_once_and_again_only_when_they_changed(server: Discord) -> None:
    told = f"PUT /applications/{APPLICATION}/commands"
    for known in ([], ["as they are"], ["another"]):
        if known == ["another"]:
            server.commands[0]["options"][0]["description"] = "as it was once"
        async with listening(server):
            await server.again()
        assert len(server.find(told)) == (1 if known != ["another"] else 2)


async def test_the_command_that_launches_an_activity_stays(server: Discord) -> None:
    launch = {"name": "launch", "description": "Play", "type": 4, "handler": 2, "contexts": [0]}
    server.commands = [launch | {"id": "900", "version": "7"}]
    for _ in range(2):
        async with listening(server):
            await server.again()
    group, kept = server.commands
    assert group["name"] == "plugin"
    assert launch.items() <= kept.items()
    assert len(server.find(f"PUT /applications/{APPLICATION}/commands")) == 1


async def test_commands_that_cannot_be_told_stop_nothing(server: Discord) -> None:
    server.trouble("PUT /applications", Trouble(400, {"code": 50035, "message": "no"}))
    async with listening(server):
        await server.connected()
        assert await one(await server.command("failing"))


@pytest.mark.parametrize(
    ("code", "resumable", "calls"),
    [(4000, True, ["resume"]), (4000, False, ["resume", "identify"])],
)
async def test_a_socket_that_is_closed_is_opened_again(
    server: Discord, code: int, resumable: bool, calls: list[str]
) -> None:
    async with listening(server) as asked:
        await server.connected()
        server.resumable = resumable
        await server.hang_up(code)
        await server.connected()
        await one(await server.command("failing"))
    assert [name for name, _ in server.gateway_calls] == ["identify", *calls]
    assert len(asked.questions) == 1


async def test_an_event_that_cannot_be_read_is_lost_alone(server: Discord) -> None:
    bare: dict[str, Any] = {"user": PERSON_USER, "roles": [], "joined_at": None, "permissions": "0"}
    async with listening(server) as asked:
        await server.connected()
        sockets = list(server.sockets)
        for broken in ({}, {"id": "1", "type": 2}, {"id": "x", "member": {"user": {}}}):
            await server.dispatch("INTERACTION_CREATE", broken)
        await server.dispatch("CHANNEL_CREATE", {"guild_id": GUILD, "type": 0})
        as_documented = {"id": "1", "application_id": APPLICATION, "type": 2, "token": "t1"}
        as_documented |= {"data": server.chosen("failing", []), "version": 1, "member": bare}
        answers = server.interactions["1"] = []
        await server.dispatch(
            "INTERACTION_CREATE", as_documented | {"guild_id": GUILD, "channel_id": CHANNEL}
        )
        assert (await one(answers))["type"] == 4
    assert [text for text, _ in asked.questions] == ["failing"]
    assert server.sockets == sockets


async def test_it_waits_for_a_discord_that_is_away(server: Discord) -> None:
    server.trouble("GET /users/@me", Trouble(503))
    async with listening(server):
        await server.connected()
        assert len(server.find("GET /users/@me")) == 2


async def test_a_refused_token_is_tried_once(server: Discord) -> None:
    async with listening(server, token="another"):
        await until(lambda: bool(server.asked))
        await asyncio.sleep(0.5)
    assert len(server.asked) == 1


async def test_a_token_that_was_revoked_ends_the_listening(server: Discord) -> None:
    async with listening(server) as asked:
        await server.connected()
        await asked.listener.wait_until_ready()
        await server.hang_up(4004)
        await asyncio.sleep(0.5)
    assert [name for name, _ in server.gateway_calls] == ["identify"]
