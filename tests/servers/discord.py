"""A stand-in for Discord's API and gateway, spoken to by the real discord.py.

It refuses what Discord would refuse, and misbehaves on demand.
"""

import asyncio
import json
import re
import time
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from itertools import count
from typing import Any, cast

from aiohttp import WSMsgType, web

from tests.servers.discord_limits import (
    Problem,
    commands_problems,
    completion_problems,
    is_empty,
    message_problems,
    modal_problems,
    refused,
    thread_problems,
)

TOKEN = "a.stand-in.token"
APPLICATION, BOT, GUILD, ROLE, PERSON = "100", "101", "200", "201", "300"
CHANNEL, FORUM_POST, DIRECT = "400", "401", "402"
_ENTRY_POINT = 4
TEXT, PRIVATE, THREAD = 0, 1, 11

BOT_USER = {"id": BOT, "username": "pluginwatch", "discriminator": "0", "avatar": None, "bot": True}
PERSON_USER = {
    "id": PERSON,
    "username": "somebody",
    "discriminator": "0",
    "avatar": None,
    "global_name": "Somebody",
}
_OK = web.json_response
_LONG_AGO = "2026-01-01T00:00:00+00:00"


@dataclass
class Asked:
    """A request as it came."""

    method: str
    path: str
    body: Any
    at: float


@dataclass
class Trouble:
    """What the next matching request gets instead of an answer."""

    status: int = 500
    body: Any = None
    headers: dict[str, str] = field(default_factory=dict)
    hang: float = 0.0
    drop: bool = False
    accept: bool = False  # it is carried out first


def error(status: int, code: int, message: str = "no") -> Trouble:
    return Trouble(status, {"code": code, "message": message})


def limited(seconds: float, **more: Any) -> Trouble:
    return Trouble(429, {"message": "slow down", "retry_after": seconds, "global": False, **more})


_VIEW = 1 << 10  # https://discord.com/developers/docs/topics/permissions: VIEW_CHANNEL


