"""A form as a modal on Slack, over the wire."""

from typing import Any

import pytest

from models.actions.asking import Asker
from models.messages.message import Message
from tests.bot.forms import COMMAND, FILLED, answer
from tests.bot.slack.conftest import SlackScene, listening
from tests.servers.slack import CHANNEL, USER, Misbehaviour, SlackStandIn


class Asking(SlackScene):
    """A house whose answer is a form until it is filled in."""

    def respond(self, text: str, asker: Asker) -> Message:
        self.asked.append((text, asker))
        return answer(text, dict(asker.filled))


def inputs(view: dict[str, Any]) -> dict[str, dict[str, Any]]:
    return {
        block["block_id"]: block["element"] for block in view["blocks"] if block["type"] == "input"
    }


async def test_a_form_opens_as_a_modal_and_comes_back(slack: SlackStandIn) -> None:
    house = Asking()
    async with listening(slack, house):
        await slack.slash(COMMAND)
        await slack.until(lambda: slack.views)
        fields = inputs(slack.views[0])
        assert list(fields) == list(FILLED)
        assert fields["host"]["initial_value"] == "tests-passed at abc1234"
        assert not slack.answered
        await slack.submit(slack.views[0], {}, written=FILLED)
        await slack.until(lambda: slack.answered)
    assert slack.answered[0][1]["text"].startswith("Thanks for 5 answers")
    text, asker = house.asked[-1]
    assert (text, dict(asker.filled)) == (COMMAND, FILLED)
    assert (asker.user, asker.channel) == (USER, CHANNEL)


async def test_a_command_without_its_plugin_asks_for_it_first(slack: SlackStandIn) -> None:
    async with listening(slack, Asking()):
        await slack.slash("report")
        await slack.until(lambda: slack.views)
        await slack.submit(slack.views[0], {"plugin": "discourse-events"})
        await slack.until(lambda: len(slack.views) > 1)
    assert list(inputs(slack.views[1])) == list(FILLED)


async def test_where_no_modal_opens_a_button_opens_it(slack: SlackStandIn) -> None:
    slack.go_wrong("views.open", Misbehaviour(error="expired_trigger_id"))
    async with listening(slack, Asking()):
        await slack.slash(COMMAND)
        await slack.until(lambda: slack.answered)
        (button,) = slack.answered[0][1]["blocks"][-1]["elements"]
        assert button["value"] == COMMAND
        await slack.press(button)
        await slack.until(lambda: slack.views)


@pytest.mark.usefixtures("app")
async def test_a_form_of_before_a_restart_comes_back(
    slack: SlackStandIn, house: SlackScene
) -> None:
    async with listening(slack, Asking()):
        await slack.slash(COMMAND)
        await slack.until(lambda: slack.views)
    await slack.submit(slack.views[0], {}, written=FILLED)
    await slack.until(lambda: house.asked)
    assert dict(house.asked[-1][1].filled) == FILLED
