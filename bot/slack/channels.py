"""Whether channels are private, as Slack says it now; that somebody said so once is not enough."""

import time
from collections.abc import Callable

import aiohttp
import structlog
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.slack.refusals import refusal

# How long what Slack said is believed. https://docs.slack.dev/reference/methods/conversations.info: Tier 3.
SECONDS_FRESH = 20.0
_MOST = 1_000

_log = structlog.get_logger()


class SlackChannels:
    """Asks for each channel at most once in a while."""

    def __init__(self, client: AsyncWebClient, clock: Callable[[], float] = time.monotonic) -> None:
        self._client = client
        self._clock = clock
        self._said: dict[str, tuple[float, bool]] = {}

    async def ask_whether_private(self, channel: str) -> bool:
        """Whether only its members read the channel, all of this workspace.

        Raises what the client raises.
        """
        until, private = self._said.get(channel, (0.0, False))
        if self._clock() < until:
            return private
        answer = await self._client.conversations_info(channel=channel)
        info = answer.get("channel") or {}
        private = bool(info.get("is_private")) and not (
            info.get("is_shared") or info.get("is_ext_shared")
        )
        if len(self._said) >= _MOST:
            self._said.clear()
        self._said[channel] = self._clock() + SECONDS_FRESH, private
        return private

    async def is_private(self, channel: str) -> bool | None:
        """Whether only its members read the channel; None where Slack does not tell, which counts as no."""
        try:
            return await self.ask_whether_private(channel)
        except SlackApiError as error:
            _log.info("slack_channel_unknown", channel=channel, reason=refusal(error).words)
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            _log.warning("slack_channel_unknown", channel=channel, reason=type(error).__name__)
        return None
