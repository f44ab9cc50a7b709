"""The stand-in refuses what Discord refuses, and takes whatever we draw."""

from typing import Any

import pytest
from discord.http import Route
from hypothesis import given, settings

from bot.discord import forms
from bot.discord.refusals import send_error
from bot.discord.render import draw
from bot.discord.rest import Rest
from bot.discord.sender import DiscordSender
from bot.discord.views import view_of
from models.messages.form import Form
from models.messages.message import Message
from tests.bot.discord import test_render
from tests.bot.discord.conftest import outgoing
from tests.bot.forms import some_forms
from tests.servers import discord_limits as limits
from tests.servers.discord import CHANNEL

Json = dict[str, Any]


def told(**embed: Any) -> Json:
    return {"embeds": [{"title": "t", **embed}]}


def row(*buttons: Json) -> Json:
    return {"type": 1, "components": list(buttons)}


def button(custom_id: str = "a", label: str = "Go", **more: Any) -> Json:
    return {"type": 2, "style": 2, "custom_id": custom_id, "label": label, **more}


def pressed(*rows: Json) -> Json:
    return {"content": "x", "components": list(rows)}


def field(name: str = "n", value: str = "v") -> Json:
    return {"name": name, "value": value}


def buttons(number: int) -> list[Json]:
    return [button(f"b{each}") for each in range(number)]


# What is still taken, and what is not any more.
MESSAGES: dict[str, tuple[Json, Json]] = {
    "content": ({"content": "x" * 2_000}, {"content": "x" * 2_001}),
    "nonce": ({"content": "x", "nonce": "1" * 25}, {"content": "x", "nonce": "1" * 26}),
    "title": (told(title="x" * 256), told(title="x" * 257)),
    "description": (told(description="x" * 4_096), told(description="x" * 4_097)),
    "an embed without words": (told(), {"embeds": [{"color": 1}]}),
    "embeds": ({"embeds": [{"title": "t"}] * 10}, {"embeds": [{"title": "t"}] * 11}),
    "fields": (told(fields=[field()] * 25), told(fields=[field()] * 26)),
    "a field's name": (told(fields=[field(name="x" * 256)]), told(fields=[field(name="x" * 257)])),
    "a field's value": (
        told(fields=[field(value="x" * 1_024)]),
        told(fields=[field(value="x" * 1_025)]),
    ),
    "a field without a value": (told(fields=[field()]), told(fields=[field(value=" ")])),
    "footer": (told(footer={"text": "x" * 2_048}), told(footer={"text": "x" * 2_049})),
    "in total": (
        {"embeds": [{"description": "x" * 3_000}] * 2},
        {"embeds": [{"description": "x" * 3_000}, {"description": "x" * 3_001}]},
    ),
    "buttons of a row": (pressed(row(*buttons(5))), pressed(row(*buttons(6)))),
    "rows": (
        pressed(*(row(button(f"r{each}")) for each in range(5))),
        pressed(*(row(button(f"r{each}")) for each in range(6))),
    ),
    "an empty row": (pressed(row(button())), pressed(row())),
    "label": (pressed(row(button(label="x" * 80))), pressed(row(button(label="x" * 81)))),
    "no label": (pressed(row(button())), pressed(row(button(label=" ")))),
    "custom id": (pressed(row(button("x" * 100))), pressed(row(button("x" * 101)))),
    "no custom id": (pressed(row(button())), pressed(row(button("")))),
    "the same custom id": (
        pressed(row(button("a"), button("b"))),
        pressed(row(button("a")), row(button("a"))),
    ),
    "no style": (pressed(row(button())), pressed(row(button(style=None)))),
}


@pytest.mark.parametrize(("taken", "not_taken"), MESSAGES.values(), ids=MESSAGES)
def test_a_message_is_refused_beyond_a_limit(taken: Json, not_taken: Json) -> None:
    assert limits.refused(limits.message_problems(taken)) is None
    refused = limits.refused(limits.message_problems(not_taken))
    assert refused
    assert (refused["code"], refused["message"]) == (50035, "Invalid Form Body")


def command(**more: Any) -> Json:
    return {"name": "plugin", "description": "d", "type": 1, **more}


def option(name: str = "o", **more: Any) -> Json:
    return {"name": name, "description": "d", "type": 3, **more}


def choices(number: int) -> list[Json]:
    return [{"name": f"c{each}", "value": "v"} for each in range(number)]


