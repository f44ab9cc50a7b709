"""Where an extension is used: the events of what people wish."""

from models.actions.asking import Asker
from models.events import Event
from models.events.extensions import UseWish
from models.rules.authority import API
from models.rules.places import Place


def use(ends: bool, asker: Asker, extension: str, me: bool = False) -> Event:
    """To use it in this channel or by oneself, or, when it `ends`, to use it no more."""
    return UseWish(asker.actor, where(asker, for_me=me), extension, ends)


def where(asker: Asker, *, for_me: bool) -> Place:
    """The place that uses it. A robot is in no channel, and uses it by itself."""
    return asker.place(for_me=for_me or asker.platform == API)
