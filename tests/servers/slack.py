"""Slack's servers as the real client libraries see them, on loopback: the Web API, Socket Mode, and answer addresses.

It records every request with its exact JSON, keeps the messages that stand, refuses what Slack would refuse, and
misbehaves on demand.
"""

import asyncio
import hashlib
import hmac
import json
import time
from collections import defaultdict, deque
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from io import BytesIO
from itertools import count
from typing import Any

import aiohttp
from aiohttp import WSMsgType, web

from tests.servers.slack_limits import message_refusal, option_problems, view_problems
from tests.waiting import LONG

BOT_TOKEN = "xoxb-stand-in"
APP_TOKEN = "xapp-stand-in"
SIGNING_SECRET = "the stand-in signs with this"
TEAM, BOT_USER, USER = "T1", "UBOT", "U1"
CHANNEL = "C1"
SCOPES = "commands,chat:write,chat:write.public,app_mentions:read,im:history,im:write,channels:history,groups:history"
SCOPES += ",metadata.message:read,usergroups:read,groups:read"

Json = dict[str, Any]


@dataclass(frozen=True)
class Asked:
    """A request as it came."""

    method: str
    arguments: Json
    token: str
    at: float


@dataclass(frozen=True)
class Misbehaviour:
    """What happens to one request: an error code, a status, silence, or a lost answer after the deed was done."""

    error: str = ""
    status: int = 200
    retry_after: float | None = None
    hang: float = 0.0
    does_it: bool = False
    drops: bool = False


