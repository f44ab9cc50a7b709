"""Slack's own surfaces: the modal that asks for what a command lacks, an answer in a modal, and the home tab. Pure."""

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from bot.commands import ROWS, parse, quoted
from bot.grammar import Misunderstood
from bot.responding import EVENTS
from bot.slack.render import Element, blocks, plain_text
from models.messages.message import Message

# https://docs.slack.dev/reference/views and https://docs.slack.dev/reference/block-kit/composition-objects/option-object
MAX_TITLE = 24
MAX_VIEW_BLOCKS = 100
MAX_OPTIONS = 100
MAX_OPTION_TEXT = 75
MAX_OPTION_VALUE = 150

ASK = "ask"
PLUGIN = "plugin"
BRANCH = "branch"
_CHOICE = "choice"
_REASON = "reason"
_MAX_REASON = 200

# What the choice of a command is about, where its words alone do not say it.
_LABELS = {"mute": "For how long"}
# "[30m|4h|1d|until fixed]" in a usage: words of which one may follow.
_CHOICES = re.compile(r"\[([^\[\]A-Z…]+\|[^\[\]A-Z…]+)\]")

Context = dict[str, str]


def lacking(text: str) -> str | None:
    """The command, when nothing but its name was typed and it is about a plugin; None when it can be answered."""
    asked = parse(text)
    if not isinstance(asked, Misunderstood) or asked.name not in ROWS or len(text.removeprefix("/plugin").split()) != 1:
        return None
    return asked.name if _arguments(asked.name)[:1] == ["NAME"] else None


def asking(command: str, context: Context) -> Element:
    """The modal that asks for the rest of a command: the plugin and the host branch are picked by typing."""
    fields = [_picked(PLUGIN, "Plugin", "Type a part of its name")]
    if "BRANCH" in _arguments(command):
        fields.append(_picked(BRANCH, "Host branch", "All of them", optional=True))
    if found := _CHOICES.search(ROWS[command].help.usage):
        fields.append(_chosen(_LABELS.get(command, "Which"), found[1].split("|")))
    if "REASON" in _arguments(command):
        fields.append(_written())
    return {
        "type": "modal",
        "callback_id": ASK,
        "private_metadata": json.dumps({**context, "command": command}),
        "title": plain_text(f"/plugin {command}", MAX_TITLE),
        "submit": plain_text(command.capitalize() if command in EVENTS else "Ask", MAX_TITLE),
        "close": plain_text("Cancel", MAX_TITLE),
        "blocks": [{"type": "section", "text": plain_text(ROWS[command].help.summary, 300)}, *fields],
    }


def asked(view: Mapping[str, Any]) -> tuple[str, Context]:
    """What the submitted modal asks, as one would type it, and the context in which it was opened."""
    context: Context = json.loads(view["private_metadata"])
    values = view["state"]["values"]
    plugin, branch, choice = _choice(values, PLUGIN), _choice(values, BRANCH), _choice(values, _CHOICE)
    reason = " ".join(str(values.get(_REASON, {}).get(_REASON, {}).get("value") or "").split())
    words = (
        f"{context['command']} {quoted(plugin)}",
        *((f"on {branch}",) if branch else ()),
        *((choice,) if choice else ()),
        *((f"because {quoted(reason)}",) if reason else ()),
    )
    return " ".join(words), context


def options(words: Iterable[str], part: str) -> list[Element]:
    """The words that hold what was typed, those that begin with it first, as many as Slack shows."""
    part = part.strip().casefold().replace(" ", "-").replace("_", "-")
    matching = [word for word in words if part in word.casefold() and len(word) <= MAX_OPTION_VALUE]
    matching.sort(key=lambda word: (not word.casefold().startswith(part), word))
    return [{"text": plain_text(word, MAX_OPTION_TEXT), "value": word} for word in matching[:MAX_OPTIONS]]


def shown(message: Message) -> Element:
    """An answer in a modal, for where no message can stand."""
    drawn = blocks(message)
    return {"type": "modal", "title": plain_text("Pluginwatch", MAX_TITLE), "blocks": drawn}


def home(messages: Sequence[Message]) -> Element:
    """The home tab: these messages, a line between them."""
    drawn: list[Element] = []
    for message in messages:
        drawn += [*([{"type": "divider"}] if drawn else []), *blocks(message)]
    return {"type": "home", "blocks": drawn[:MAX_VIEW_BLOCKS]}


def _arguments(command: str) -> list[str]:
    """The words in capitals of the command's usage: NAME, BRANCH."""
    usage = ROWS[command].help.usage.replace("[", " ").replace("]", " ").replace("|", " ").split()[2:]
    return [word for word in usage if word.isupper()]


def _picked(name: str, label: str, placeholder: str, *, optional: bool = False) -> Element:
    return {
        "type": "input",
        "block_id": name,
        "optional": optional,
        "label": plain_text(label, MAX_OPTION_TEXT),
        "element": {
            "type": "external_select",
            "action_id": name,
            "min_query_length": 0,
            "placeholder": plain_text(placeholder, MAX_OPTION_TEXT),
        },
    }


def _chosen(label: str, words: Sequence[str]) -> Element:
    options = [{"text": plain_text(word, MAX_OPTION_TEXT), "value": word} for word in words]
    return {
        "type": "input",
        "block_id": _CHOICE,
        "optional": True,
        "label": plain_text(label, MAX_OPTION_TEXT),
        "element": {
            "type": "static_select",
            "action_id": _CHOICE,
            "options": options,
            "placeholder": plain_text(", ".join(words), MAX_OPTION_TEXT),
        },
    }


def _written() -> Element:
    return {
        "type": "input",
        "block_id": _REASON,
        "optional": True,
        "label": plain_text("Why", MAX_OPTION_TEXT),
        "element": {"type": "plain_text_input", "action_id": _REASON, "max_length": _MAX_REASON},
    }


def _choice(values: Mapping[str, Any], name: str) -> str:
    chosen = values.get(name, {}).get(name, {}).get("selected_option") or {}
    return str(chosen.get("value", ""))
