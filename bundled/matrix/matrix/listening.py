"""Listens in the rooms, a minute at a time, and has Pluginwatch answer who asks there."""

import json
import time

from matrix.client import Homeserver, as_typed_here
from pluginwatch_kit.realm import HostError

# The clock calls it once a minute.
_SECONDS = 50
# What one look waits for something to happen; the host lets a request take 8 seconds.
_WAIT_MS = 5_000
_MOST_LOOKS = 200
_FILTER = json.dumps(
    {
        "presence": {"types": []},
        "account_data": {"types": []},
        "room": {
            "timeline": {"limit": 30, "types": ["m.room.message"]},
            "state": {"types": []},
            "ephemeral": {"types": []},
            "account_data": {"types": []},
        },
    }
)


def listen(call):
    """A job: looks again and again what was said, until the clock is about to call it again."""
    server = Homeserver(call)
    until = time.monotonic() + _SECONDS
    known = call.rows("position")
    since = known[0]["since"] if known else ""
    for _ in range(_MOST_LOOKS):
        if time.monotonic() >= until:
            break
        try:
            since = _look(call, server, since)
        except HostError:
            if not since:
                raise
            break  # the next call goes on where this one was
    if known:
        call.change("position", known[0]["id"], since=since)
    else:
        call.add("position", since=since)


def _look(call, server, since):
    """Take what was said since; what was said before the first look is left."""
    query = {"filter": _FILTER, "timeout": _WAIT_MS if since else 0}
    if since:
        query["since"] = since
    found = server.get("sync", **query)
    rooms = found.get("rooms", {})
    for room in rooms.get("invite", {}):
        server.post("join", room, body={})
    if since:
        for room, told in rooms.get("join", {}).items():
            for event in told.get("timeline", {}).get("events", []):
                _take(call, server, room, event)
    return found["next_batch"]


def _take(call, server, room, event):
    content, sender = event.get("content", {}), event.get("sender", "")
    words = content.get("body")
    prefix = call.options["prefix"]
    is_message = content.get("msgtype") == "m.text" and isinstance(words, str)
    if not is_message or sender == server.account or ":" not in sender:
        return
    first, _, rest = words.partition(" ")
    # A bot that answers bots would never end, and notices are what bots say.
    if first != prefix:
        return
    name, _, domain = sender.removeprefix("@").partition(":")
    answer = call.answer(
        rest, workspace=domain, user=user_of(sender), name=name, channel=room, channel_name=room
    )
    reply = {
        "msgtype": "m.notice",
        "body": as_typed_here(answer["words"], prefix),
        "m.relates_to": {"m.in_reply_to": {"event_id": event["event_id"]}},
    }
    server.send(room, f"answer-{event['event_id']}", reply)


def user_of(account):
    """@ann:example.org as Pluginwatch knows people: no server's name has a _."""
    name, _, domain = account.removeprefix("@").partition(":")
    return f"{name}_at_{domain}"


def account_of(user):
    """And back."""
    name, _, domain = user.rpartition("_at_")
    return f"@{name}:{domain}"
