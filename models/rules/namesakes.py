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
        if self.ecosystem is None or not has_prefix(self.ecosystem):
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


def ids_within(ecosystem: str | None, known: Mapping[str, Listed]) -> dict[str, int]:
    """The plugins that names mean within an ecosystem, as `Named.id_among` finds them one by one."""
    ids = {
        handle: listed.plugin_id
        for handle, listed in known.items()
        if ecosystem is None or listed.ecosystem == ecosystem
    }
    if ecosystem is not None and has_prefix(ecosystem):
        for handle, plugin_id in list(ids.items()):
            if (name := parted(handle)[1]) != handle:
                ids[name] = plugin_id
    return ids


def has_prefix(ecosystem: str) -> bool:
    """Whether handles may have the ecosystem before them."""
    return ecosystem != Ecosystem.DISCOURSE


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
