"""Plugins of several ecosystems that have one name: `poll`, and `python:poll` beside it. Pure.

The name alone is the handle of the first that came, and of Discourse's plugin as soon as there is one.
"""

from collections.abc import Mapping
from typing import NamedTuple

from models.rules.ecosystems import Ecosystem
from models.rules.handle import handle

_PARTED = ":"


class Listed(NamedTuple):
    """A plugin of the master list, by its id."""

    plugin_id: int
    ecosystem: str


class Named(NamedTuple):
    """A plugin as somebody names it. Where they do not say of which ecosystem, it may be one of any."""

    name: str
    ecosystem: str | None = None

    @property
    def handles(self) -> tuple[str, ...]:
        """What may be its handle, the surest first."""
        if self.ecosystem is None or self.ecosystem == Ecosystem.DISCOURSE:
            return (self.name,)
        return prefixed(self.name, self.ecosystem), self.name

    def is_of(self, ecosystem: str) -> bool:
        """Whether it may be a plugin of this ecosystem."""
        return self.ecosystem is None or self.ecosystem == ecosystem

    def id_among(self, known: Mapping[str, Listed]) -> int | None:
        """The plugin's id, by what is known of its handles."""
        for each in self.handles:
            listed = known.get(each)
            if listed is not None and self.is_of(listed.ecosystem):
                return listed.plugin_id
        return None


def named(text: str, within: str | None = None) -> Named:
    """What a text names: of the ecosystem whose prefix it has, or else `within` that one.

    Raises:
        ValueError: no handle can be made of it; the words say why.
    """
    ecosystem, name = parted(text)
    return Named(handle(name), ecosystem or within)


def parted(text: str) -> tuple[Ecosystem | None, str]:
    """The ecosystem whose prefix a text has, and the rest; without one, the text."""
    prefix, colon, name = text.partition(_PARTED)
    word = prefix.strip().casefold()
    if not colon or not name.strip() or word not in set(Ecosystem):
        return None, text
    return Ecosystem(word), name.strip()


def prefixed(name: str, ecosystem: str) -> str:
    """The handle of a plugin whose name alone is another one's."""
    return f"{ecosystem}{_PARTED}{name}"


def namesakes(held: str) -> tuple[str, ...]:
    """What the handles of the other plugins of the same name may be."""
    _, name = parted(held)
    all_ = (name, *(prefixed(name, each) for each in Ecosystem if each != Ecosystem.DISCOURSE))
    return tuple(each for each in all_ if each != held)