LONG_CHOICES = [{"name": f"c{each}", "value": "x" * 90} for each in range(25)]
COMMANDS: dict[str, tuple[Json, Json]] = {
    "name": (command(name="x" * 32), command(name="x" * 33)),
    "capitals": (command(name="plugin-活动"), command(name="Plugin")),
    "a blank": (command(name="a_b"), command(name="a b")),
    "description": (command(description="x" * 100), command(description="x" * 101)),
    "no description": (command(), command(description="")),
    "options": (
        command(options=[option(f"o{each}") for each in range(25)]),
        command(options=[option(f"o{each}") for each in range(26)]),
    ),
    "the same option": (
        command(options=[option("a"), option("b")]),
        command(options=[option("a"), option("a")]),
    ),
    "required ones first": (
        command(options=[option("a", required=True), option("b")]),
        command(options=[option("a"), option("b", required=True)]),
    ),
    "choices": (
        command(options=[option(choices=choices(25))]),
        command(options=[option(choices=choices(26))]),
    ),
    "a choice's value": (
        command(options=[option(choices=[{"name": "c", "value": "x" * 100}])]),
        command(options=[option(choices=[{"name": "c", "value": "x" * 101}])]),
    ),
    "in total": (
        command(options=[option(choices=[{"name": "c", "value": "x" * 100}])]),
        command(
            options=[
                option(f"o{a}", choices=[{"name": f"{c}", "value": "x" * 90} for c in range(25)])
                for a in range(4)
            ]
        ),
    ),
    "within a group": (
        command(options=[option(type=2, options=[option("s", type=1)])]),
        command(options=[option(type=2, options=[option("g", type=2)])]),
    ),
}


@pytest.mark.parametrize(("taken", "not_taken"), COMMANDS.values(), ids=COMMANDS)
def test_a_command_is_refused_beyond_a_limit(taken: Json, not_taken: Json) -> None:
    assert limits.refused(limits.commands_problems([taken])) is None
    assert limits.refused(limits.commands_problems([not_taken]))


def modal(*rows: Json, title: str = "t", custom_id: str = "c") -> Json:
    return {"title": title, "custom_id": custom_id, "components": list(rows)}


def text(custom_id: str = "a", **more: Any) -> Json:
    return row({"type": 4, "style": 1, "custom_id": custom_id, "label": "l", **more})


MODALS: dict[str, tuple[Json, Json]] = {
    "title": (modal(text(), title="x" * 45), modal(text(), title="x" * 46)),
    "no title": (modal(text()), modal(text(), title="")),
    "custom id": (modal(text(), custom_id="x" * 100), modal(text(), custom_id="x" * 101)),
    "no text": (modal(text()), modal()),
    "texts": (
        modal(*(text(f"{each}") for each in range(5))),
        modal(*(text(f"{each}") for each in range(6))),
    ),
    "the same text": (modal(text("a"), text("b")), modal(text("a"), text("a"))),
    "label": (modal(text(label="x" * 45)), modal(text(label="x" * 46))),
    "placeholder": (modal(text(placeholder="x" * 100)), modal(text(placeholder="x" * 101))),
    "length": (modal(text(max_length=4_000)), modal(text(max_length=4_001))),
    "what stands there": (
        modal(text(max_length=9, value="x" * 9)),
        modal(text(max_length=9, value="x" * 10)),
    ),
}


@pytest.mark.parametrize(("taken", "not_taken"), MODALS.values(), ids=MODALS)
def test_a_modal_is_refused_beyond_a_limit(taken: Json, not_taken: Json) -> None:
    assert limits.refused(limits.modal_problems(taken)) is None
    assert limits.refused(limits.modal_problems(not_taken))


def test_suggestions_are_refused_beyond_a_limit() -> None:
    assert limits.refused(limits.completion_problems({"choices": choices(25)})) is None
    assert limits.refused(limits.completion_problems({"choices": choices(26)}))
    assert limits.refused(
        limits.completion_problems({"choices": [{"name": "x" * 101, "value": "v"}]})
    )


async def test_the_library_reads_a_refusal_as_discords(sender: DiscordSender) -> None:
    rest: Rest = sender._rest
    post = Route("POST", "/channels/{channel_id}/messages", channel_id=CHANNEL)
    with pytest.raises(Exception, match="description") as refused:
        await rest.request(post, json={"embeds": [{"title": "t", "description": "x" * 4_097}]})
    error = send_error(refused.value)
    assert error.permanent
    assert "code 50035" in str(error)
    with pytest.raises(Exception, match="50006"):
        await rest.request(post, json={"components": [row(button())]})
    assert await sender.send(outgoing())


@settings(max_examples=40, deadline=None)
@given(test_render.messages)
async def test_whatever_is_drawn_is_taken(message: Message) -> None:
    drawn = draw(message)
    body = {
        "embeds": [embed.to_dict() for embed in drawn.embeds],
        "components": view_of(drawn.buttons).to_components(),
    }
    assert not limits.is_empty(body)
    assert limits.refused(limits.message_problems(body)) is None


@settings(max_examples=25, deadline=None)
@given(some_forms)
async def test_whatever_form_can_open_is_taken(form: Form) -> None:
    made = Message("A form", form=form).form
    assert made
    if forms.can_open(made):
        assert limits.refused(limits.modal_problems(forms.modal(made).to_dict())) is None
