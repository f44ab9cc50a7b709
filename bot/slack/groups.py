"""Which user groups somebody is in, as Slack says it now; no payload tells, and none would be believed."""

import asyncio
import time
from collections.abc import Callable, Collection
from concurrent.futures import Executor

import aiohttp
import structlog
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.slack.refusals import refusal
from models.actions.asking import Asker

# How long what Slack said is believed: it answers about 20 such questions a minute.
# https://docs.slack.dev/reference/methods/usergroups.users.list
SECONDS_FRESH = 20.0

# The groups of a workspace that have a role. It blocks.
Trusted = Callable[[str], Collection[str]]

_log = structlog.get_logger()


class Groups:
    """Asks for the members of those groups that have a role, and of no others."""

    def __init__(
        self,
        client: AsyncWebClient,
        trusted: Trusted,
        threads: Executor,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._client = client
        self._trusted = trusted
        self._threads = threads
        self._clock = clock
        self._asked: dict[str, tuple[float, asyncio.Task[frozenset[str]]]] = {}

    async def of(self, asker: Asker) -> frozenset[str]:
        """The groups with a role that the asker is in.

        Where Slack does not tell, they are in none.
        """
        loop = asyncio.get_running_loop()
        trusted = sorted(await loop.run_in_executor(self._threads, self._trusted, asker.workspace))
        members = await asyncio.gather(*map(self._members, trusted))
        return frozenset(
            group for group, users in zip(trusted, members, strict=True) if asker.user in users
        )

    async def _members(self, group: str) -> frozenset[str]:
        until, asking = self._asked.get(group, (0.0, None))
        if asking is None or self._clock() >= until:
            asking = asyncio.create_task(self._ask(group))
            self._asked[group] = self._clock() + SECONDS_FRESH, asking
        try:
            return await asyncio.shield(asking)
        except SlackApiError as error:
            reason = refusal(error).words
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            reason = type(error).__name__
        self._asked.pop(group, None)
        _log.error(
            "slack_group_unknown",
            group=group,
            reason=reason,
            hint="its members cannot act meanwhile",
        )
        return frozenset()

    async def _ask(self, group: str) -> frozenset[str]:
        answer = await self._client.usergroups_users_list(usergroup=group)
        return frozenset(answer.get("users") or ())
