"""Whether channels are private, as Slack says it now; that somebody said so once is not enough."""

import time
from collections.abc import Callable

import aiohttp
import structlog
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.slack.refusals import refusal

# How long an answer counts. Slack takes some 50 such questions a minute, its Tier 3:
# https://docs.slack.dev/reference/methods/conversations.info
SECONDS_FRESH = 20.0
_MOST = 1_000  # channels that are remembered; at more of them all are asked again

_log = structlog.get_logger()


class SlackChannels:
    """Asks Slack for each channel, at most once in `SECONDS_FRESH`."""

    def __init__(self, client: AsyncWebClient, clock: Callable[[], float] = time.monotonic) -> None:
        self._client = client
        self._clock = clock
        self._said: dict[str, tuple[float, bool]] = {}

    async def ask_whether_private(self, channel: str) -> bool:
        """Whether only its members read the channel, and all of them are of this workspace.

        Raises what the client raises.
        """
        fresh_until, private = self._said.get(channel, (0.0, False))
        if self._clock() < fresh_until:
            return private
        answer = await self._client.conversations_info(channel=channel)
        info = answer.get("channel") or {}
        is_shared = info.get("is_shared") or info.get("is_ext_shared")
        private = bool(info.get("is_private")) and not is_shared
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
