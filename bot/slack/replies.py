"""How an answer is shown: to its asker alone, to all, in a thread, in a modal or as a direct message."""

from collections.abc import Awaitable, Callable
from typing import Any

import aiohttp
import structlog
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.webhook.async_client import AsyncWebhookClient

from bot.languages import Languages
from bot.slack import views
from bot.slack.refusals import refusal
from bot.slack.render import blocks, fallback
from models.actions.asking import Asker
from models.messages.message import Message
from models.rules.speaking import speaking

_NO_MARKUP: dict[str, Any] = {"parse": "none", "link_names": False, "mrkdwn": False}
_NO_UNFURLING: dict[str, Any] = {"unfurl_links": False, "unfurl_media": False}

_log = structlog.get_logger()


class Replies:
    """Shows answers on Slack, in the `languages` of those who asked."""

    def __init__(self, client: AsyncWebClient, languages: Languages) -> None:
        self._client = client
        self._languages = languages

    async def privately(
        self,
        response_url: str,
        asker: Asker,
        message: Message,
        *,
        share: str = "",
        thread: str | None = None,
    ) -> None:
        """Show the message to who asked, where they asked, in a channel that the bot is in or not."""
        with speaking(await self._languages.of(asker)):
            said: dict[str, Any] = {
                "text": fallback(message),
                "blocks": blocks(message, share=share),
            }
        if await self._by_url(response_url, response_type="ephemeral", thread_ts=thread, **said):
            return
        said |= {"thread_ts": thread, "parse": "none", "link_names": False}
        await self._tried(
            lambda: self._client.chat_postEphemeral(channel=asker.channel, user=asker.user, **said)
        )

    async def share(self, response_url: str, message: Message) -> bool:
        """Show the message to the whole channel in place of the answer that one person saw; False if Slack refused."""
        said: dict[str, Any] = {"text": fallback(message), "blocks": blocks(message)}
        if not await self._by_url(response_url, response_type="in_channel", **said):
            return False
        await self._by_url(response_url, delete_original=True)
        return True

    async def publicly(self, channel: str, message: Message, thread: str | None = None) -> None:
        """Post the message for all who read there."""
        said: dict[str, Any] = {
            "text": fallback(message),
            "blocks": blocks(message),
            **_NO_MARKUP,
            **_NO_UNFURLING,
        }
        await self._tried(
            lambda: self._client.chat_postMessage(channel=channel, thread_ts=thread, **said)
        )

    async def in_modal(self, trigger_id: str, asker: Asker, message: Message) -> None:
        """Show the message in a modal; in a direct message when Slack has waited too long for one."""
        try:
            await self._client.views_open(trigger_id=trigger_id, view=views.shown(message))
        except (SlackApiError, aiohttp.ClientError, TimeoutError):
            await self.publicly(asker.user, message)

    async def _by_url(self, response_url: str, **said: Any) -> bool:
        """Whether Slack took it. Such an address holds for half an hour and five answers."""
        # The library's own would read what is answered without end, and follow where it leads.
        there = AsyncWebhookClient(
            response_url,
            ssl=self._client.ssl,
            proxy=self._client.proxy,
            session=self._client.session,
            retry_handlers=[],
        )
        try:
            answer = await there.send_dict({"replace_original": False, **said, **_NO_UNFURLING})
        except (aiohttp.ClientError, TimeoutError, OSError, ValueError) as error:
            _log.warning("slack_answer_not_taken", reason=type(error).__name__)
            return False
        if answer.status_code != 200:
            _log.warning("slack_answer_not_taken", status=answer.status_code)
        return answer.status_code == 200

    async def _tried(self, call: Callable[[], Awaitable[object]]) -> None:
        try:
            await call()
        except SlackApiError as error:
            _log.error("slack_answer_lost", reason=refusal(error).words)
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            _log.error("slack_answer_lost", reason=type(error).__name__)
