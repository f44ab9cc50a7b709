"""What people edited of a plugin holds in place of what its repository says, which is kept until they take it back.

`Plugin.edited` has the repository's value by the column, for each column that people edited.
"""

from collections.abc import Mapping
from typing import Any

from models.tables import Plugin


def of_repository(plugin: Plugin, column: str) -> Any:
    """What the repository says, whether or not people say otherwise."""
    return plugin.edited.get(column, getattr(plugin, column))


def beneath_edits(plugin: Plugin, said: Mapping[str, object]) -> dict[str, object]:
    """What the plugin's row is to hold once its repository says this: of what people edited, only for later."""
    kept = {column: value for column, value in said.items() if column in plugin.edited}
    shown = {column: value for column, value in said.items() if column not in kept}
    return shown | {"edited": plugin.edited | kept} if kept else shown


def say(plugin: Plugin, said: Mapping[str, object]) -> None:
    """Put what the repository says into the plugin's row."""
    for column, value in beneath_edits(plugin, said).items():
        setattr(plugin, column, value)


def edit(plugin: Plugin, column: str, value: object) -> bool:
    """Put what people say in its place; return whether anything differs now."""
    changed = column not in plugin.edited or getattr(plugin, column) != value
    plugin.edited = plugin.edited | {column: of_repository(plugin, column)}
    setattr(plugin, column, value)
    return changed


def take_back(plugin: Plugin, column: str) -> bool:
    """Let hold again what the repository says; return whether anything was edited."""
    kept = dict(plugin.edited)
    if column not in kept:
        return False
    setattr(plugin, column, kept.pop(column))
    plugin.edited = kept
    return True
