"""One question and one act by Slack's wire, by Discord's, in the local room and over REST.

All four are told the same words, and leave the same entry in the audit log.
"""

import json
import re
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import UTC, datetime
from typing import Any

import aiohttp
import httpx
import pytest
from sqlmodel import col, select

from bot.local.conversation import YOU
from bot.local.listener import LocalListener
from models.database.engine import Database
from models.operating import keys
from models.people.persons import appoint
from models.rules.authority import API, Holder, HolderKind
from models.rules.kinds import KeyKind
from models.tables import AuditEntry, Person, Plugin
from tests.asking import DICTIONARY, Respond, by_text, responder
from tests.bot.discord.conftest import NAMES
from tests.bot.discord.conftest import listening as discord_listening
from tests.bot.slack.conftest import SlackScene
from tests.bot.slack.conftest import listening as slack_listening
from tests.servers.discord import GUILD, PERSON, discord_server, until
from tests.servers.slack import TEAM, USER, slack_stand_in
from tests.waiting import LONG
from tests.webhooks.conftest import serving
from tests.world import BAD, make_world, saw

ROBOT = "release-bot"
PLATFORMS = ("slack", "discord", "local", API)
# Who asks on each platform, so that each can be appointed.
ADMINS = (
    Holder("slack", TEAM, HolderKind.USER, USER),
    Holder("discord", GUILD, HolderKind.USER, PERSON),
    Holder(YOU.platform, YOU.workspace, HolderKind.USER, YOU.user),
    Holder(API, API, HolderKind.USER, ROBOT),
)

Json = dict[str, Any]
# Asks or does something, by the name of its action and the arguments; returns the words of the answer.
Door = Callable[[str, Json], Awaitable[list[str]]]


def typed(name: str, given: Json) -> str:
    """A command as people type it."""
    return " ".join((name, *given.values()))


def words(text: str) -> list[str]:
    """The words of a text that was drawn, without the marks and lines of the drawing."""
    plain = text.replace("\\", "")
    return re.findall(r"\w+(?:[-./:']+\w+)*", plain)


def texts(drawn: object) -> list[str]:
    """Every text that Slack shows of these blocks, and where it leads; buttons are left out."""
    match drawn:
        case {"type": "actions"}:
            return []
        case {"type": "link", "text": str(label), "url": str(address)}:
            return [label, address]
        case {"text": str(text)}:
            return [text]
        case dict():
            return [text for value in drawn.values() for text in texts(value)]
        case list():
            return [text for value in drawn for text in texts(value)]
    return []


def strings(value: object) -> list[str]:
    """Every text in this JSON, but for the kind of a block."""
    match value:
        case str():
            return [value]
        case dict():
            told = [part for name, part in value.items() if name != "kind"]
            return [text for part in told for text in strings(part)]
        case list():
            return [text for part in value for text in strings(part)]
    return []


@asynccontextmanager
async def by_slack(respond: Respond) -> AsyncIterator[Door]:
    async with slack_stand_in() as slack:
        scene = SlackScene()
        scene.respond = respond

        async def ask(name: str, given: Json) -> list[str]:
            before = len(slack.answered)
            await slack.slash(typed(name, given))
            await slack.until(lambda: len(slack.answered) > before)
            return words(" ".join(texts(slack.answered[-1][1]["blocks"])))

        async with slack_listening(slack, scene):
            yield ask


@asynccontextmanager
async def by_discord(respond: Respond) -> AsyncIterator[Door]:
    async with discord_server() as server:

        async def ask(name: str, given: Json) -> list[str]:
            answers = await server.command(name, **given)
            await until(lambda: bool(answers))
            (embed,) = answers[0]["data"]["embeds"]
            return words(f"{embed['title']}\n{embed.get('description', '')}")

        async with discord_listening(server, respond):
            await server.connected()
            yield ask


@asynccontextmanager
async def by_room(database: Database, respond: Respond) -> AsyncIterator[Door]:
    async with AsyncExitStack() as opened:
        room = LocalListener(database, DICTIONARY, by_text(respond), lambda: NAMES)
        await room.start(port=0)
        opened.push_async_callback(room.stop)
        session = await opened.enter_async_context(aiohttp.ClientSession())
        socket = await opened.enter_async_context(
            session.ws_connect(f"http://127.0.0.1:{room.port}/ws")
        )

        async def ask(name: str, given: Json) -> list[str]:
            await socket.send_json({"text": f"/plugin {typed(name, given)}"})
            return words(json.loads(await socket.receive_str(timeout=LONG))["text"])

        yield ask


