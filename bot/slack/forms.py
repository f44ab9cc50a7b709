"""Forms as Slack's modals: drawn, and read when they are sent. Pure."""

import json
from collections.abc import Mapping
from typing import Any

from bot.slack.elements import Element
from bot.slack.render import plain_text
from bot.slack.views import MAX_TITLE, Context
from models.messages.form import LONGEST_ANSWER, LONGEST_HINT, Field, Form
from models.rules.excerpt import cut_middle
from models.rules.speaking import say

# https://docs.slack.dev/reference/block-kit/blocks/input-block
MAX_LABEL = 2_000
MAX_PLACEHOLDER = 150

FORM = "form"


def modal(form: Form, context: Context) -> Element:
    """The modal; sent, it tells its command and the context in which it was opened."""
    drawn = [_input(field) for field in form.fields]
    if form.note:
        drawn.insert(0, {"type": "section", "text": plain_text(form.note, 3_000)})
    return {
        "type": "modal",
        "callback_id": FORM,
        "private_metadata": json.dumps({**context, "command": form.command}),
        "title": plain_text(form.title, MAX_TITLE),
        "submit": plain_text(say("Send"), MAX_TITLE),
        "close": plain_text(say("Cancel"), MAX_TITLE),
        "blocks": drawn,
    }


def filled(view: Mapping[str, Any]) -> tuple[tuple[tuple[str, str], ...], Context]:
    """What was filled in, field by field, and the context with the form's command."""
    context: Context = json.loads(view["private_metadata"])
    filled_in: list[tuple[str, str]] = []
    for name, held in view["state"]["values"].items():
        value = held.get(name, {}).get("value")
        filled_in.append((name, str(value or "")))
    return tuple(filled_in), context


def _input(field: Field) -> Element:
    element: Element = {
        "type": "plain_text_input",
        "action_id": field.name,
        "multiline": field.kind == "paragraph",
        "max_length": LONGEST_ANSWER,
        "placeholder": plain_text(field.hint[:LONGEST_HINT], MAX_PLACEHOLDER),
    }
    if field.prefilled:
        element["initial_value"] = cut_middle(field.prefilled, LONGEST_ANSWER)
    return {
        "type": "input",
        "block_id": field.name,
        "optional": not field.required,
        "label": plain_text(field.label, MAX_LABEL),
        "element": element,
    }
