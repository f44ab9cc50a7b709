"""Which host a plugin is one of. Pure."""

from enum import StrEnum


class Ecosystem(StrEnum):
    """Discourse's plugins are watched; those of Pluginwatch itself, its extensions, watch over by what they do here."""

    DISCOURSE = "discourse"
    PLUGINWATCH = "pluginwatch"
