"""Sends to Slack: posts, edits and replies, at least once, and twice only where Slack lets us not find the first."""

import math
import time
from collections.abc import Callable
from hashlib import sha256
from typing import Any

import aiohttp
import structlog
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.slack import render
from bot.slack.channels import SlackChannels
from bot.slack.refusals import RefusalKind, SlackRefusal, refusal
from models.outbox.sending import Outgoing, SendError
from models.tables import Posting

EVENT_TYPE = "pluginwatch"
# For how many seconds back a message is looked for that may have been posted already: a row lives a day.
_LOOK_BACK = 86_400.0
_MOST_MESSAGES = 200
# Slack takes about one message a second and channel; short bursts pass. https://docs.slack.dev/apis/web-api/rate-limits
SECONDS_BETWEEN = 1.0
# With a token that is refused, Slack is asked again only so often.
SECONDS_STOPPED = 300.0

_NO_PING: dict[str, Any] = {"parse": "none", "link_names": False}
_NO_UNFURLING: dict[str, Any] = {"mrkdwn": False, "unfurl_links": False, "unfurl_media": False}

_log = structlog.get_logger()


class SlackSender:
    """A `bot.sender.Sender` for channels, by their ids, and for people, whose direct message it opens."""

    seconds_between = SECONDS_BETWEEN

    def __init__(
        self,
        client: AsyncWebClient,
        now: Callable[[], float] = time.time,
        steady: Callable[[], float] = time.monotonic,
    ) -> None:
        self._client = client
        self._now = now
        self._steady = steady
        self._channels = SlackChannels(client)
        self._direct: dict[str, str] = {}
        # The outbox ids of messages that surely do not stand, so that they need not be looked for:
        # nobody has tried them yet, or Slack refused them clearly.
        self._surely_new: set[int] = set()
        # Until when, by the steady clock, Slack is not asked any more, and why.
        self._stopped_until = -math.inf
        self._stopped_by = ""

    async def send(self, outgoing: Outgoing) -> str:
        """Post, edit or reply; return the `ts` of the card or reply.

        An edit of a lost card posts it again.

        Raises SendError, with Slack's own time to wait if it gave one.
        """
        if (left := self._stopped_until - self._steady()) > 0:
            raise SendError(self._stopped_by, retry_after=left)
        if outgoing.attempts == 1:
            self._surely_new.add(outgoing.outbox_id)
        try:
            sent = await self._put(outgoing)
        except SlackApiError as error:
            raise self._refused(outgoing, refusal(error)) from error
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            raise SendError(f"Slack gave no clear answer: {type(error).__name__}") from error
        self._surely_new.discard(outgoing.outbox_id)
        return sent

    async def _put(self, outgoing: Outgoing) -> str:
        """Edit what stands, or else post; the `ts` of what stands then."""
        channel = await self._channel(outgoing.address)
        is_secret = outgoing.private and not outgoing.is_person
        if is_secret and not await self._channels.ask_whether_private(channel):
            raise SendError("the channel is not private any more", opened=True)
        if outgoing.action is Posting.EDIT and outgoing.reference:
            try:
                await self._call(
                    "chat.update", outgoing, channel=channel, ts=outgoing.reference, **_NO_PING
                )
            except SlackApiError as error:
                if refusal(error).kind is not RefusalKind.LOST:
                    raise
                _log.warning("card_lost", outbox=outgoing.outbox_id, reason=refusal(error).words)
            else:
                return outgoing.reference
        return await self._post(outgoing, channel)

    async def _post(self, outgoing: Outgoing, channel: str) -> str:
        """Post it, in its thread if that still stands, unless an earlier try did so already; its `ts`."""
        thread = outgoing.reference if outgoing.action is Posting.REPLY else None
        if outgoing.outbox_id not in self._surely_new:
            if found := await self._standing(outgoing, channel, thread):
                return found
            self._surely_new.add(outgoing.outbox_id)
        in_thread = {"thread_ts": thread, "reply_broadcast": outgoing.broadcast} if thread else {}
        try:
            answer = await self._post_new(outgoing, channel, **in_thread)
        except SlackApiError as error:
            if not thread or refusal(error).kind is not RefusalKind.LOST:
                raise
            answer = await self._post_new(outgoing, channel)
        if thread and (answer.get("message") or {}).get("thread_ts") != thread:
            # Slack says nothing of a parent that was deleted. The next edit of the card finds out
            # and posts it again.
            _log.warning("reply_without_its_card", outbox=outgoing.outbox_id, channel=channel)
        return str(answer["ts"])

    async def _post_new(self, outgoing: Outgoing, channel: str, **in_thread: Any) -> dict[str, Any]:
        metadata = {"event_type": EVENT_TYPE, "event_payload": _identity(outgoing)}
        # What becomes of it is not known until Slack answers.
        self._surely_new.discard(outgoing.outbox_id)
        try:
            return await self._call(
                "chat.postMessage",
                outgoing,
                channel=channel,
                metadata=metadata,
                **in_thread,
                **_NO_PING,
                **_NO_UNFURLING,
            )
        except SlackApiError as error:
            if refusal(error).is_clear:
                self._surely_new.add(outgoing.outbox_id)
            raise

    async def _call(self, method: str, outgoing: Outgoing, **arguments: Any) -> dict[str, Any]:
        """Send the message as it is drawn; if Slack does not take the drawing, in plain words."""
        text = render.fallback(outgoing.message)
        blocks = render.blocks(outgoing.message)
        try:
            answer = await self._client.api_call(
                method, json={**arguments, "text": text, "blocks": blocks}
            )
        except SlackApiError as error:
            refused = refusal(error)
            if refused.kind is not RefusalKind.BLOCKS:
                raise
            _log.error("slack_refuses_blocks", outbox=outgoing.outbox_id, reason=refused.words)
            answer = await self._client.api_call(
                method, json={**arguments, "text": text, "blocks": []}
            )
        return answer.data if isinstance(answer.data, dict) else {}

    async def _channel(self, address: str) -> str:
        """The channel of a destination; a person's is the direct message with them."""
        if not address.startswith(("U", "W")):
            return address
        if address not in self._direct:
            opened = await self._client.conversations_open(users=address)
            self._direct[address] = str(opened["channel"]["id"])
        return self._direct[address]

    async def _standing(self, outgoing: Outgoing, channel: str, thread: str | None) -> str | None:
        """Where the message stands, if an earlier try posted it.

        Without the right to look, it counts as not posted.
        """
        asked = {
            "channel": channel,
            "oldest": f"{self._now() - _LOOK_BACK:.6f}",
            "limit": _MOST_MESSAGES,
            "include_all_metadata": True,
        }
        method = "conversations.history"
        if thread:
            method = "conversations.replies"
            asked["ts"] = thread
        try:
            answer = await self._client.api_call(method, http_verb="GET", params=asked)
        except SlackApiError as error:
            refused = refusal(error)
            if refused.kind in {RefusalKind.LATER, RefusalKind.STOP}:
                raise
            _log.warning("cannot_look_for_message", outbox=outgoing.outbox_id, reason=refused.words)
            return None
        identity = _identity(outgoing)
        for message in answer.get("messages") or ():
            if (message.get("metadata") or {}).get("event_payload") == identity:
                return str(message["ts"])
        return None

    def _refused(self, outgoing: Outgoing, refused: SlackRefusal) -> SendError:
        """What the announcer is told of Slack's refusal, which is noted for what is sent next."""
        match refused.kind:
            case RefusalKind.STOP:
                self._stopped_until = self._steady() + SECONDS_STOPPED
                self._stopped_by = refused.words
                _log.error(
                    "slack_stops", reason=refused.words, hint="messages wait; python -m bot check"
                )
                return SendError(refused.words, retry_after=SECONDS_STOPPED)
            case RefusalKind.OPERATOR:
                _log.error(
                    "slack_refuses",
                    outbox=outgoing.outbox_id,
                    reason=refused.words,
                    hint="the message waits",
                )
                return SendError(refused.words, retry_after=SECONDS_STOPPED)
            case RefusalKind.GONE:
                return SendError(refused.words, gone=True)
            case RefusalKind.OURS | RefusalKind.BLOCKS | RefusalKind.LOST:
                self._surely_new.discard(outgoing.outbox_id)
                _log.error("slack_refuses", outbox=outgoing.outbox_id, reason=refused.words)
                return SendError(refused.words, permanent=True)
            case RefusalKind.LATER:
                return SendError(refused.words, retry_after=refused.retry_after)


def _identity(outgoing: Outgoing) -> dict[str, Any]:
    """What a message is found by: its row, and its words, for another database counts its rows from 1 as well."""
    return {
        "outbox_id": outgoing.outbox_id,
        "words": sha256(outgoing.message.to_json().encode()).hexdigest()[:16],
    }