class Discord:
    """The servers. `asked` is every request; `messages` what stands, by channel and id."""

    def __init__(self) -> None:
        self.asked: list[Asked] = []
        self.messages: dict[str, dict[str, dict[str, Any]]] = {
            CHANNEL: {},
            FORUM_POST: {},
            DIRECT: {},
        }
        self.threads: dict[str, str] = {}
        self.members: dict[str, list[str]] = {PERSON: [ROLE]}
        self.threadless = {FORUM_POST, DIRECT}
        self.private: set[str] = set()
        self.commands: list[dict[str, Any]] = []
        self.interactions: dict[str, list[dict[str, Any]]] = {}
        self.token = TOKEN
        self.sockets: list[web.WebSocketResponse] = []
        self.gateway_calls: list[tuple[str, dict[str, Any]]] = []
        self.resumable = True
        self.url = ""
        self.transport: asyncio.Transport | None = None
        self._troubles: list[tuple[str, Trouble]] = []
        self._ids = count(1_000)
        self._nonces: dict[str, dict[str, Any]] = {}
        self._sequence = 0
        self._ready = asyncio.Event()

    def trouble(self, pattern: str, *troubles: Trouble) -> None:
        """Answer the next requests whose "METHOD /path" matches with these, one each."""
        self._troubles += [(pattern, trouble) for trouble in troubles]

    def find(self, pattern: str) -> list[Asked]:
        """The requests whose "METHOD /path" matches."""
        return [one for one in self.asked if re.search(pattern, f"{one.method} {one.path}")]

    # The gateway.

    def send_raw(self, *parts: bytes) -> None:
        """Send the bot these bytes, whatever a WebSocket should look like."""
        assert self.transport is not None
        self.transport.writelines(parts)

    async def connected(self) -> None:
        """Wait until the bot has a session."""
        async with asyncio.timeout(20):
            await self._ready.wait()

    async def again(self) -> None:
        """Wait until a bot that is starting has a session of its own."""
        self._ready.clear()
        await self.connected()
        await asyncio.sleep(0.1)  # the library is not ready before it has seen the guilds

    async def hang_up(self, code: int) -> None:
        """Close the gateway's sockets with this code."""
        self._ready.clear()
        sockets, self.sockets = self.sockets, []
        for socket in sockets:
            await socket.close(code=code)

    async def dispatch(self, event: str, data: dict[str, Any]) -> None:
        """Tell the bot of an event."""
        self._sequence += 1
        await self.sockets[-1].send_json({"op": 0, "s": self._sequence, "t": event, "d": data})

    async def command(
        self,
        command: str,
        /,
        *,
        direct: bool = False,
        roles: Sequence[str] = (ROLE,),
        **options: Any,
    ) -> list[dict[str, Any]]:
        """Somebody uses `/plugin command`; returns what the bot answers, as it comes."""
        given = [_option(option, value) for option, value in options.items()]
        return await self.interact(2, self.chosen(command, given), direct=direct, roles=roles)

    def subcommands(self) -> dict[str, tuple[dict[str, Any], ...]]:
        """The commands by name, each with the groups that it stands in before it.

        The name of a group within the first is part of it, unless that is where all that is seldom needed stands.
        """
        return {_named(path): path for command in self.commands for path in _paths((command,))}

    def chosen(self, command: str, given: list[dict[str, Any]]) -> dict[str, Any]:
        """What Discord tells of a command that was chosen, one that it was never told of included."""
        unknown = ({"name": "plugin"}, {"name": command, "type": 1})
        top, *path = self.subcommands().get(command, unknown)
        options = given
        for each in reversed(path):
            options = [{"name": each["name"], "type": each["type"], "options": options}]
        return {"id": "1", "name": top["name"], "type": 1, "options": options}

    async def complete(self, command: str, option: str, begun: str) -> list[str]:
        """Somebody types in an option; returns what is suggested."""
        focused = {**_option(option, begun), "focused": True}
        answers = await self.interact(4, self.chosen(command, [focused]))
        await until(lambda: bool(answers))
        return [choice["value"] for choice in answers[0]["data"]["choices"]]

    async def press(
        self, message: dict[str, Any], custom_id: str, **how: Any
    ) -> list[dict[str, Any]]:
        """Somebody presses a button; returns what the bot answers, as it comes."""
        return await self.interact(
            3, {"custom_id": custom_id, "component_type": 2}, message=message, **how
        )

    async def interact(
        self,
        kind: int,
        data: dict[str, Any],
        *,
        direct: bool = False,
        message: Any = None,
        roles: Sequence[str] = (ROLE,),
        person: str = PERSON,
        guild: str = GUILD,
    ) -> list[dict[str, Any]]:
        number = str(next(self._ids))
        answers: list[dict[str, Any]] = []
        self.interactions[number] = answers
        user = PERSON_USER | {"id": person}
        member = {
            "user": user,
            "roles": list(roles),
            "joined_at": "2026-01-01T00:00:00+00:00",
            "flags": 0,
            "permissions": "0",
        }
        place: dict[str, Any] = {
            "user": user,
            "channel": {"id": DIRECT, "type": PRIVATE},
            "channel_id": DIRECT,
        }
        if not direct:
            channel = {"id": CHANNEL, "type": TEXT, "name": "alerts", "position": 0}
            place = {"guild_id": guild, "member": member, "channel": channel, "channel_id": CHANNEL}
        told = {
            "id": number,
            "application_id": APPLICATION,
            "type": kind,
            "token": f"t{number}",
            "version": 1,
        }
        told |= {"data": data, "attachment_size_limit": 0, "entitlements": [], **place}
        await self.dispatch("INTERACTION_CREATE", told | ({"message": message} if message else {}))
        return answers

    # The API.

    async def handle(self, request: web.Request) -> web.StreamResponse:
        body = json.loads(await request.text() or "null")
        path = request.path.removeprefix("/api")
        self.asked.append(Asked(request.method, path, body, time.monotonic()))
        for place, (pattern, trouble) in enumerate(self._troubles):
            if re.search(pattern, f"{request.method} {path}"):
                del self._troubles[place]
                if trouble.accept:
                    self._answer(request, path, body)
                await asyncio.sleep(trouble.hang)
                if trouble.drop and request.transport:
                    request.transport.abort()
                return _OK(
                    trouble.body, status=trouble.status, headers={"Via": "1.1", **trouble.headers}
                )
        if request.headers.get("Authorization") != f"Bot {self.token}" and not re.match(
            "/(interactions|webhooks)/", path
        ):
            return _failed(401, 0, "401: Unauthorized")
        return self._answer(request, path, body)

    def _answer(self, request: web.Request, path: str, body: Any) -> web.Response:
        self._query = request.query
        for pattern, answer in _ROUTES.items():
            if found := re.fullmatch(pattern, f"{request.method} {path}"):
                return answer(self, body, *found.groups())
        return _failed(404, 0, "404: Not Found")

    def application(self, _body: Any) -> web.Response:
        bot = {
            "id": APPLICATION,
            "name": "Pluginwatch",
            "description": "",
            "icon": None,
            "summary": "",
            "flags": 0,
        }
        return _OK(
            bot
            | {
                "bot_public": True,
                "bot_require_code_grant": False,
                "verify_key": "",
                "owner": PERSON_USER,
            }
        )

    def commands_of(self, body: Any, _application: str) -> web.Response:
        if body is not None:
            if no := _invalid(commands_problems(body)):
                return no
            if any(each not in _launching(body) for each in _launching(self.commands)):
                return _failed(
                    400,
                    50240,
                    "You cannot remove this app's Entry Point command in a bulk update operation",
                )
            self.commands = [
                {
                    **command,
                    "id": str(next(self._ids)),
                    "application_id": APPLICATION,
                    "version": "1",
                }
                for command in json.loads(json.dumps(body))
            ]
        return _OK(
            self.commands
            if self._query.get("with_localizations") == "true"
            else _in_english(self.commands)
        )

    def _channel(self, channel: str) -> dict[str, Any]:
        hidden = {"id": GUILD, "type": 0, "allow": "0", "deny": str(_VIEW)}
        told = {"id": channel, "type": TEXT, "name": "alerts", "position": 0, "guild_id": GUILD}
        return told | {"permission_overwrites": [hidden] if channel in self.private else []}

    def channel(self, _body: Any, channel: str) -> web.Response:
        return (
            _OK(self._channel(channel))
            if channel in self.messages
            else _failed(404, 10003, "Unknown Channel")
        )

    def member(self, _body: Any, _guild: str, person: str) -> web.Response:
        if person not in self.members:
            return _failed(404, 10007, "Unknown Member")
        return _OK(
            {
                "user": PERSON_USER | {"id": person},
                "roles": self.members[person],
                "joined_at": _LONG_AGO,
            }
        )

    def post(self, body: Any, channel: str) -> web.Response:
        if channel not in self.messages:
            return _failed(404, 10003, "Unknown Channel")
        if no := _unfit(body):
            return no
        kept = self._nonces.get(str(body.get("nonce"))) if body.get("enforce_nonce") else None
        message = kept or self.message(channel, body)
        if body.get("nonce"):
            self._nonces[str(body["nonce"])] = message
        return _OK(message)

    def message(self, channel: str, body: Any) -> dict[str, Any]:
        number = str(next(self._ids))
        made = {
            "id": number,
            "channel_id": channel,
            "author": BOT_USER,
            "content": "",
            "embeds": [],
            "components": [],
        }
        made |= {
            "timestamp": _LONG_AGO,
            "edited_timestamp": None,
            "tts": False,
            "flags": 0,
            "type": 0,
        }
        made |= {
            "mention_everyone": False,
            "mentions": [],
            "mention_roles": [],
            "attachments": [],
            "pinned": False,
        }
        self.messages[channel][number] = made | body
        return self.messages[channel][number]

    def edit(self, body: Any, channel: str, message: str) -> web.Response:
        if message not in self.messages.get(channel, {}):
            return _failed(404, 10008, "Unknown Message")
        if no := _unfit(self.messages[channel][message] | body):
            return no
        self.messages[channel][message] |= body
        return _OK(self.messages[channel][message])

    def start_thread(self, body: Any, channel: str, message: str) -> web.Response:
        if channel in self.threadless:
            return _failed(400, 50024, "Cannot execute action on this channel type")
        if message not in self.messages.get(channel, {}):
            return _failed(404, 10008, "Unknown Message")
        if message in self.threads:
            return _failed(400, 160004, "A thread has already been created for this message")
        if no := _invalid(thread_problems(body)):
            return no
        self.threads[message] = body["name"]
        self.messages[message] = {}
        return _OK(
            {"id": message, "type": THREAD, "name": body["name"], "parent_id": channel}, status=201
        )

    def callback(self, body: Any, interaction: str, _token: str) -> web.Response:
        if any("type" in answer for answer in self.interactions[interaction]):
            return _failed(400, 40060, "Interaction has already been acknowledged.")
        if no := _CALLBACKS.get(body["type"], _anything)(body.get("data") or {}):
            return no
        self.interactions[interaction].append(body)
        return _OK({"interaction": {"id": interaction, "type": 2}})

    def original(self, body: Any, _application: str, token: str) -> web.Response:
        if no := _unfit(body):
            return no
        self.interactions[token.removeprefix("t")].append({"edits": body})
        return _OK(self.message(CHANNEL, body))

    def follow_up(self, body: Any, _application: str, token: str) -> web.Response:
        if no := _unfit(body):
            return no
        self.interactions[token.removeprefix("t")].append({"follows": body})
        return _OK(self.message(CHANNEL, body))

    async def gateway(self, request: web.Request) -> web.WebSocketResponse:
        socket = web.WebSocketResponse()
        await socket.prepare(request)
        self.transport = cast("asyncio.Transport", request.transport)
        await socket.send_json({"op": 10, "d": {"heartbeat_interval": 41_250}})
        async for frame in socket:
            if frame.type is not WSMsgType.TEXT:
                break
            call = json.loads(frame.data)
            match call["op"]:
                case 1:
                    await socket.send_json({"op": 11})
                case 2:
                    self.gateway_calls.append(("identify", call["d"]))
                    await self._begin(socket)
                case 6:
                    self.gateway_calls.append(("resume", call["d"]))
                    await self._resume(socket)
        return socket

    async def _begin(self, socket: web.WebSocketResponse) -> None:
        self.sockets.append(socket)
        gateway = self.url.replace("http", "ws", 1) + "/gateway"
        ready = {
            "v": 10,
            "user": BOT_USER,
            "guilds": [{"id": GUILD, "unavailable": True}],
            "session_id": "s",
        }
        ready |= {"resume_gateway_url": gateway, "application": {"id": APPLICATION, "flags": 0}}
        await self.dispatch("READY", ready)
        role = {
            "id": GUILD,
            "name": "@everyone",
            "color": 0,
            "permissions": str(_VIEW),
            "position": 0,
            "hoist": False,
        }
        role |= {"managed": False, "mentionable": False, "flags": 0, "colors": {"primary_color": 0}}
        guild = {
            "id": GUILD,
            "name": "Guild",
            "roles": [role],
            "emojis": [],
            "features": [],
            "members": [],
        }
        channel = self._channel(CHANNEL)
        guild |= {
            "owner_id": PERSON,
            "channels": [channel],
            "member_count": 1,
            "preferred_locale": "en-US",
        }
        await self.dispatch("GUILD_CREATE", guild)
        self._ready.set()

    async def _resume(self, socket: web.WebSocketResponse) -> None:
        if not self.resumable:
            await socket.send_json({"op": 9, "d": False})
            return
        self.sockets.append(socket)
        await self.dispatch("RESUMED", {})
        self._ready.set()


