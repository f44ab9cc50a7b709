"""A card and an answer on Slack and on Discord, in a real browser: every word is there as it was said."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from bot.discord.render import draw
from bot.discord.views import view_of
from bot.slack.render import blocks
from models.messages.incident import incident_card
from models.messages.message import Code, Facts, Items, Links, Message, Table, Text, Tone
from models.messages.story import opened_reply
from tests.models.messages.samples import INCIDENT
from tests.pictures import discord, slack
from tests.pictures.taking import CHROMIUM, take

ODD = "*bold* _so_ `x` ~no~ <@U1> <!channel> [a](https://b.example) # 1. - \\ :skull: || 活动日历"
SPEAKING = Message(
    f"Odd: {ODD}",
    Tone.WARNING,
    (
        Text(ODD),
        Text(ODD, quiet=True),
        Facts((("Label", ODD), ("Other", "plain"))),
        Table(("Plugin", "Status"), (("solved", "✗ incompatible"), ("voting", "✓ compatible"))),
        Code("Error: it's *here*\n  <at> `x`:1", "Error"),
        Items((ODD, "second")),
        Links((("Commits", "https://github.com/a/b/compare/1...2"),)),
    ),
)
CARDS = (incident_card(INCIDENT), opened_reply(INCIDENT), SPEAKING)


def on_slack(messages: tuple[Message, ...]) -> str:
    return slack.page(
        *(slack.said({"blocks": blocks(message)}, when="03:15") for message in messages)
    )


def on_discord(messages: tuple[Message, ...]) -> str:
    return discord.page(*(discord.said(_sent(message), when="03:15") for message in messages))


def _sent(message: Message) -> dict[str, Any]:
    drawn = draw(message)
    return {
        "embeds": [embed.to_dict() for embed in drawn.embeds],
        "components": view_of(drawn.buttons).to_components(),
    }


@pytest.mark.skipif(CHROMIUM is None, reason="needs Debian's package chromium")
@pytest.mark.parametrize(("page", "width"), [(on_slack, 760), (on_discord, 660)])
async def test_every_word_is_read_as_it_was_said(
    page: Callable[[tuple[Message, ...]], str], width: int, tmp_path: Path
) -> None:
    words, wider = await take(page(CARDS), tmp_path / "picture.png", width)
    assert wider <= 0
    assert words.count(ODD) == 5
    for said in (
        "discourse-solved (main) does not load on tests-passed",
        "Acknowledge",
        "Details",
        "Open issue",
    ):
        assert said in words
    assert "Error: it's *here*\n  <at> `x`:1" in words
    assert "**" not in words
