"""The labels of Slack's modals, buttons and home tab are in the language of where somebody asks."""

from collections.abc import Iterator
from typing import Any

import pytest

from bot.slack import views
from bot.slack.listener import SlackListener
from models.messages.message import Message
from models.rules.speaking import speaking
from tests.asking import DICTIONARY
from tests.bot.slack.conftest import SlackScene
from tests.bot.slack.test_listener import answered, buttons
from tests.languages import bracketed, languages
from tests.servers.slack import CHANNEL, USER, SlackStandIn

# What one would type, and names.
_TYPED = {"title", "options", "value"}


@pytest.fixture(autouse=True, scope="module")
def _speaks(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    with languages(tmp_path_factory.mktemp("languages"), xx=bracketed()):
        yield


def _read(drawn: Any) -> Iterator[str]:
    """The words of a view."""
    if isinstance(drawn, list):
        for each in drawn:
            yield from _read(each)
    elif isinstance(drawn, dict):
        if drawn.get("type") == "plain_text":
            yield drawn["text"]
        named = {name: each for name, each in drawn.items() if name not in _TYPED}
        if drawn.get("type") == "static_select":
            del named["placeholder"]
        yield from _read(list(named.values()))


@pytest.mark.parametrize("action", list(DICTIONARY), ids=lambda action: action.name)
def test_a_modal_asks_in_the_language_that_is_spoken(action: Any) -> None:
    with speaking("xx"):
        view = views.asking(action, {})
    named = action.name.capitalize()
    left = [each for each in _read(view) if not each.startswith("⟦") and each != named]
    assert left == []


async def test_labels_follow_the_channel_and_the_person(
    app: SlackListener, slack: SlackStandIn, house: SlackScene
) -> None:
    house.speaks = "xx"
    await slack.slash("mute")
    await slack.until(lambda: slack.views)
    assert slack.views[0]["close"]["text"] == "⟦Cancel⟧"
    assert slack.views[0]["title"]["text"] == "/plugin mute"
    await slack.slash("failing")
    (share,) = buttons(await answered(slack))
    assert share["text"]["text"] == "⟦Share with the channel⟧"
    await slack.press(share)
    by = (await answered(slack, 2))["blocks"][-1]["elements"][0]["text"]
    assert by == "⟦name-of-U1 asked /plugin failing and shared the answer.⟧"
    await slack.event({"type": "app_home_opened", "user": USER, "tab": "home", "channel": "D1"})
    await slack.until(lambda: slack.homes)
    home = next(iter(_read(slack.homes[USER]["blocks"])))
    assert home.endswith("⟦What you can do⟧")
    assert house.of_language[0].channel == CHANNEL
    assert house.of_language[-1].is_direct
    del app


async def test_a_language_that_cannot_be_looked_up_is_english(
    app: SlackListener, slack: SlackStandIn, house: SlackScene
) -> None:
    house.answer = Message
    house.speaks = None
    await slack.slash("failing")
    (share,) = buttons(await answered(slack))
    assert share["text"]["text"] == "Share with the channel"
    del app