def _launching(commands: list[dict[str, Any]]) -> list[str]:
    """The names of the commands that launch the application's Activity."""
    return [command["name"] for command in commands if command["type"] == _ENTRY_POINT]


def _in_english(told: Any) -> Any:
    """Commands as Discord tells them to whom does not ask for other languages."""
    if isinstance(told, list):
        return [_in_english(each) for each in told]
    if not isinstance(told, dict):
        return told
    return {
        name: _in_english(each)
        for name, each in told.items()
        if not name.endswith("_localizations")
    }


_ROUTES: dict[str, Callable[..., web.Response]] = {
    "GET /users/@me": lambda _server, _body: _OK(BOT_USER),
    "GET /users/@me/guilds": lambda _server, _body: _OK([{"id": GUILD, "name": "Guild"}]),
    "GET /guilds/([0-9]+)/members/([0-9]+)": Discord.member,
    "GET /guilds/([0-9]+)/roles": lambda _server, _body, guild: _OK(
        [{"id": guild, "permissions": str(_VIEW)}]
    ),
    "GET /channels/([0-9]+)": Discord.channel,
    "GET /oauth2/applications/@me": Discord.application,
    "(?:GET|PUT) /applications/([0-9]+)/commands": Discord.commands_of,
    "POST /users/@me/channels": lambda _server, _body: _OK({"id": DIRECT, "type": PRIVATE}),
    "POST /channels/([0-9]+)/messages": Discord.post,
    "PATCH /channels/([0-9]+)/messages/([0-9]+)": Discord.edit,
    "POST /channels/([0-9]+)/messages/([0-9]+)/threads": Discord.start_thread,
    "POST /interactions/([0-9]+)/([^/]+)/callback": Discord.callback,
    "PATCH /webhooks/([0-9]+)/([^/]+)/messages/@original": Discord.original,
    "POST /webhooks/([0-9]+)/([^/]+)": Discord.follow_up,
}


