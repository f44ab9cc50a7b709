"""The stand-in refuses what Slack refuses, and takes whatever we draw."""

from typing import Any

import pytest
from hypothesis import given, settings

from bot.slack import forms, views
from bot.slack.render import blocks, fallback
from models.messages.form import Form
from models.messages.message import Message
from tests.asking import DICTIONARY
from tests.bot.forms import some_forms
from tests.bot.slack import test_render
from tests.servers.slack_limits import message_refusal, option_problems, problems, view_problems

Json = dict[str, Any]


def words(text: str) -> Json:
    return {"type": "plain_text", "text": text, "emoji": False}


def section(text: str = "x", **more: Any) -> Json:
    return {"type": "section", "text": words(text), **more}


def header(text: str) -> Json:
    return {"type": "header", "text": words(text)}


def actions(*buttons: Json, **more: Any) -> Json:
    return {"type": "actions", "elements": list(buttons), **more}


def button(action_id: str = "a", label: str = "Go", value: str = "v") -> Json:
    return {"type": "button", "action_id": action_id, "text": words(label), "value": value}


def buttons(number: int) -> list[Json]:
    return [button(f"b{each}") for each in range(number)]


def link(url: str) -> Json:
    part = {"type": "link", "url": url, "text": "x"}
    return {"type": "rich_text", "elements": [{"type": "rich_text_section", "elements": [part]}]}


# What is still taken, and what is not any more.
BLOCKS: dict[str, tuple[list[Json], list[Json]]] = {
    "blocks": ([section()] * 50, [section()] * 51),
    "section": ([section("x" * 3_000)], [section("x" * 3_001)]),
    "an empty section": ([section()], [section("")]),
    "header": ([header("x" * 150)], [header("x" * 151)]),
    "buttons": ([actions(*buttons(25))], [actions(*buttons(26))]),
    "no button": ([actions(button())], [actions()]),
    "label": ([actions(button(label="x" * 75))], [actions(button(label="x" * 76))]),
    "value": ([actions(button(value="x" * 2_000))], [actions(button(value="x" * 2_001))]),
    "the same action": ([actions(button("a"), button("b"))], [actions(button("a"), button("a"))]),
    "a long action": ([actions(button("x" * 255))], [actions(button("x" * 256))]),
    "the same block": (
        [section(block_id="a"), section(block_id="b")],
        [section(block_id="a"), section(block_id="a")],
    ),
    "an address": ([link("https://x.example")], [link("javascript:alert(1)")]),
    "a long address": (
        [link("https://x.example/".ljust(3_000, "x"))],
        [link("https://x.example/".ljust(3_001, "x"))],
    ),
    "a field, which only views have": ([section()], [{"type": "input"}]),
}


@pytest.mark.parametrize(("taken", "not_taken"), BLOCKS.values(), ids=BLOCKS)
def test_blocks_are_refused_beyond_a_limit(taken: list[Json], not_taken: list[Json]) -> None:
    assert problems(taken) == []
    assert problems(not_taken)


@pytest.mark.parametrize(
    ("message", "error"),
    [
        ({"text": " "}, "no_text"),
        ({"text": "x" * 40_001}, "msg_too_long"),
        ({"blocks": [section("")]}, "invalid_blocks"),
        ({"blocks": [section("x" * 2_800)] * 5}, "msg_blocks_too_long"),
        ({"text": "x", "metadata": {"event_payload": "x" * 8_000}}, "metadata_too_large"),
    ],
)
def test_a_message_is_refused_with_slacks_word(message: Json, error: str) -> None:
    assert message_refusal({"text": "x", "blocks": [section("x" * 2_800)] * 4}) is None
    refused = message_refusal(message)
    assert refused
    assert refused[0] == error


def modal(*blocks: Json, **more: Any) -> Json:
    return {
        "type": "modal",
        "title": words("t"),
        "submit": words("Send"),
        "blocks": list(blocks),
        **more,
    }


def field(block_id: str = "a", **element: Any) -> Json:
    asked = {"type": "plain_text_input", "action_id": block_id, **element}
    return {"type": "input", "block_id": block_id, "label": words("l"), "element": asked}


VIEWS: dict[str, tuple[Json, Json]] = {
    "title": (modal(title=words("x" * 24)), modal(title=words("x" * 25))),
    "submit": (modal(submit=words("x" * 24)), modal(submit=words("x" * 25))),
    "context": (modal(private_metadata="x" * 3_000), modal(private_metadata="x" * 3_001)),
    "blocks": (modal(*[section()] * 100), modal(*[section()] * 101)),
    "the same field": (modal(field("a"), field("b")), modal(field("a"), field("a"))),
    "placeholder": (
        modal(field(placeholder=words("x" * 150))),
        modal(field(placeholder=words("x" * 151))),
    ),
    "length": (modal(field(max_length=3_000)), modal(field(max_length=3_001))),
    "what stands there": (
        modal(field(max_length=9, initial_value="x" * 9)),
        modal(field(max_length=9, initial_value="x" * 10)),
    ),
    "nothing to send it with": (
        modal(field()),
        {"type": "modal", "title": words("t"), "blocks": [field()]},
    ),
}


@pytest.mark.parametrize(("taken", "not_taken"), VIEWS.values(), ids=VIEWS)
def test_a_view_is_refused_beyond_a_limit(taken: Json, not_taken: Json) -> None:
    assert view_problems(taken) == []
    assert view_problems(not_taken)


def test_options_are_refused_beyond_a_limit() -> None:
    option = {"text": words("x" * 75), "value": "x" * 150}
    assert option_problems([option] * 100) == []
    assert option_problems([option] * 101)
    assert option_problems([option | {"text": words("x" * 76)}])
    assert option_problems([option | {"value": "x" * 151}])


@settings(max_examples=30, deadline=None)
@given(test_render.messages)
def test_whatever_is_drawn_is_taken(message: Message) -> None:
    assert message_refusal({"text": fallback(message), "blocks": blocks(message)}) is None
    assert view_problems(views.shown(message)) == []
    assert view_problems(views.home([message, message])) == []


@settings(max_examples=25, deadline=None)
@given(some_forms)
def test_whatever_form_is_asked_is_taken(form: Form) -> None:
    made = Message("A form", form=form).form
    assert made
    assert view_problems(forms.modal(made, {"channel": "C1"})) == []


def test_every_action_can_be_asked_for() -> None:
    for action in DICTIONARY:
        assert view_problems(views.asking(action, {"channel": "C1"})) == []
