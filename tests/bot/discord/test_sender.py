"""The sender over the wire: cards, edits, threads, and a server that misbehaves."""

import asyncio
import time
from dataclasses import replace

import pytest

from bot.discord.rest import Rest
from bot.discord.sender import DiscordSender
from models.messages.message import Buttons, Mention, Message, Text
from models.outbox.sending import SendError
from models.tables import Posting
from tests.bot.discord.conftest import BROKEN, FIXED, outgoing, sending
from tests.servers.discord import (
    CHANNEL,
    DIRECT,
    FORUM_POST,
    PERSON,
    Discord,
    Trouble,
    error,
    limited,
    until,
)

POST = "POST /channels/[0-9]+/messages$"
WITH_BUTTON = Message("x", blocks=(Buttons((("Acknowledge", "ack 12"),)),))


async def test_a_card_is_posted_edited_and_answered_in_its_thread(
    server: Discord, sender: DiscordSender
) -> None:
    card = await sender.send(outgoing(message=BROKEN))
    reply = await sender.send(outgoing(Posting.REPLY, FIXED, card))
    assert await sender.send(outgoing(Posting.EDIT, FIXED, card)) == card
    await sender.send(outgoing(Posting.REPLY, FIXED, card))
    assert server.messages[CHANNEL][card]["embeds"][0]["title"] == "✅ discourse-events works again"
    assert server.threads == {card: BROKEN.title}
    assert next(iter(server.messages[card])) == reply
    assert len(server.messages[card]) == 2
    assert len(server.asked) == 5


async def test_nobody_is_pinged_by_anything(server: Discord, sender: DiscordSender) -> None:
    card = await sender.send(outgoing(message=WITH_BUTTON))
    await sender.send(outgoing(Posting.EDIT, BROKEN, card))
    await sender.send(outgoing(Posting.REPLY, FIXED, card, broadcast=True))
    bodies = [asked.body for asked in server.find("messages(/[0-9]+)?$")]
    assert [body["allowed_mentions"] for body in bodies] == [{"parse": []}] * 4


async def test_an_edit_takes_the_buttons_away(server: Discord, sender: DiscordSender) -> None:
    card = await sender.send(outgoing(message=WITH_BUTTON))
    (row,) = server.messages[CHANNEL][card]["components"]
    assert [(button["label"], button["custom_id"]) for button in row["components"]] == [
        ("Acknowledge", "pw:ack 12")
    ]
    await sender.send(outgoing(Posting.EDIT, FIXED, card))
    assert server.messages[CHANNEL][card]["components"] == []


async def test_a_thread_is_found_again_after_a_restart(server: Discord) -> None:
    async with sending(server) as before:
        card = await before.send(outgoing())
        await before.send(outgoing(Posting.REPLY, FIXED, card))
    async with sending(server) as after:
        await after.send(outgoing(Posting.REPLY, FIXED, card))
    assert len(server.messages[card]) == 2
    assert len(server.find("threads$")) == 1


async def test_a_thread_is_opened_after_a_restart(server: Discord) -> None:
    async with sending(server) as before:
        card = await before.send(outgoing())
    async with sending(server) as after:
        await after.send(outgoing(Posting.REPLY, FIXED, card))
    assert len(server.messages[card]) == 1
    assert server.threads == {card: FIXED.title}


async def test_a_broadcast_reply_is_pointed_to_in_the_channel(
    server: Discord, sender: DiscordSender
) -> None:
    card = await sender.send(outgoing())
    reply = await sender.send(outgoing(Posting.REPLY, FIXED, card, broadcast=True))
    assert list(server.messages[card]) == [reply]
    _, pointer = server.messages[CHANNEL].values()
    assert pointer["content"] == f"In <#{card}>"
    assert pointer["message_reference"] == {"message_id": card, "fail_if_not_exists": False}


async def test_a_pointer_that_fails_repeats_no_reply(
    server: Discord, sender: DiscordSender
) -> None:
    card = await sender.send(outgoing())
    said = outgoing(Posting.REPLY, FIXED, card, broadcast=True)
    server.trouble(f"POST /channels/{CHANNEL}/messages$", Trouble(500))
    with pytest.raises(SendError):
        await sender.send(said)
    await sender.send(said)
    assert len(server.messages[card]) == 1
    assert len(server.find(f"POST /channels/{card}/messages$")) == 1
    assert len(server.messages[CHANNEL]) == 2


async def test_a_deleted_card_is_posted_anew(server: Discord, sender: DiscordSender) -> None:
    card = await sender.send(outgoing())
    del server.messages[CHANNEL][card]
    again = await sender.send(outgoing(Posting.EDIT, FIXED, card))
    assert again != card
    assert list(server.messages[CHANNEL]) == [again]