def _named(path: tuple[dict[str, Any], ...]) -> str:
    return "-".join(each["name"] for each in path[1:] if each["name"] != "more")


def _paths(path: tuple[dict[str, Any], ...]) -> Iterator[tuple[dict[str, Any], ...]]:
    """The ways from a command down to those within it that can be chosen."""
    inner = [option for option in path[-1].get("options", ()) if option["type"] in {1, 2}]
    if not inner:
        yield path
    for option in inner:
        yield from _paths((*path, option))


def _option(name: str, value: Any) -> dict[str, Any]:
    kinds = {bool: 5, str: 3}
    return {"name": name.replace("_", "-"), "type": kinds[type(value)], "value": value}


def _failed(status: int, code: int, message: str) -> web.Response:
    return _OK({"code": code, "message": message}, status=status)


def _invalid(problems: Iterator[Problem]) -> web.Response | None:
    found = refused(problems)
    return _OK(found, status=400) if found else None


def _unfit(message: dict[str, Any]) -> web.Response | None:
    """What Discord answers to a message that it does not take."""
    if is_empty(message):
        return _failed(400, 50006, "Cannot send an empty message")
    return _invalid(message_problems(message))


def _anything(_data: dict[str, Any]) -> None:
    """A deferred answer says nothing that could be wrong."""


