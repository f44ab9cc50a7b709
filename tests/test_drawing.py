"""Every kind of block is drawn on every platform and in every way out; what is drawn the same way is drawn once."""

import json
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from html import unescape
from typing import get_args

import pytest

from bot.discord import render as discord
from bot.local import render as local
from bot.slack import render as slack
from jobs.deliver import render as deliver
from jobs.deliver.webhook import event
from models.messages.drawing import grid, is_web
from models.messages.message import Block, Buttons, Code, Facts, Items, Links, Message, Table, Text
from models.messages.rush import name_length, rush_card
from models.outbox.sending import SendError
from models.rules.rushes import ListRoom, list_letters
from models.views import IncidentView
from tests.models.messages.samples import INCIDENT
from webhooks.pages.render import draw as page

LINK = ("Compare", "https://github.com/example/x/compare/a...b")
# One of each kind, and what of it must be found again: words, and where a link or a button leads.
SAMPLES: dict[type[Block], tuple[Block, tuple[str, ...]]] = {
    Text: (Text("a paragraph"), ("a paragraph",)),
    Facts: (
        Facts((("Owner", "somebody"), ("Since", "noon"))),
        ("Owner", "somebody", "Since", "noon"),
    ),
    Table: (
        Table(("Branch", "Guard"), (("stable", "works"),)),
        ("Branch", "Guard", "stable", "works"),
    ),
    Code: (
        Code("first frame\nlast frame", "Backtrace"),
        ("first frame", "last frame", "Backtrace"),
    ),
    Links: (Links((LINK,)), LINK),
    Items: (Items(("one thing", "another thing")), ("one thing", "another thing")),
    Buttons: (Buttons((("Acknowledge", "ack 12"),)), ("Acknowledge", "ack 12")),
}


def _of_discord(message: Message) -> str:
    drawn = discord.draw(message)
    return json.dumps(
        [[embed.to_dict() for embed in drawn.embeds], drawn.buttons], ensure_ascii=False
    )


# Where people read and press, and where they only read.
CHAT: dict[str, Callable[[Message], str]] = {
    "slack": lambda message: json.dumps(slack.blocks(message), ensure_ascii=False),
    "discord": _of_discord,
    "local": lambda message: unescape(local.html(message)),
    "local in words": local.plain,
    "stored": Message.to_json,
}
READ: dict[str, Callable[[Message], str]] = {
    "mail in words": deliver.plain,
    "mail": lambda message: unescape(deliver.html(message)),
    "markdown": lambda message: deliver.markdown(message, 65_536).replace("\\", ""),
    "page": lambda message: unescape(
        bytes(page("jobs", message=message, now=datetime.now(UTC)).body).decode()
    ),
}


@pytest.mark.parametrize("name", CHAT | READ)
@pytest.mark.parametrize("kind", get_args(Block))
def test_every_kind_of_block_is_drawn_everywhere(kind: type[Block], name: str) -> None:
    assert kind in SAMPLES, f"a new kind of block: give {kind.__name__} a sample here"
    block, words = SAMPLES[kind]
    drawn = (CHAT | READ)[name](Message("The title", blocks=(block,))).replace("\\n", "\n")
    found = [word for word in words if word in drawn]
    if kind is Buttons and name in READ:
        assert found == []  # there is nobody to press them
    else:
        assert found == list(words)


@pytest.mark.parametrize("kind", get_args(Block))
def test_every_kind_of_block_is_stored_and_read_again(kind: type[Block]) -> None:
    message = Message("The title", blocks=(SAMPLES[kind][0],))
    assert Message.from_json(message.to_json()) == message


@pytest.mark.parametrize("kind", get_args(Block))
def test_a_webhook_tells_an_event_and_nothing_else(kind: type[Block]) -> None:
    block, words = SAMPLES[kind]
    if kind is Code:
        assert event(Message("incident.opened", blocks=(block,))).decode().splitlines() == list(
            words[:2]
        )
        return
    with pytest.raises(SendError) as refused:
        event(Message("incident.opened", blocks=(block,)))
    assert refused.value.permanent


