"""Slack's user groups give roles: Slack is asked who is in them, for those alone that have a role, and anew."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from bot.slack.client import opened_client
from bot.slack.groups import SECONDS_FRESH, Groups
from models.actions.asking import Asker
from tests.bot.slack.conftest import SlackScene, settings_for
from tests.servers.slack import USER, Misbehaviour, SlackStandIn

ASKER = Asker("slack", "T1", USER, "x", "C1")
ASKS = "usergroups.users.list"


@pytest.mark.usefixtures("app")
async def test_only_what_depends_on_who_asks_has_slack_asked(
    slack: SlackStandIn, house: SlackScene
) -> None:
    slack.groups = {"S1": {USER}, "S2": {"U9"}, "S3": {USER}}
    house.trusted = {"S1", "S2"}
    await slack.slash("help")
    await slack.until(lambda: len(slack.answered) == 1)
    assert slack.calls(ASKS) == []
    await slack.slash("ack 12")
    await slack.press({"action_id": "command-0", "value": "claim 12"})
    await slack.until(lambda: len(slack.answered) == 3)
    assert [asker.groups for _, asker in house.asked] == [frozenset(), {"S1"}, {"S1"}]
    assert sorted(call["usergroup"] for call in slack.calls(ASKS)) == ["S1", "S2"]


async def test_what_slack_said_is_believed_for_a_moment_and_never_guessed(
    slack: SlackStandIn,
) -> None:
    now = 0.0
    slack.groups = {"S1": {USER}}
    with ThreadPoolExecutor(1) as threads:
        async with opened_client(settings_for(slack)) as client:
            groups = Groups(
                client, lambda workspace: {"S1"} if workspace == "T1" else (), threads, lambda: now
            )
            assert await groups.of(ASKER) == {"S1"}
            slack.groups = {"S1": set()}
            assert await groups.of(ASKER) == {"S1"}
            now += SECONDS_FRESH
            assert await groups.of(ASKER) == frozenset()
            now += SECONDS_FRESH
            slack.groups = {"S1": {USER}}
            slack.go_wrong(
                ASKS,
                Misbehaviour(error="ratelimited"),
                Misbehaviour(status=500),
                Misbehaviour(error="no_such_subteam"),
            )
            assert [await groups.of(ASKER) for _ in range(4)] == [
                frozenset(),
                frozenset(),
                frozenset(),
                {"S1"},
            ]
            assert await groups.of(Asker("slack", "T2", USER, "x", "C1")) == frozenset()