# By the kind of the answer: a message, an edit of the one that was pressed, suggestions, a modal.
_CALLBACKS: dict[int, Callable[[dict[str, Any]], web.Response | None]] = {
    4: _unfit,
    7: lambda data: _invalid(message_problems(data)),  # what it leaves out stays as it was
    8: lambda data: _invalid(completion_problems(data)),
    9: lambda data: _invalid(modal_problems(data)),
}


async def until(condition: Callable[[], bool], seconds: float = 10) -> None:
    async with asyncio.timeout(seconds):
        while not condition():  # noqa: ASYNC110 - the stand-in tells nobody what it was asked
            await asyncio.sleep(0.005)


@asynccontextmanager
async def discord_server() -> AsyncIterator[Discord]:
    """A stand-in on a free port of 127.0.0.1."""
    server = Discord()
    app = web.Application()
    app.router.add_get("/gateway", server.gateway)
    app.router.add_route("*", "/api/{path:.*}", server.handle)
    # The library turns replies of exactly this type into values: aiohttp's would name a charset.
    app.on_response_prepare.append(_plain_json)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.2)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    server.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
    try:
        yield server
    finally:
        await runner.cleanup()


async def _plain_json(_request: web.Request, response: web.StreamResponse) -> None:
    if response.content_type == "application/json":
        response.headers["Content-Type"] = "application/json"