@asynccontextmanager
async def by_rest(database: Database, key: str) -> AsyncIterator[Door]:
    headers = {"Authorization": f"Bearer {key}"}
    with serving(database) as address:
        async with httpx.AsyncClient(base_url=address, headers=headers, timeout=LONG) as http:

            async def ask(name: str, given: Json) -> list[str]:
                path = f"/actions/core/{name}"
                is_question = name == "status"
                answer = await (
                    http.get(path, params=given) if is_question else http.post(path, json=given)
                )
                assert answer.status_code == 200, answer.text
                told = answer.json()
                return words(" ".join((told["title"], *strings(told["blocks"]))))

            yield ask


@pytest.fixture
def key(database: Database) -> str:
    """The robot's key, in a world where solved is broken and nobody has a role."""
    now = datetime.now(UTC)
    make_world(database, now, "solved").report(saw("solved", "p1", BAD), host="9f" * 20)
    with database.write() as session:
        return keys.create(session, KeyKind.ROBOT, ROBOT, None, now)


@pytest.fixture
async def doors(database: Database, key: str) -> AsyncIterator[tuple[Door, ...]]:
    """Slack, Discord, the room and REST, open to the same database."""
    respond = responder(database)
    async with (
        by_slack(respond) as slack,
        by_discord(respond) as discord,
        by_room(database, respond) as room,
        by_rest(database, key) as rest,
    ):
        yield slack, discord, room, rest


def appoint_all(database: Database) -> None:
    with database.write() as session:
        appoint(session, ADMINS, datetime.now(UTC))


def audited(database: Database) -> dict[str, list[tuple[str, str, str, str]]]:
    """Action, plugin, outcome and words of every entry, oldest first, by platform."""
    rows = (
        select(AuditEntry, Person.platform, Plugin.handle)
        .join(Person)
        .join(Plugin)
        .order_by(col(AuditEntry.id))
    )
    entries: dict[str, list[tuple[str, str, str, str]]] = {}
    with database.read() as session:
        for entry, platform, plugin in session.exec(rows):
            told = (entry.action, plugin, entry.outcome, entry.words)
            entries.setdefault(platform, []).append(told)
    return entries


async def test_a_question_is_answered_in_the_same_words(
    database: Database, doors: tuple[Door, ...]
) -> None:
    appoint_all(database)
    told = [await ask("status", {"plugin": "solved"}) for ask in doors]
    assert told[0][:6] == words("solved does not load on tests-passed")
    assert "NoMethodError" in told[0]
    assert "https://github.com/example/solved" in told[0]
    assert told == [told[0]] * 4


async def test_an_act_is_answered_and_audited_alike(
    database: Database, doors: tuple[Door, ...]
) -> None:
    appoint_all(database)
    claimed, released = [], []
    for ask in doors:
        claimed.append(await ask("claim", {"incident": "1"}))
        released.append(await ask("release", {"incident": "1"}))
    assert claimed == [words("Incident 1, solved on tests-passed: claimed, it is yours now")] * 4
    assert released == [words("Incident 1, solved on tests-passed: released")] * 4
    entries = audited(database)
    assert set(entries) == set(PLATFORMS)
    assert [entry[:3] for entry in entries["slack"]] == [
        ("claim", "solved", "done"),
        ("release", "solved", "done"),
    ]
    assert all(each == entries["slack"] for each in entries.values())


async def test_a_refusal_is_told_and_audited_alike(
    database: Database, doors: tuple[Door, ...]
) -> None:
    with database.write() as session:  # so that every workspace is admitted, by somebody else
        others = (Holder(each.platform, each.workspace, each.kind, "9") for each in ADMINS)
        appoint(session, list(others), datetime.now(UTC))
    told = [await ask("claim", {"incident": "1"}) for ask in doors]
    assert told[0][:6] == words("You may not do that here")
    assert told == [told[0]] * 4
    entries = audited(database)
    assert set(entries) == set(PLATFORMS)
    assert [entry[:3] for entry in entries["slack"]] == [("claim", "solved", "denied")]
    assert all(each == entries["slack"] for each in entries.values())
