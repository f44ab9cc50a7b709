"""Forms as Discord's modals. All that one means stands in its custom id, so that it works after a restart."""

from typing import Any

import discord

from bot.discord import fitting
from bot.discord.render import MAX_CUSTOM_ID
from models.messages.form import LONGEST_ANSWER, Form
from models.rules.excerpt import cut_middle

# https://discord.com/developers/docs/components/reference
MAX_TITLE = 45
MAX_LABEL = 45
MAX_PLACEHOLDER = 100

# What a form's custom id begins with; the command that it is sent with follows.
FORM = "form:"

_SECONDS = 900.0  # for which the library remembers it, in vain: it is understood by its custom id

_STYLES = {"line": discord.TextStyle.short, "paragraph": discord.TextStyle.paragraph}


def can_open(form: Form) -> bool:
    """Whether the form's command fits into a custom id."""
    return fitting.size(FORM + form.command) <= MAX_CUSTOM_ID


def modal(form: Form) -> discord.ui.Modal:
    """The form as Discord shows it; the note stands where the last hint would."""
    drawn = discord.ui.Modal(
        title=fitting.ends(form.title, MAX_TITLE), custom_id=FORM + form.command, timeout=_SECONDS
    )
    for field in form.fields:
        text = discord.ui.TextInput[discord.ui.Modal](
            label=fitting.ends(field.label, MAX_LABEL),
            custom_id=field.name,
            style=_STYLES[field.kind],
            placeholder=fitting.ends(field.hint, MAX_PLACEHOLDER) or None,
            default=fitting.fit(str, field.prefilled, cut_middle, LONGEST_ANSWER) or None,
            required=field.required,
            max_length=LONGEST_ANSWER,
        )
        drawn.add_item(text)
    return drawn


def filled(interaction: discord.Interaction[Any]) -> tuple[str, tuple[tuple[str, str], ...]] | None:
    """The command of a form that somebody sent, with what they filled in; None for anything else."""
    data: Any = interaction.data or {}
    custom_id = str(data.get("custom_id", ""))
    if interaction.type is not discord.InteractionType.modal_submit or not custom_id.startswith(
        FORM
    ):
        return None
    return custom_id.removeprefix(FORM), tuple(_values(data.get("components", [])))


def _values(components: Any) -> list[tuple[str, str]]:
    """The texts, in whatever rows or labels Discord wraps them."""
    found: list[tuple[str, str]] = []
    for component in components:
        if "value" in component:
            found.append((str(component["custom_id"]), str(component["value"] or "")))
        found += _values(component.get("components", []))
        if component.get("component"):
            found += _values([component["component"]])
    return found
