"""Sending to Slack, through the real client over the wire: what stands, how often, and what each refusal means."""

import asyncio
import time
from dataclasses import replace
from itertools import count
from types import SimpleNamespace
from typing import Any

import pytest
from slack_sdk.errors import SlackApiError

from bot.slack import sender as slack_sender
from bot.slack.refusals import RefusalKind, refusal
from bot.slack.sender import SlackSender
from models.messages.message import Message, Text, Tone
from models.outbox.sending import Outgoing, SendError
from models.tables import Posting
from tests.bot.slack.conftest import sending
from tests.servers.slack import CHANNEL, Misbehaviour, SlackStandIn

BROKEN = Message(
    "discourse-events does not load", Tone.BROKEN, (Text("Broken since <!channel> noon."),)
)
FIXED = Message("discourse-events works again", Tone.HEALTHY, (Text("It was broken for an hour."),))
SLOW = Misbehaviour(hang=0.4, does_it=True)

_ids = count(1)


def outgoing(
    action: Posting = Posting.POST,
    message: Message = BROKEN,
    reference: str | None = None,
    **more: Any,
) -> Outgoing:
    return Outgoing(
        **{"outbox_id": next(_ids), "address": CHANNEL, **more},
        action=action,
        message=message,
        reference=reference,
    )


async def refused(sender: SlackSender, message: Outgoing) -> SendError:
    with pytest.raises(SendError) as failed:
        await sender.send(message)
    return failed.value


async def test_a_card_its_edit_and_its_thread(slack: SlackStandIn, sender: SlackSender) -> None:
    card = await sender.send(outgoing())
    assert await sender.send(outgoing(Posting.EDIT, FIXED, card)) == card
    quiet = await sender.send(outgoing(Posting.REPLY, FIXED, card))
    loud = await sender.send(outgoing(Posting.REPLY, FIXED, card, broadcast=True))

    stands, first, second = slack.messages[CHANNEL]
    assert (stands["ts"], stands["edited"], stands["text"]) == (
        card,
        True,
        "✅ discourse-events works again\nIt was broken for an hour.",
    )
    assert (first["ts"], first["thread_ts"], first["reply_broadcast"]) == (quiet, card, False)
    assert (second["ts"], second["thread_ts"], second["reply_broadcast"]) == (loud, card, True)


async def test_nothing_pings_links_unfurls_or_formats(
    slack: SlackStandIn, sender: SlackSender
) -> None:
    await sender.send(outgoing())
    (posted,) = slack.calls("chat.postMessage")
    flags = ("unfurl_links", "unfurl_media", "link_names", "parse", "mrkdwn")
    assert [posted[flag] for flag in flags] == [False, False, False, "none", False]
    assert "&lt;!channel&gt;" in posted["text"]


async def test_a_person_is_written_to_directly(slack: SlackStandIn, sender: SlackSender) -> None:
    card = await sender.send(outgoing(address="U7"))
    await sender.send(outgoing(Posting.EDIT, FIXED, card, address="U7"))
    assert [message["edited"] for message in slack.messages["D-U7"]] == [True]
    assert len(slack.calls("conversations.open")) == 1


async def test_a_card_that_was_deleted_is_posted_anew_and_replies_follow_it(
    slack: SlackStandIn, sender: SlackSender
) -> None:
    card = await sender.send(outgoing())
    slack.delete(CHANNEL, card)
    anew = await sender.send(outgoing(Posting.EDIT, FIXED, card))
    assert anew != card
    await sender.send(outgoing(Posting.REPLY, FIXED, anew))
    assert [message.get("thread_ts") for message in slack.messages[CHANNEL]] == [None, anew]


async def test_a_reply_whose_card_was_deleted_stands_by_itself(
    slack: SlackStandIn, sender: SlackSender
) -> None:
    card = await sender.send(outgoing())
    slack.delete(CHANNEL, card)
    await sender.send(outgoing(Posting.REPLY, FIXED, card))
    slack.go_wrong("chat.postMessage", Misbehaviour(error="thread_not_found"))
    await sender.send(outgoing(Posting.REPLY, FIXED, card))
    assert ["thread_ts" in message for message in slack.messages[CHANNEL]] == [False, False]


@pytest.mark.parametrize(
    "wrong",
    [
        Misbehaviour(drops=True, does_it=True),
        Misbehaviour(status=502, does_it=True),
        Misbehaviour(error="fatal_error", does_it=True),
    ],
)
@pytest.mark.parametrize("restarted", [False, True])
@pytest.mark.parametrize("action", [Posting.POST, Posting.REPLY])
async def test_what_may_stand_already_is_looked_for_before_it_is_posted_again(
    wrong: Misbehaviour, restarted: bool, action: Posting, slack: SlackStandIn, sender: SlackSender
) -> None:
    card = await sender.send(outgoing()) if action is Posting.REPLY else None
    slack.go_wrong("chat.postMessage", wrong)
    message = outgoing(action, FIXED, card)
    assert not (await refused(sender, message)).permanent
    async with sending(slack) as after_restart:
        retried = await (after_restart if restarted else sender).send(replace(message, attempts=2))
    (stands,) = [stands for stands in slack.messages[CHANNEL] if stands["ts"] != card]
    assert stands["ts"] == retried


