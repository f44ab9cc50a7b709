"""A plugin that is taken off the master list: what whoever does it is told, and what its followers hear."""

from datetime import datetime

from models.messages.message import Message, Text, Tone
from models.messages.pages import with_plugin_page
from models.messages.times import clock
from models.messages.words import clip, count
from models.views import PluginView

NO_REASON = "remove needs a reason, for those who follow the plugin: add “because …”"
_REASON_LIMIT = 200
_KEPT = "Its history is kept. Nothing more is recorded of it, until it is imported again."


def removed_because(reason: str) -> str:
    """Why its incidents are closed: a part of a sentence."""
    return f"the plugin was removed from the master list, because {clip(reason, _REASON_LIMIT)}"


def removed_line(at: datetime) -> str:
    """Since when it is not on the list, in one line."""
    return f"It was removed from the master list at {clock(at)}: nothing more is recorded of it."


def removed_answer(plugin: PluginView, closed: int) -> Message:
    """What whoever removes it is told; `closed` counts its incidents."""
    ended = f" {count(closed, 'open incident')} ended." if closed else ""
    words = f"{_KEPT}{ended} Who follows it is notified."
    said = Message(f"{clip(plugin.handle)} is removed from the master list", blocks=(Text(words),))
    return with_plugin_page(said, plugin.handle)


def removed_already(plugin: PluginView, at: datetime) -> Message:
    """Somebody was faster."""
    title = f"{clip(plugin.handle)} was removed from the master list before"
    return Message(title, Tone.INFO, (Text(f"That was at {clock(at)}."),))


def not_removable(plugin: PluginView) -> Message:
    """It is an extension of ours."""
    words = Text(f"Remove the extension: /plugin extension remove {clip(plugin.handle)}")
    return Message(f"{clip(plugin.handle)} is an extension", Tone.INFO, (words,))


def removal_news(plugin: PluginView, reason: str) -> Message:
    """What those are told who follow it."""
    words = f"The reason: {clip(reason, _REASON_LIMIT)}. {_KEPT}"
    said = Message(
        f"{clip(plugin.handle)} was removed from the master list", Tone.INFO, (Text(words),)
    )
    return with_plugin_page(said, plugin.handle)
