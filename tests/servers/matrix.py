"""A homeserver of Matrix that keeps rooms in memory: as much of the client-server interface as a bot needs, and strict.

https://spec.matrix.org/latest/client-server-api/
"""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

from tests.servers.serving import Reply, serving_json

BOT = "@pluginwatch:example.org"
_ROOT = "/_matrix/client/v3/"


@dataclass
class Homeserver:
    """Its rooms: what was said in each, and who is invited but has not joined."""

    token: str
    port: int = 0
    events: list[tuple[str, dict[str, Any]]] = field(default_factory=list)
    invites: set[str] = field(default_factory=set)
    joined: set[str] = field(default_factory=set)
    direct: dict[str, list[str]] = field(default_factory=dict)
    transactions: dict[str, str] = field(default_factory=dict)
    refused: int = 0
    changed: threading.Condition = field(default_factory=threading.Condition)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def say(self, room: str, sender: str, content: dict[str, Any]) -> str:
        """Somebody says something there; the event's id."""
        with self.changed:
            event_id = f"${len(self.events) + 1}:example.org"
            event = {"type": "m.room.message", "event_id": event_id, "sender": sender}
            self.events.append((room, {**event, "content": content}))
            self.changed.notify_all()
            return event_id

    def said_by_bot(self, room: str) -> list[dict[str, Any]]:
        """What the bot said there."""
        return [
            event["content"] for to, event in self.events if to == room and event["sender"] == BOT
        ]

    def reply(self, verb: str, path: str, headers: Any, body: Any) -> Reply:
        parts = urlsplit(path)
        names = [unquote(part) for part in parts.path.removeprefix(_ROOT).split("/")]
        query = {name: values[0] for name, values in parse_qs(parts.query).items()}
        if headers.get("Authorization") != f"Bearer {self.token}":
            self.refused += 1
            return 401, {}, {"errcode": "M_UNKNOWN_TOKEN"}
        said = self.answer(verb, names, query, body)
        return (404, {}, {"errcode": "M_NOT_FOUND"}) if said is None else (200, {}, said)

    def answer(  # noqa: PLR0911 - one line for each address
        self, method: str, path: list[str], query: dict[str, str], body: Any
    ) -> Any:
        """What it answers; None where there is nothing like that."""
        match method, path:
            case "GET", ["sync"]:
                return self._sync(query)
            case "POST", ["join", room]:
                with self.changed:
                    self.invites.remove(room)
                    self.joined.add(room)
                return {"room_id": room}
            case "PUT", ["rooms", room, "send", "m.room.message", transaction]:
                return self._send(room, transaction, body)
            case "GET", ["user", account, "account_data", "m.direct"] if account == BOT:
                return self.direct or None
            case "PUT", ["user", account, "account_data", "m.direct"] if account == BOT:
                self.direct = body
                return {}
            case "POST", ["createRoom"]:
                room = f"!direct-{len(self.joined)}:example.org"
                self.joined.add(room)
                return {"room_id": room}
            case _:
                return None

    def _send(self, room: str, transaction: str, body: Any) -> Any:
        if room not in self.joined or body["msgtype"] not in {"m.text", "m.notice"}:
            return None
        if transaction not in self.transactions:
            self.transactions[transaction] = self.say(room, BOT, body)
        return {"event_id": self.transactions[transaction]}

    def _sync(self, query: dict[str, str]) -> Any:
        json.loads(query["filter"])
        since = int(query.get("since", 0))
        with self.changed:
            if "since" in query:
                self.changed.wait_for(lambda: len(self.events) > since, 0.2)
            rooms: dict[str, Any] = {}
            for room, event in self.events[since:]:
                if room in self.joined:
                    told = rooms.setdefault(room, {"timeline": {"events": []}})
                    told["timeline"]["events"].append(event)
            invite: dict[str, Any] = {room: {} for room in self.invites}
            return {
                "next_batch": str(len(self.events)),
                "rooms": {"join": rooms, "invite": invite},
            }


@contextmanager
def homeserver(token: str) -> Iterator[Homeserver]:
    """Serve on 127.0.0.1 until the block ends."""
    state = Homeserver(token)
    with serving_json(state.reply) as port:
        state.port = port
        yield state
