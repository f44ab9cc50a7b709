"""Buttons as discord.py wants them."""

from collections.abc import Iterable

import discord


def view_of(buttons: Iterable[tuple[str, str]]) -> discord.ui.View:
    """Labels with custom ids as a view that the library does not remember: a press is understood by its custom id."""
    view = discord.ui.View(timeout=None)
    for label, custom_id in buttons:
        view.add_item(discord.ui.Button(label=label, custom_id=custom_id))
    view.stop()
    return view