async def test_a_reply_to_a_deleted_card_stands_alone(
    server: Discord, sender: DiscordSender
) -> None:
    card = await sender.send(outgoing())
    del server.messages[CHANNEL][card]
    await sender.send(outgoing(Posting.REPLY, FIXED, card))
    assert len(server.messages[CHANNEL]) == 1


@pytest.mark.parametrize("channel", [FORUM_POST, DIRECT])
async def test_where_there_are_no_threads_a_reply_stands_below_its_card(
    server: Discord, sender: DiscordSender, channel: str
) -> None:
    card = await sender.send(outgoing(to=channel))
    for _ in range(2):
        await sender.send(outgoing(Posting.REPLY, FIXED, card, to=channel, broadcast=True))
    _, *replies = server.messages[channel].values()
    assert [reply["message_reference"]["message_id"] for reply in replies] == [card, card]
    assert len(server.find("threads$")) == 1  # it is asked for once


async def test_a_person_gets_a_direct_message(server: Discord, sender: DiscordSender) -> None:
    card = await sender.send(outgoing(to=PERSON, is_person=True))
    await sender.send(outgoing(Posting.EDIT, FIXED, card, to=PERSON, is_person=True))
    assert list(server.messages[DIRECT]) == [card]
    assert len(server.find("POST /users/@me/channels")) == 1


@pytest.mark.parametrize(
    ("trouble", "gone", "permanent", "retry_after"),
    [
        (error(404, 10003), True, False, None),
        (error(403, 50001), True, False, None),
        (error(403, 50013), True, False, None),
        (error(403, 50007), True, False, None),
        (error(400, 50035), False, True, None),
        (error(400, 50006), False, True, None),
        (error(403, 200000), False, True, None),
        (error(400, 99999), False, True, None),
        (error(401, 0), False, False, 60.0),
        (Trouble(500), False, False, None),
        (Trouble(503), False, False, None),
        (Trouble(403, "<html>banned</html>"), False, False, 600.0),
        (Trouble(429, "<html>banned</html>", {"Retry-After": "17"}), False, False, 17.0),
        (limited(30.0), False, False, 30.0),
        (limited(30.25, **{"global": True}), False, False, 30.25),
    ],
)
async def test_refusals_are_sorted(
    server: Discord,
    sender: DiscordSender,
    trouble: Trouble,
    gone: bool,
    permanent: bool,
    retry_after: float | None,
) -> None:
    server.trouble(POST, trouble)
    with pytest.raises(SendError) as refused:
        await sender.send(outgoing())
    assert (refused.value.gone, refused.value.permanent, refused.value.retry_after) == (
        gone,
        permanent,
        retry_after,
    )
    assert len(server.asked) == 1


async def test_an_address_that_is_no_id_is_not_asked_for(
    server: Discord, sender: DiscordSender
) -> None:
    with pytest.raises(SendError) as refused:
        await sender.send(outgoing(to="../users/@me"))
    assert refused.value.gone
    assert server.asked == []


async def test_a_limited_channel_is_left_alone_and_the_others_are_not(
    server: Discord, sender: DiscordSender
) -> None:
    server.trouble(POST, limited(30.0))
    for wait in (30.0, 29.0):
        with pytest.raises(SendError) as refused:
            await sender.send(outgoing())
        assert wait <= (refused.value.retry_after or 0) <= 30.0
    await sender.send(outgoing(to=FORUM_POST))
    assert len(server.find(POST)) == 2


async def test_a_short_limit_is_waited_for_to_the_second(
    server: Discord, sender: DiscordSender
) -> None:
    server.trouble(POST, limited(1.0))
    with pytest.raises(SendError):
        await sender.send(outgoing())
    await sender.send(outgoing())
    first, second = server.find(POST)
    assert 1.0 <= second.at - first.at < 1.5


async def test_a_limit_for_all_holds_for_all(server: Discord, sender: DiscordSender) -> None:
    server.trouble(POST, limited(30.0, **{"global": True}))
    for channel in (CHANNEL, FORUM_POST):
        with pytest.raises(SendError) as refused:
            await sender.send(outgoing(to=channel))
        assert 29.0 <= (refused.value.retry_after or 0) <= 30.0
    assert len(server.asked) == 1


