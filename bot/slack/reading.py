"""What Slack sends, read: the text as it was typed, and who asks where. Pure."""

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from models.actions.asking import Asker

Body = Mapping[str, Any]

# Slack's own markup in texts: <@U1|name>, <#C1|name>, <!subteam^S1|@name>, <https://example.com|example.com>.
_MARKUP = re.compile(r"<([^<>|\s]{1,2000})(?:\|([^<>]{0,2000}))?>")
# Kinds of messages that people write: with a file, and in a thread for the channel as well.
_WRITTEN = frozenset({"file_share", "thread_broadcast"})
_SUBTEAM = "!subteam^"
# A word in bold, in italics, or struck out.
_STYLED = re.compile(r"(?<!\S)([*_~])(\S+?)\1(?!\S)")


def typed(text: str, bot_user: str = "") -> str:
    """The words without Slack's markup, and without the first mention of the bot itself, as in “@bot: failing”.

    A person stays `<@U1>` and a user group becomes `group:S1`, for a name would not say which one
    is meant.
    """
    words = _MARKUP.sub(_unmarked, text)
    if bot_user:
        words = re.sub(rf"<@{re.escape(bot_user)}>[,:]?", " ", words, count=1)
    words = _STYLED.sub(r"\2", words)
    words = words.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")
    return words.encode(errors="replace").decode().strip()


def asks_by_command(body: Body) -> Asker:
    """Who typed a slash command. All that it holds is Slack's word, but for the text.

    Where an app is installed for a whole organisation, Slack may name it alone, and no workspace of it.
    """
    return _asker(
        body.get("team_id") or body.get("enterprise_id"),
        body["user_id"],
        body.get("user_name"),
        body["channel_id"],
        body.get("channel_name"),
    )


def asks_by_press(body: Body) -> Asker:
    """Who pressed a button.

    The workspace is the person's own, which in a shared channel may be another company's.
    """
    user = body["user"]
    channel = body.get("channel") or {}
    home = body.get("team") or body.get("enterprise") or {}
    workspace = user.get("team_id") or home.get("id")
    place = channel.get("id") or (body.get("container") or {}).get("channel_id")
    return _asker(
        workspace, user["id"], user.get("username") or user.get("name"), place, channel.get("name")
    )


def asks_by_event(body: Body) -> Asker:
    """Who mentioned the bot, wrote to it, or opened its home tab."""
    event = body["event"]
    workspace = event.get("user_team") or event.get("team") or body.get("team_id")
    workspace = workspace or body.get("enterprise_id")
    return _asker(workspace, event["user"], None, event.get("channel"), None)


def asks_by_modal(body: Body, context: Mapping[str, str]) -> Asker:
    """Who sent a modal, in the channel where it was opened."""
    channel = context["channel"]
    asker = asks_by_press(body)
    return replace(
        asker,
        channel=channel,
        channel_name=context["channel_name"],
        is_direct=_is_direct(channel),
    )


def context_of(asker: Asker, response_url: str) -> dict[str, str]:
    """What a modal must know of where it was opened."""
    return {
        "response_url": response_url,
        "channel": asker.channel,
        "channel_name": asker.channel_name,
    }


def is_from_a_person(event: Body) -> bool:
    """Whether a message is a person's new one: not a bot's, not the bot's own, no edit, no notice that someone came."""
    is_new = not event.get("subtype") or event["subtype"] in _WRITTEN
    return bool(event.get("user")) and is_new and not (event.get("bot_id") or event.get("hidden"))


def thread_of(body: Body) -> str | None:
    """The thread in which a button was pressed, None for one in the channel itself."""
    thread = (body.get("container") or {}).get("thread_ts")
    return str(thread) if thread else None


def _asker(workspace: Any, user: Any, name: Any, channel: Any, channel_name: Any) -> Asker:
    place = str(channel or "")
    return Asker(
        platform="slack",
        workspace=str(workspace or ""),
        user=str(user),
        name=str(name or user),
        channel=place,
        channel_name=str(channel_name or ""),
        is_direct=_is_direct(place),
    )


def _is_direct(channel: str) -> bool:
    """Whether it is a direct message; the home tab is in no channel, and one person's own as well."""
    return not channel or channel.startswith("D")


def _unmarked(found: re.Match[str]) -> str:
    """What one piece of markup says in plain words."""
    target, label = found.groups()
    if target.startswith("@"):
        return f"<{target}>"
    if target.startswith(_SUBTEAM):
        return f"group:{target.removeprefix(_SUBTEAM)}"
    if target.startswith(("#", "!")):
        sign = "#" if target.startswith("#") else "@"
        return f"{sign}{(label or target[1:]).lstrip(sign)}"
    return str(label or target)