@pytest.mark.parametrize(
    "address",
    [
        "javascript:alert(1)",
        "//evil.example",
        "https://[",
        "ftp://x/",
        "https://x.example/> <b",
        " https://x",
        "https://x.example:port/",
        "https://x.example/\u202e",
    ],
)
@pytest.mark.parametrize("name", CHAT | READ)
def test_what_is_no_web_address_is_words_everywhere(name: str, address: str) -> None:
    drawn = (CHAT | READ)[name](Message("The title", blocks=(Links((("there", address),)),)))
    assert not is_web(address)
    assert "there" in drawn
    if name != "stored":
        assert not any(
            link in drawn
            for link in (f'href="{address}', f"](<{address}", f"]({address}", '"link"')
        )


@pytest.mark.parametrize("name", CHAT)
@pytest.mark.parametrize("confirmed", [True, False])
@pytest.mark.parametrize(
    ("handle", "branch"),
    [
        ("a", "main"),
        ("discourse-plugin", "main"),
        ("插件" * 9, "main"),
        ("x" * 60, '_*of*_`many`|~~_"'),
    ],
)
def test_a_full_list_of_a_rush_shows_each_incident_in_every_chat(
    handle: str, branch: str, confirmed: bool, name: str
) -> None:
    listed = [
        replace(
            INCIDENT,
            number=10_000 + n,
            plugin=replace(INCIDENT.plugin, handle=handle),
            plugin_branch=branch,
            host_branch=f"branch-{n % 5}",
            confirmed=confirmed,
        )
        for n in range(1_000)
    ]
    most = list_letters(name)
    full = full_of(listed, most)
    drawn = CHAT[name](rush_card(INCIDENT.opened_at, full, most))
    assert [each.number for each in full if f", {each.number}" not in drawn] == []


@pytest.mark.parametrize("name", list(CHAT))
def test_a_full_list_of_which_a_part_is_over_shows_what_is_not(name: str) -> None:
    listed = [
        replace(
            INCIDENT,
            number=10_000 + n,
            plugin=replace(INCIDENT.plugin, handle=f"discourse-plugin-{n % 50}"),
            plugin_branch=f"branch-{n}",
        )
        for n in range(1_000)
    ]
    most = list_letters(name)
    full = full_of(listed, most)
    partly = [
        replace(each, resolved_at=each.opened_at if n % 3 else None) for n, each in enumerate(full)
    ]
    drawn = CHAT[name](rush_card(INCIDENT.opened_at, partly, most))
    still_open = [each.number for each in partly if each.resolved_at is None]
    assert [number for number in still_open if f", {number}" not in drawn] == []


def full_of(listed: Sequence[IncidentView], most: int) -> list[IncidentView]:
    """The first of them for which a list of so many letters has room."""
    room, full = ListRoom(most), []
    for incident in listed:
        if not room.has_room([name_length(incident)]):
            break
        room.add([name_length(incident)])
        full.append(incident)
    return full


def test_a_grid_knows_how_wide_letters_are() -> None:
    rows = (
        ("stable", "✓"),
        ("活动", "✗ incompatible"),
        ("cafe\u0301", "✓"),
        ("กั้น", "✓"),
        ("⚠️", "✓"),
        ("short",),
    )
    assert grid(("Branch", "Guard"), rows, 84).splitlines() == [
        "Branch  Guard",
        "──────  ──────────────",
        "stable  ✓",
        "活动    ✗ incompatible",
        "cafe\u0301    ✓",
        "กั้น      ✓",
        "⚠️      ✓",
        "short",
    ]


def test_a_grid_that_is_too_wide_is_none() -> None:
    assert grid(("a", "b"), (("x" * 10, "y" * 10),), 22)
    assert not grid(("a", "b"), (("x" * 10, "y" * 10),), 21)
    assert not grid(("a", "b"), (("活" * 6, "y" * 10),), 22)