@dataclass
class SlackStandIn:
    """One workspace. `private` are those of its channels that are, `messages` those that stand, by channel."""

    url: str = ""
    scopes: str = SCOPES
    channels: set[str] = field(default_factory=lambda: {CHANNEL, "C2", "C3", "D1"})
    private: set[str] = field(default_factory=set)
    messages: dict[str, list[Json]] = field(default_factory=lambda: defaultdict(list))
    asked: list[Asked] = field(default_factory=list)
    answered: list[tuple[str, Json]] = field(default_factory=list)
    groups: dict[str, set[str]] = field(default_factory=dict)
    views: list[Json] = field(default_factory=list)
    homes: dict[str, Json] = field(default_factory=dict)
    acks: dict[str, Json] = field(default_factory=dict)
    sockets: list[web.WebSocketResponse] = field(default_factory=list)
    connections: int = 0
    refuses_sockets: bool = False
    wrong: dict[str, deque[Misbehaviour]] = field(default_factory=lambda: defaultdict(deque))
    wrong_in: dict[str, Misbehaviour] = field(default_factory=dict)
    _tickets: set[str] = field(default_factory=set)
    _opening: int = 0
    _ids: "count[int]" = field(default_factory=lambda: count(1))

    # What tests say and see.

    def go_wrong(self, method: str, *how: Misbehaviour) -> None:
        """The next requests of this method go wrong, one after the other."""
        self.wrong[method].extend(how)

    def calls(self, method: str) -> list[Json]:
        """The arguments of all requests of a method."""
        return [asked.arguments for asked in self.asked if asked.method == method]

    def delete(self, channel: str, ts: str) -> None:
        """Somebody deletes a message by hand."""
        self.messages[channel] = [
            message for message in self.messages[channel] if message["ts"] != ts
        ]

    async def envelope(
        self, kind: str, payload: Json, *, retry: int = 0, wait: bool = True, id_: str = ""
    ) -> Json:
        """Send something by the socket, and return what it was acknowledged with."""
        id_ = id_ or f"env-{next(self._ids)}"
        frame = {
            "type": kind,
            "envelope_id": id_,
            "payload": payload,
            "accepts_response_payload": True,
        }
        await self._open_socket()
        self.acks.pop(id_, None)
        await self.sockets[-1].send_json(frame | ({"retry_attempt": retry} if retry else {}))
        if not wait:
            return {}
        async with asyncio.timeout(3):  # what Slack grants
            while id_ not in self.acks:  # noqa: ASYNC110 - what is waited for comes by the socket
                await asyncio.sleep(0.005)
        return self.acks[id_]

    async def slash(
        self, text: str, *, user: str = USER, channel: str = CHANNEL, team: str = TEAM, **more: Any
    ) -> Json:
        body = self.slash_body(text, user=user, channel=channel) | {"team_id": team}
        return await self.envelope("slash_commands", body, **more)

    def slash_body(self, text: str, *, user: str = USER, channel: str = CHANNEL) -> Json:
        return {
            "command": "/plugin",
            "text": text,
            "team_id": TEAM,
            "user_id": user,
            "user_name": f"name-of-{user}",
            "channel_id": channel,
            "channel_name": "ops",
            "api_app_id": "A1",
            **self._interaction(),
        }

    async def press(
        self,
        action: Json,
        *,
        user: str = USER,
        channel: str = CHANNEL,
        thread: str = "",
        team: str = TEAM,
        **more: Any,
    ) -> Json:
        """Press a button that was drawn."""
        container: Json = {"type": "message", "message_ts": "1.1", "channel_id": channel}
        body = {
            "type": "block_actions",
            "user": {"id": user, "username": f"name-of-{user}", "team_id": team},
            "team": {"id": team, "domain": "stand-in"},
            "api_app_id": "A1",
            "container": container | ({"thread_ts": thread} if thread else {}),
            "channel": {"id": channel, "name": "ops"},
            "actions": [action],
            **self._interaction(),
        }
        return await self.envelope("interactive", body, **more)

    async def press_at_home(self, action: Json, *, user: str = USER) -> Json:
        body = {
            "type": "block_actions",
            "user": {"id": user, "username": f"name-of-{user}", "team_id": TEAM},
            "team": {"id": TEAM, "domain": "stand-in"},
            "api_app_id": "A1",
            "container": {"type": "view", "view_id": "V1"},
            "view": {"id": "V1", "type": "home"},
            "actions": [action],
            "trigger_id": f"trigger-{next(self._ids)}",
        }
        return await self.envelope("interactive", body)

    async def suggest(self, field_name: str, typed: str) -> Json:
        body = {
            "type": "block_suggestion",
            "user": {"id": USER, "team_id": TEAM},
            "team": {"id": TEAM},
            "action_id": field_name,
            "block_id": field_name,
            "value": typed,
            "api_app_id": "A1",
            "container": {"type": "view", "view_id": "V1"},
        }
        offered = await self.envelope("interactive", body)
        # Slack shows an empty menu in place of options that it does not take.
        return {"options": []} if option_problems(offered.get("options", [])) else offered

    async def submit(
        self,
        view: Json,
        chosen: dict[str, str],
        *,
        user: str = USER,
        written: dict[str, str] | None = None,
        several: dict[str, list[str]] | None = None,
    ) -> Json:
        values: Json = {
            name: {name: {"selected_option": {"value": value}}} for name, value in chosen.items()
        }
        values |= {name: {name: {"value": value}} for name, value in (written or {}).items()}
        for name, picked in (several or {}).items():
            values[name] = {name: {"selected_options": [{"value": value} for value in picked]}}
        body = {
            "type": "view_submission",
            "team": {"id": TEAM},
            "user": {"id": user, "username": f"name-of-{user}", "team_id": TEAM},
            "api_app_id": "A1",
            "trigger_id": f"trigger-{next(self._ids)}",
            "view": view | {"id": "V1", "state": {"values": values}},
        }
        answer = await self.envelope("interactive", body)
        assert not view_problems(answer["view"]) if "view" in answer else True
        return answer

    async def event(self, event: Json, *, id_: str = "", **more: Any) -> Json:
        body = {
            "type": "event_callback",
            "team_id": TEAM,
            "api_app_id": "A1",
            "event": {"ts": f"{time.time():.6f}", "team": TEAM, **event},
            "event_id": id_ or f"Ev{next(self._ids)}",
            "authorizations": [{"team_id": TEAM, "user_id": BOT_USER, "is_bot": True}],
        }
        return await self.envelope("events_api", body, **more)

    async def until(self, what: Any) -> None:
        async with asyncio.timeout(LONG):
            while not what():  # noqa: ASYNC110 - tests wait for anything
                await asyncio.sleep(0.005)

    # What Slack does.

    def _interaction(self) -> Json:
        number = next(self._ids)
        return {"trigger_id": f"trigger-{number}", "response_url": f"{self.url}answers/{number}"}

    async def _open_socket(self) -> None:
        # A client may believe itself connected while its socket is not listed yet.
        await self.until(
            lambda: not self._opening and any(not socket.closed for socket in self.sockets)
        )
        self.sockets = [socket for socket in self.sockets if not socket.closed]

    async def api(self, request: web.Request) -> web.StreamResponse:
        method, arguments = request.match_info["method"], await _arguments(request)
        token = request.headers.get("Authorization", "").removeprefix("Bearer ")
        self.asked.append(Asked(method, arguments, token, time.monotonic()))
        wrong = self._what_goes_wrong(method, arguments)
        if wrong.hang:
            await asyncio.sleep(wrong.hang)
        answer = self._done(method, arguments, token) if wrong == _FINE or wrong.does_it else {}
        if wrong.drops:
            assert request.transport is not None
            request.transport.close()
        if wrong.status != 200 or wrong.error:
            answer = {"ok": False, "error": wrong.error or "internal_error"}
        headers = {"Retry-After": f"{wrong.retry_after:g}"} if wrong.retry_after is not None else {}
        if method == "auth.test":
            headers["x-oauth-scopes"] = self.scopes
        return web.json_response(answer, status=wrong.status, headers=headers)

    def _what_goes_wrong(self, method: str, arguments: Json) -> Misbehaviour:
        if self.wrong[method]:
            return self.wrong[method].popleft()
        return self.wrong_in.get(str(arguments.get("channel")), _FINE)

    def _done(self, method: str, arguments: Json, token: str) -> Json:
        expected = APP_TOKEN if method == "apps.connections.open" else BOT_TOKEN
        if token != expected:
            return {"ok": False, "error": "invalid_auth"}
        try:
            return {"ok": True, **getattr(self, "_" + method.replace(".", "_"))(arguments)}
        except RefusedError as refused:
            return {
                "ok": False,
                "error": str(refused),
                "response_metadata": {"messages": refused.details},
            }

    def _auth_test(self, _arguments: Json) -> Json:
        return {
            "team": "Stand-in",
            "team_id": TEAM,
            "user": "pluginwatch",
            "user_id": BOT_USER,
            "bot_id": "B1",
        }

    def _apps_connections_open(self, _arguments: Json) -> Json:
        ticket = f"ticket-{next(self._ids)}"
        self._tickets.add(ticket)
        return {"url": f"{self.url.replace('http', 'ws')}socket?ticket={ticket}"}

    def _chat_postMessage(self, arguments: Json) -> Json:  # noqa: N802 - Slack's name
        self._check(arguments)
        channel = arguments["channel"]
        if channel.startswith("U"):
            channel = f"D-{channel}"
        message = {
            **arguments,
            "ts": f"{time.time():.0f}.{next(self._ids):06}",
            "type": "message",
            "bot_id": "B1",
        }
        parent = message.get("thread_ts")
        if parent and not any(stands["ts"] == parent for stands in self.messages[channel]):
            del message["thread_ts"]  # Slack says nothing of it
        self.messages[channel].append(message)
        return {"channel": channel, "ts": message["ts"], "message": message}

    def _chat_update(self, arguments: Json) -> Json:
        self._check(arguments)
        for message in self.messages[arguments["channel"]]:
            if message["ts"] == arguments["ts"]:
                message.update(arguments, edited=True)
                return {
                    "channel": arguments["channel"],
                    "ts": message["ts"],
                    "text": message["text"],
                }
        raise RefusedError("message_not_found")

    def _chat_postEphemeral(self, arguments: Json) -> Json:  # noqa: N802 - Slack's name
        self._check(arguments)
        self.answered.append(("chat.postEphemeral", arguments))
        return {"message_ts": "1.1"}

    def _conversations_open(self, arguments: Json) -> Json:
        self.channels.add(f"D-{arguments['users']}")
        return {"channel": {"id": f"D-{arguments['users']}"}}

    def _conversations_info(self, arguments: Json) -> Json:
        if arguments["channel"] not in self.channels:
            raise RefusedError("channel_not_found")
        return {
            "channel": {
                "id": arguments["channel"],
                "is_private": arguments["channel"] in self.private,
            }
        }

    def _conversations_history(self, arguments: Json) -> Json:
        shown = [
            message
            for message in self.messages[arguments["channel"]]
            if not message.get("thread_ts") or message.get("reply_broadcast")
        ]
        return {"messages": self._looked_up(shown[::-1], arguments)}

    def _conversations_replies(self, arguments: Json) -> Json:
        of_thread = [
            message
            for message in self.messages[arguments["channel"]]
            if arguments["ts"] in {message["ts"], message.get("thread_ts")}
        ]
        if not of_thread:
            raise RefusedError("thread_not_found")
        return {"messages": self._looked_up(of_thread, arguments)}

    def _looked_up(self, messages: list[Json], arguments: Json) -> list[Json]:
        newer = [
            message
            for message in messages
            if float(message["ts"]) >= float(arguments.get("oldest", 0))
        ]
        newer = newer[: int(arguments.get("limit", 100))]
        if str(arguments.get("include_all_metadata")).lower() in {"1", "true"}:
            return newer
        return [
            {name: value for name, value in message.items() if name != "metadata"}
            for message in newer
        ]

    def _usergroups_users_list(self, arguments: Json) -> Json:
        if arguments["usergroup"] not in self.groups:
            raise RefusedError("no_such_subteam")
        return {"users": sorted(self.groups[arguments["usergroup"]])}

    def _views_open(self, arguments: Json) -> Json:
        self._check_view(arguments["view"])
        self.views.append(arguments["view"])
        return {"view": arguments["view"]}

    def _views_publish(self, arguments: Json) -> Json:
        self._check_view(arguments["view"])
        self.homes[arguments["user_id"]] = arguments["view"]
        return {"view": arguments["view"]}

    def _check(self, arguments: Json) -> None:
        channel = arguments["channel"]
        if channel not in self.channels and not channel.startswith("U"):
            raise RefusedError("channel_not_found")
        if found := message_refusal(arguments):
            raise RefusedError(*found)

    def _check_view(self, view: Json) -> None:
        if found := view_problems(view):
            raise RefusedError("invalid_arguments", found)

    async def answer(self, request: web.Request) -> web.StreamResponse:
        said = await request.json()
        if request.match_info["number"] == "expired":
            return web.Response(status=404, text="expired_url")
        if found := message_refusal(said):
            return web.Response(status=400, text=" ".join(map(str, found)))
        self.answered.append((request.match_info["number"], said))
        return web.Response(text="ok")

    async def socket(self, request: web.Request) -> web.StreamResponse:
        ticket = request.query.get("ticket", "")
        if self.refuses_sockets or ticket not in self._tickets:
            self._tickets.discard(ticket)
            return web.Response(status=403)
        self._tickets.discard(ticket)  # each address holds once
        socket = web.WebSocketResponse()
        self._opening += 1
        try:
            await socket.prepare(request)
            await socket.send_json({"type": "hello", "num_connections": 1})
            self.sockets.append(socket)
        finally:
            self._opening -= 1
        self.connections += 1
        async for frame in socket:
            if frame.type is WSMsgType.TEXT:
                acknowledged = json.loads(frame.data)
                self.acks[acknowledged["envelope_id"]] = acknowledged.get("payload") or {}
        return socket