async def test_a_bucket_that_is_empty_is_not_asked(server: Discord, sender: DiscordSender) -> None:
    emptied = Trouble(
        200, {"id": "1"}, {"X-RateLimit-Remaining": "0", "X-RateLimit-Reset-After": "20"}
    )
    server.trouble(POST, emptied)
    await sender.send(outgoing())
    with pytest.raises(SendError) as refused:
        await sender.send(outgoing())
    assert 19.0 < (refused.value.retry_after or 0) <= 20.0
    assert len(server.asked) == 1


async def test_a_refused_token_is_not_tried_again(server: Discord, sender: DiscordSender) -> None:
    server.token = "another"
    for _ in range(5):
        with pytest.raises(SendError) as refused:
            await sender.send(outgoing())
        assert "DISCORD_TOKEN" in refused.value.reason
        assert (refused.value.permanent, refused.value.gone) == (False, False)
    assert len(server.asked) == 1


async def test_we_stop_long_before_discord_bans(server: Discord) -> None:
    server.trouble(POST, *[error(403, 50013)] * 9)
    async with sending(server, most_invalid=3) as sender:
        for _ in range(6):
            with pytest.raises(SendError) as refused:
                await sender.send(outgoing())
    assert 590 < (refused.value.retry_after or 0) <= 600
    assert len(server.asked) == 3


async def test_an_answer_that_was_lost_posts_nothing_twice(
    server: Discord, sender: DiscordSender
) -> None:
    said = outgoing()
    server.trouble(
        POST, Trouble(drop=True, accept=True), Trouble(500, accept=True), Trouble(drop=True)
    )
    for _ in range(3):
        with pytest.raises(SendError) as refused:
            await sender.send(said)
        assert not refused.value.permanent
    assert await sender.send(said) in server.messages[CHANNEL]
    assert len(server.messages[CHANNEL]) == 1
    assert len({asked.body["nonce"] for asked in server.asked}) == 1
    assert all(
        asked.body["enforce_nonce"] and len(asked.body["nonce"]) <= 25 for asked in server.asked
    )


async def test_a_server_that_hangs_is_given_up_and_holds_up_no_other_channel(
    server: Discord,
) -> None:
    server.trouble(f"POST /channels/{CHANNEL}/messages$", Trouble(hang=5.0))
    async with sending(server, seconds_to_answer=1.0) as sender:
        began = time.monotonic()
        hanging = asyncio.create_task(sender.send(outgoing()))
        await asyncio.sleep(0.05)
        await sender.send(outgoing(to=FORUM_POST))
        assert time.monotonic() - began < 0.5
        with pytest.raises(SendError, match="in time"):
            await hanging
    assert 1.0 <= time.monotonic() - began < 2.0


async def test_one_channel_is_written_to_in_turn(server: Discord, sender: DiscordSender) -> None:
    server.trouble(POST, *[Trouble(200, {"id": "1"}, hang=0.1)] * 3)
    await asyncio.gather(
        *(sender.send(outgoing(message=Message(str(n), blocks=(Text("x"),)))) for n in range(3))
    )
    first, second, third = (asked.at for asked in server.asked)
    assert second - first >= 0.1
    assert third - second >= 0.1


async def test_a_turn_that_is_far_off_is_given_back(server: Discord) -> None:
    server.trouble(POST, Trouble(200, {"id": "1"}, hang=5))
    async with sending(server, patience=0.2) as sender:
        first = asyncio.create_task(sender.send(outgoing()))
        await until(lambda: bool(server.asked))
        with pytest.raises(SendError) as refused:
            await sender.send(outgoing())
        assert refused.value.retry_after
        first.cancel()


async def test_nothing_is_kept_of_a_channel_that_is_quiet(server: Discord) -> None:
    async with sending(server) as sender:
        await asyncio.gather(*(sender.send(outgoing()) for _ in range(5)))
        rest: Rest = sender._rest
        assert not rest._turns
        assert not rest._waiting


@pytest.mark.parametrize(
    ("whom", "words", "allowed"),
    [
        (Mention("77"), "<@77>", {"parse": [], "users": [77]}),
        (Mention("78", is_group=True), "<@&78>", {"parse": [], "roles": [78]}),
        (Mention("U0123"), "", {"parse": []}),
    ],
)
async def test_whom_a_message_calls_is_pinged_and_nobody_else(
    server: Discord, sender: DiscordSender, whom: Mention, words: str, allowed: object
) -> None:
    await sender.send(outgoing(message=replace(WITH_BUTTON, title="<@79> @everyone", calls=whom)))
    (asked,) = server.find("messages$")
    pinged = {
        key: ids for key, ids in asked.body["allowed_mentions"].items() if key != "replied_user"
    }
    assert (asked.body.get("content") or "", pinged) == (words, allowed)
