"""Slack's own surfaces: the modal that asks for what a command lacks, an answer in a modal, and the home tab. Pure."""

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from bot.slack.elements import Element
from bot.slack.render import blocks, plain_text
from models.actions.action import Action, ActionKind, Misunderstood, Typed
from models.actions.arguments import Argument, Choice, Flag, FreeWords, Length, Source, Topics
from models.actions.dictionary import Dictionary
from models.messages.message import Message
from models.rules.speaking import marked, say

# https://docs.slack.dev/reference/views and https://docs.slack.dev/reference/block-kit/composition-objects/option-object
MAX_TITLE = 24
MAX_VIEW_BLOCKS = 100
MAX_OPTIONS = 100
MAX_OPTION_TEXT = 75
MAX_OPTION_VALUE = 150

ASK = "ask"
PLUGIN = "plugin"
BRANCH = "branch"
FOLLOWED = "followed"
_MAX_REASON = 200

# What is picked by typing, how the field is called, and what stands in it while it is empty.
_PICKED = {
    Source.PLUGINS: (PLUGIN, marked("Plugin"), marked("Type a part of its name")),
    Source.FOLLOWED: (FOLLOWED, marked("What to follow"), marked("A plugin, tag:TAG or all")),
    Source.BRANCHES: (BRANCH, marked("Host branch"), marked("All of them")),
}

_ABOUT_PLUGINS = {Source.PLUGINS, Source.FOLLOWED}
_YES = "yes"

Context = dict[str, str]


def lacking(typed: Typed) -> Action | None:
    """The action, when nothing but its name was typed and it is about a plugin; None when it can be answered."""
    read = typed.read
    if not isinstance(read, Misunderstood) or read.action is None:
        return None
    if typed.text.removeprefix("/plugin").split() != read.action.name.split():
        return None
    first = next((each for each in read.action.leading if each.required), None)
    return read.action if first and first.source in _ABOUT_PLUGINS else None


def asking(action: Action, context: Context) -> Element:
    """The modal that asks for the rest of a command: the plugin and the host branch are picked by typing.

    A command is typed alike in all languages, and so is its name; the other words are in the one that is spoken.
    """
    asked = (_field(argument) for argument in action.takes if argument.is_in_forms)
    return {
        "type": "modal",
        "callback_id": ASK,
        "private_metadata": json.dumps({**context, "command": action.name}),
        "title": plain_text(f"/plugin {action.name}", MAX_TITLE),
        "submit": plain_text(
            action.name.capitalize() if action.kind is ActionKind.ACT else say("Ask"), MAX_TITLE
        ),
        "close": plain_text(say("Cancel"), MAX_TITLE),
        "blocks": [
            {"type": "section", "text": plain_text(say(action.summary), 300)},
            *filter(None, asked),
        ],
    }


def asked(view: Mapping[str, Any], dictionary: Dictionary) -> tuple[Typed, Context]:
    """What the submitted modal asks, and the context in which it was opened."""
    context: Context = json.loads(view["private_metadata"])
    action = dictionary.get(context["command"])
    if action is None:  # the modal was opened before an upgrade
        return dictionary.typed(context["command"]), context
    values = view["state"]["values"]
    given = {argument.name: _given(values, argument) for argument in action.takes}
    return dictionary.given(
        action, {name: value for name, value in given.items() if value}
    ), context


def options(words: Iterable[str], part: str) -> list[Element]:
    """The words that hold what was typed, those that begin with it first, as many as Slack shows."""
    part = _folded(part)
    matching = [word for word in words if part in _folded(word) and len(word) <= MAX_OPTION_VALUE]
    matching.sort(key=lambda word: (not _folded(word).startswith(part), word))
    return _options(matching[:MAX_OPTIONS])


def _folded(word: str) -> str:
    return word.strip().casefold().replace(" ", "-").replace("_", "-")


def shown(message: Message) -> Element:
    """An answer in a modal, for where no message can stand."""
    drawn = blocks(message)
    return {"type": "modal", "title": plain_text("Pluginwatch", MAX_TITLE), "blocks": drawn}


def home(messages: Sequence[Message]) -> Element:
    """The home tab: these messages, a line between them."""
    drawn: list[Element] = []
    for message in messages:
        if drawn:
            drawn.append({"type": "divider"})
        drawn += blocks(message)
    return {"type": "home", "blocks": drawn[:MAX_VIEW_BLOCKS]}


def _field(argument: Argument) -> Element | None:
    """The field that asks for an argument; None for what is seldom wanted, and typed."""
    if argument.source in _PICKED:
        return _picked(argument, *_PICKED[argument.source])
    match argument:
        case Choice() | Length():
            return _chosen(argument)
        case Topics():
            return _several(argument)
        case Flag():
            return _ticked(argument)
        case FreeWords():
            return _written(argument)
        case _:
            return _written(argument) if argument.required else None


def _given(values: Mapping[str, Any], argument: Argument) -> str | bool:
    """What was picked, ticked or written for an argument; nothing where its field was left empty."""
    picked = _PICKED[argument.source][0] if argument.source in _PICKED else argument.name
    held = values.get(_block(argument), {}).get(picked, {})
    if isinstance(argument, Flag):
        return bool(held.get("selected_options"))
    several = " ".join(each["value"] for each in held.get("selected_options") or ())
    chosen = several or (held.get("selected_option") or {}).get("value")
    return " ".join(str(chosen or held.get("value") or "").split())


def _block(argument: Argument) -> str:
    """The id of the argument's field. An action may ask for two host branches."""
    if argument.source in _PICKED and argument.source is not Source.BRANCHES:
        return _PICKED[argument.source][0]
    return argument.name


def _picked(argument: Argument, picked: str, label: str, placeholder: str) -> Element:
    return {
        "type": "input",
        "block_id": _block(argument),
        "optional": not argument.required,
        "label": plain_text(say(label), MAX_OPTION_TEXT),
        "element": {
            "type": "external_select",
            "action_id": picked,
            "min_query_length": 0,
            "placeholder": plain_text(say(placeholder), MAX_OPTION_TEXT),
        },
    }


def _chosen(argument: Argument) -> Element:
    placeholder = plain_text(", ".join(argument.fixed), MAX_OPTION_TEXT)
    options = _options(argument.fixed)
    return _input(argument, "static_select", options=options, placeholder=placeholder)


def _several(argument: Argument) -> Element:
    placeholder = plain_text(say("The usual"), MAX_OPTION_TEXT)
    options = _options(argument.fixed)
    return _input(argument, "multi_static_select", options=options, placeholder=placeholder)


def _ticked(argument: Argument) -> Element:
    option = {"text": plain_text(say("Yes"), MAX_OPTION_TEXT), "value": _YES}
    return _input(argument, "checkboxes", options=[option])


def _options(words: Iterable[str]) -> list[Element]:
    return [{"text": plain_text(word, MAX_OPTION_TEXT), "value": word} for word in words]


def _written(argument: Argument) -> Element:
    return _input(argument, "plain_text_input", max_length=_MAX_REASON)


def _input(argument: Argument, kind: str, **more: object) -> Element:
    """A field of a view for the argument, with an element of this kind."""
    return {
        "type": "input",
        "block_id": argument.name,
        "optional": not argument.required,
        "label": plain_text(say(argument.about), MAX_OPTION_TEXT),
        "element": {"type": kind, "action_id": argument.name, **more},
    }