class RefusedError(Exception):
    """An ok:false with its code."""

    def __init__(self, code: str, details: list[str] | None = None) -> None:
        super().__init__(code)
        self.details = details or []


_FINE = Misbehaviour()


@asynccontextmanager
async def slack_stand_in() -> AsyncIterator[SlackStandIn]:
    """A workspace on a free port of loopback."""
    stand_in = SlackStandIn()
    app = web.Application()
    app.router.add_route("*", "/api/answers/{number}", stand_in.answer)
    app.router.add_get("/api/socket", stand_in.socket)
    app.router.add_route("*", "/api/{method}", stand_in.api)
    runner = web.AppRunner(app, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    stand_in.url = f"http://127.0.0.1:{runner.addresses[0][1]}/api/"
    try:
        yield stand_in
    finally:
        for socket in stand_in.sockets:
            await socket.close()
        await runner.cleanup()


async def signed(
    url: str, body: str, *, secret: str = SIGNING_SECRET, at: float | None = None, kind: str = ""
) -> Any:
    """Post to the app as Slack does in HTTP mode; return status and text."""
    stamp = str(int(time.time() if at is None else at))
    digest = hmac.new(secret.encode(), f"v0:{stamp}:{body}".encode(), hashlib.sha256).hexdigest()
    headers = {
        "X-Slack-Request-Timestamp": stamp,
        "X-Slack-Signature": f"v0={digest}",
        "Content-Type": kind or "application/x-www-form-urlencoded",
    }
    async with (
        aiohttp.ClientSession() as session,
        session.post(url, data=BytesIO(body.encode()), headers=headers) as response,
    ):
        return response.status, await response.text()


async def _arguments(request: web.Request) -> Json:
    if request.content_type == "application/json":
        found: Json = await request.json()
        return found
    form = dict(await request.post()) if request.can_read_body else {}
    return {**request.query, **{name: _maybe_json(value) for name, value in form.items()}}


def _maybe_json(value: Any) -> Any:
    return json.loads(value) if isinstance(value, str) and value.startswith(("{", "[")) else value
