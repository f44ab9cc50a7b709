"""A plugin that is taken off the master list: what whoever does it is told, and what its followers hear."""

from datetime import datetime

from models.messages.message import Message, Text, Tone
from models.messages.pages import with_plugin_page
from models.messages.times import clock
from models.messages.words import clip
from models.rules.languages import ENGLISH
from models.rules.speaking import count, marked, say, speaking
from models.views import PluginView

NO_REASON = marked("remove needs a reason, for those who follow the plugin: add “because …”")
_REASON_LIMIT = 200
_KEPT = marked("Its history is kept. Nothing more is recorded of it, until it is imported again.")


@speaking(ENGLISH)
def removed_because(reason: str) -> str:
    """Why its incidents are closed: a part of a sentence."""
    return f"the plugin was removed from the master list, because {clip(reason, _REASON_LIMIT)}"


def removed_line(at: datetime) -> str:
    """Since when it is not on the list, in one line."""
    return say(
        "It was removed from the master list at {at}: nothing more is recorded of it.", at=clock(at)
    )


def removed_answer(plugin: PluginView, closed: int) -> Message:
    """What whoever removes it is told; `closed` counts its incidents."""
    words = [say(_KEPT)]
    if closed:
        words.append(
            count(closed, "{number} open incident ended.", "{number} open incidents ended.")
        )
    words.append(say("Who follows it is notified."))
    said = Message(
        say("{handle} is removed from the master list", handle=clip(plugin.handle)),
        blocks=(Text(" ".join(words)),),
    )
    return with_plugin_page(said, plugin.handle)


def removed_already(plugin: PluginView, at: datetime) -> Message:
    """Somebody was faster."""
    title = say("{handle} was removed from the master list before", handle=clip(plugin.handle))
    return Message(title, Tone.INFO, (Text(say("That was at {at}.", at=clock(at))),))


def not_removable(plugin: PluginView) -> Message:
    """It is an extension of ours."""
    words = Text(
        say("Remove the extension: /plugin extension remove {handle}", handle=clip(plugin.handle))
    )
    return Message(say("{handle} is an extension", handle=clip(plugin.handle)), Tone.INFO, (words,))


def removal_news(plugin: PluginView, reason: str) -> Message:
    """What those are told who follow it."""
    why = say("The reason: {reason}.", reason=clip(reason, _REASON_LIMIT))
    words = f"{why} {say(_KEPT)}"
    said = Message(
        say("{handle} was removed from the master list", handle=clip(plugin.handle)),
        Tone.INFO,
        (Text(words),),
    )
    return with_plugin_page(said, plugin.handle)
