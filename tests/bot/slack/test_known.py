"""What may be known on Slack: the same table through the real libraries, and at the moment of sending."""

import json
from typing import Any

import pytest

from models.database.engine import Database
from models.outbox.sending import SendError
from tests.asking import responder
from tests.bot.slack.conftest import SlackScene, listening, sending
from tests.bot.slack.test_sender import outgoing
from tests.known import (
    CLEARED,
    GROUP,
    NOT_CLEARED,
    PEOPLE,
    PUBLIC_CHANNEL,
    SHORT,
    SIGNER,
    Somebody,
    found,
    make_known,
)
from tests.servers.slack import CHANNEL, Misbehaviour, SlackStandIn

ASKED_HERE = {name: who for name, who in PEOPLE.items() if who.private is not None}


@pytest.fixture
def house(database: Database, slack: SlackStandIn) -> SlackScene:
    make_known(database, "slack")
    slack.channels |= {PUBLIC_CHANNEL, CLEARED, NOT_CLEARED}
    slack.private |= {CLEARED, NOT_CLEARED}
    slack.groups = {GROUP: {"304"}}
    house = SlackScene(trusted={GROUP})
    house.respond = responder(database, SIGNER)
    return house


async def test_who_gets_to_know_what_over_the_wire(slack: SlackStandIn, house: SlackScene) -> None:
    async with listening(slack, house):
        for name, who in ASKED_HERE.items():
            texts = [await asks(slack, who, text) for text in SHORT]
            assert found("".join(texts)) == who.knows, name


async def test_what_is_shared_is_what_all_may_read(slack: SlackStandIn, house: SlackScene) -> None:
    guardian = PEOPLE["guardian"]
    async with listening(slack, house):
        whispered = await asks(slack, guardian, "info hidden")
        assert found(whispered) == {"private plugin"}
        share = {"action_id": "share", "value": "info hidden"}
        await slack.press(
            share, user=guardian.user, channel=PUBLIC_CHANNEL, team=guardian.workspace
        )
        await slack.until(lambda: len(slack.answered) >= 3)
    (shared,) = [said for _, said in slack.answered if said.get("response_type") == "in_channel"]
    assert "About hidden" in str(shared)
    assert found(str(shared)) == set()


async def test_a_private_message_is_sent_while_slack_calls_the_channel_private(
    slack: SlackStandIn,
) -> None:
    async with sending(slack) as sender:
        slack.private.add(CHANNEL)
        assert await sender.send(outgoing(private=True))
    slack.private.discard(CHANNEL)
    async with sending(slack) as sender:
        with pytest.raises(SendError) as refused:
            await sender.send(outgoing(private=True))
        assert (refused.value.opened, refused.value.permanent) == (True, True)
        assert await sender.send(outgoing())
        assert await sender.send(outgoing(private=True, address="U1", is_person=True))
    assert len(slack.messages[CHANNEL]) == 2


async def test_where_slack_does_not_tell_a_private_message_waits(slack: SlackStandIn) -> None:
    slack.go_wrong(
        "conversations.info", Misbehaviour(error="missing_scope"), Misbehaviour(status=503)
    )
    async with sending(slack) as sender:
        for _ in range(2):
            with pytest.raises(SendError) as refused:
                await sender.send(outgoing(private=True))
            assert (refused.value.opened, refused.value.permanent) == (False, False)
    assert not slack.messages[CHANNEL]


async def asks(slack: SlackStandIn, who: Somebody, text: str) -> str:
    """What is answered: to the asker alone, or in the channel for all."""
    if not who.for_all:
        before = len(slack.answered)
        await slack.slash(text, user=who.user, channel=who.channel, team=who.workspace)
        await slack.until(lambda: len(slack.answered) > before)
        return json.dumps(slack.answered[-1][1]).replace(text, "")  # what was asked is no answer
    posted = slack.messages[who.channel]
    before = len(posted)
    event: dict[str, Any] = {
        "type": "app_mention",
        "user": who.user,
        "text": text,
        "channel": who.channel,
    }
    await slack.event(event | {"user_team": who.workspace})
    await slack.until(lambda: len(posted) > before)
    return json.dumps(posted[-1]).replace(text, "")
