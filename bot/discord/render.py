"""Draw a Message as Discord's embeds and buttons. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass

import discord

from bot.discord import fitting
from bot.discord.blocks import draw_block
from bot.discord.markdown import escape
from models.messages.message import Block, Buttons, Items, Message, Text, Tone

# https://discord.com/developers/docs/resources/message#embed-object-embed-limits
MAX_TITLE = 256
MAX_DESCRIPTION = 4096
MAX_TOTAL = 6000  # over all embeds of a message
MAX_EMBEDS = 10
# https://discord.com/developers/docs/components/reference#button
MAX_LABEL = 80
MAX_CUSTOM_ID = 100
MAX_BUTTONS = 25  # five rows of five
# https://discord.com/developers/docs/resources/channel#start-thread-from-message
MAX_THREAD_NAME = 100
# https://discord.com/developers/docs/resources/message#create-message
MAX_NONCE = 25
# https://discord.com/developers/docs/interactions/application-commands
MAX_CHOICES = 25
MAX_CHOICE = 100  # characters of a choice's name, and of its value
MAX_DESCRIBED = 100  # characters of a command's or an option's description
MAX_OFFERED = 8_000  # of the names, descriptions and choices of a command and all within it

# What a button's custom id begins with; the command that it presses follows.
PRESS = "pw:"

# The house's own: a line of a list, and how many parts are drawn at all.
MAX_LINE = 1000
MAX_PARTS = 40

_SIGNS = {
    Tone.BROKEN: "❌ ",
    Tone.WARNING: "⚠️ ",
    Tone.HEALTHY: "✅ ",
    Tone.UNKNOWN: "❔ ",
    Tone.INFO: "",
}
_COLOURS = {
    Tone.BROKEN: 0xD6303A,
    Tone.WARNING: 0xE2A03F,
    Tone.HEALTHY: 0x2E9E5B,
    Tone.UNKNOWN: 0x8A8F98,
    Tone.INFO: 0x3B82C4,
}
_JOINT = "\n\n"
_CLOSE_JOINT = "\n"  # at a list or a block of code, which have space around them as they are


@dataclass(frozen=True, slots=True)
class Drawn:
    """A message in Discord's terms. `buttons` are labels with custom ids."""

    embeds: list[discord.Embed]
    buttons: tuple[tuple[str, str], ...] = ()


def draw(message: Message, spare: int = 0) -> Drawn:
    """The message within Discord's limits, with `spare` places left free among its buttons."""
    buttons, commands = _buttons(message, MAX_BUTTONS - spare)
    title = _title(message)
    texts = _fitted((*_parts(message), *commands), MAX_TOTAL - fitting.size(title))
    return Drawn(_embeds(title, _COLOURS[message.tone], texts), buttons)


def thread_name(title: str) -> str:
    """A message's title as the name of its thread, in which nothing is a mark."""
    return fitting.ends(title, MAX_THREAD_NAME) or "Story"


def _title(message: Message) -> str:
    sign = _SIGNS[message.tone]
    words = message.title if message.title.strip() else message.tone.value
    return sign + fitting.fit(escape, words, fitting.ends, MAX_TITLE - fitting.size(sign))


def _buttons(message: Message, most: int) -> tuple[tuple[tuple[str, str], ...], tuple[Block, ...]]:
    """What can be a button, and the rest as commands to type. Discord wants every custom id once."""
    pairs: dict[str, str] = {}
    for block in message:
        if isinstance(block, Buttons):
            pairs |= {command: label for label, command in block.buttons}
    fits = [command for command in pairs if fitting.size(PRESS + command) <= MAX_CUSTOM_ID][:most]
    drawn = tuple(
        (fitting.ends(pairs[command], MAX_LABEL) or "…", PRESS + command) for command in fits
    )
    rest = tuple(
        f"{label}: /plugin {command}" for command, label in pairs.items() if command not in fits
    )
    return drawn, (Items(rest),) if rest else ()


def _parts(message: Message) -> tuple[Block, ...]:
    parts = tuple(block for block in message if not isinstance(block, Buttons))
    if len(parts) <= MAX_PARTS:
        return parts
    half = MAX_PARTS // 2
    return (
        *parts[:half],
        Text(f"… {len(parts) - 2 * half:,} more parts …", quiet=True),
        *parts[-half:],
    )


def _fitted(blocks: Sequence[Block], budget: int) -> list[str]:
    """Each block within its share of the budget, empty ones left out."""
    room = budget - len(_JOINT) * len(blocks)
    whole = [draw_block(block, MAX_DESCRIPTION, MAX_LINE) for block in blocks]
    granted = fitting.shares([fitting.size(text) for text in whole], room)
    fitted = (
        text if fitting.size(text) <= limit else draw_block(block, limit, MAX_LINE)
        for block, text, limit in zip(blocks, whole, granted, strict=True)
    )
    return [text for text in fitted if text.strip()]


def _joint(before: str, text: str) -> str:
    """What stands between the text and what is before it."""
    if text.startswith("- ") or before.endswith("```"):
        return _CLOSE_JOINT
    return _JOINT if before else ""


def _embeds(title: str, colour: int, texts: Sequence[str]) -> list[discord.Embed]:
    """As few embeds as hold the texts in their order. The title stands on the first."""
    descriptions = [""]
    for text in texts:
        longer = f"{descriptions[-1]}{_joint(descriptions[-1], text)}{text}".lstrip("\n")
        if fitting.size(longer) <= MAX_DESCRIPTION:
            descriptions[-1] = longer
        else:
            descriptions.append(text)
    first, *rest = descriptions
    return [
        discord.Embed(title=title, colour=colour, description=first or None),
        *(discord.Embed(colour=colour, description=text) for text in rest),
    ]