async def test_a_hanging_slack_is_given_up_and_found_later(
    slack: SlackStandIn, sender: SlackSender
) -> None:
    message = outgoing()
    slack.go_wrong("chat.postMessage", SLOW)
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.2):
            await sender.send(message)
    await slack.until(lambda: slack.messages[CHANNEL])
    await sender.send(replace(message, attempts=2))
    assert len(slack.messages[CHANNEL]) == 1


async def test_what_surely_does_not_stand_is_not_looked_for(
    slack: SlackStandIn, sender: SlackSender
) -> None:
    message = outgoing()
    slack.go_wrong("chat.postMessage", Misbehaviour(status=429, retry_after=0))
    await refused(sender, message)
    await sender.send(replace(message, attempts=2))
    assert not slack.calls("conversations.history")


async def test_the_same_row_of_another_database_is_another_message(
    slack: SlackStandIn, sender: SlackSender
) -> None:
    await sender.send(outgoing(outbox_id=1))
    await sender.send(outgoing(message=FIXED, outbox_id=1, attempts=2))
    assert len(slack.messages[CHANNEL]) == 2


async def test_without_the_right_to_look_a_message_is_rather_posted_twice(
    slack: SlackStandIn, sender: SlackSender
) -> None:
    message = outgoing()
    slack.go_wrong("chat.postMessage", Misbehaviour(drops=True, does_it=True))
    slack.go_wrong("conversations.history", Misbehaviour(error="missing_scope"))
    await refused(sender, message)
    await sender.send(replace(message, attempts=2))
    assert len(slack.messages[CHANNEL]) == 2


async def test_429_says_how_long_to_wait(slack: SlackStandIn, sender: SlackSender) -> None:
    slack.go_wrong("chat.postMessage", Misbehaviour(status=429, retry_after=30))
    error = await refused(sender, outgoing())
    assert (error.retry_after, error.permanent) == (30, False)


@pytest.mark.parametrize(
    ("code", "permanent", "gone", "waits"),
    [
        ("channel_not_found", False, True, False),
        ("is_archived", False, True, False),
        ("not_in_channel", False, True, False),
        ("restricted_action", False, True, False),
        ("user_disabled", False, True, False),
        ("missing_scope", False, False, True),
        ("no_text", True, False, False),
        ("metadata_too_large", True, False, False),
        ("internal_error", False, False, False),
        ("something_new", False, False, False),
        ("ratelimited", False, False, True),
        ("invalid_auth", False, False, True),
        ("token_revoked", False, False, True),
    ],
)
async def test_each_refusal_says_what_can_be_done(
    code: str, permanent: bool, gone: bool, waits: bool, slack: SlackStandIn, sender: SlackSender
) -> None:
    slack.go_wrong("chat.postMessage", Misbehaviour(error=code))
    error = await refused(sender, outgoing())
    assert (error.permanent, error.gone, error.retry_after is not None) == (permanent, gone, waits)
    assert code in error.reason or code == "ratelimited"


async def test_a_revoked_token_stops_slack_loses_nothing_and_is_tried_again_later(
    slack: SlackStandIn,
) -> None:
    now = time.time()
    async with sending(slack) as made:
        sender = SlackSender(made._client, steady=lambda: now)
        slack.go_wrong("chat.postMessage", Misbehaviour(error="token_revoked"))
        stopped = await refused(sender, outgoing())
        others = [await refused(sender, outgoing(address=channel)) for channel in ("C2", "C3")]
        assert {error.retry_after for error in (stopped, *others)} == {slack_sender.SECONDS_STOPPED}
        assert len(slack.asked) == 1
        now += slack_sender.SECONDS_STOPPED + 1
        await sender.send(outgoing())
    assert len(slack.messages[CHANNEL]) == 1


async def test_what_slack_does_not_take_as_drawn_is_said_in_plain_words(
    slack: SlackStandIn, sender: SlackSender
) -> None:
    slack.go_wrong("chat.postMessage", Misbehaviour(error="msg_blocks_too_long"))
    await sender.send(outgoing())
    (stands,) = slack.messages[CHANNEL]
    assert (stands["blocks"], stands["text"][:17]) == ([], "❌ discourse-event")


async def test_a_dead_server_is_worth_another_try(slack: SlackStandIn) -> None:
    slack.url = "http://127.0.0.1:9/api/"
    async with sending(slack) as sender:
        error = await refused(sender, outgoing())
    assert (error.permanent, error.gone) == (False, False)


@pytest.mark.parametrize(
    ("header", "seconds"), [(None, 30), ("soon", 30), ("-1", 0), ("7", 7), ("0.5", 0.5)]
)
def test_a_429_without_a_time_waits_anyhow(header: str | None, seconds: float) -> None:
    headers = {} if header is None else {"Retry-After": header}
    response = SimpleNamespace(status_code=429, headers=headers, data={})
    read = refusal(SlackApiError("x", response))
    assert (read.kind, read.retry_after) == (RefusalKind.LATER, seconds)
