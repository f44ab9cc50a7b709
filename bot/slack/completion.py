"""The words that complete a field of a modal, as they are when somebody types."""

import asyncio
from collections.abc import Awaitable, Callable
from concurrent.futures import Executor
from typing import Any

import structlog
from slack_bolt.async_app import AsyncAck

from bot.slack import views
from models.actions.arguments.following import ALL, MINE
from models.actions.completion import Names

# Slack wants the words within three seconds; none are better than late ones.
SECONDS_TO_COMPLETE = 2.0

_log = structlog.get_logger()


class FieldCompletion:
    """What completes each field. `names` is called in `threads`."""

    def __init__(self, names: Callable[[], Names], threads: Executor, seconds: float) -> None:
        self._names = names
        self._threads = threads
        self._seconds = seconds
        self._known: dict[str, list[str]] = {}

    def of(self, field: str) -> Callable[..., Awaitable[None]]:
        """The library's listener for a field that is picked by typing."""

        async def complete(ack: AsyncAck, body: dict[str, Any]) -> None:
            await self._refresh()
            await ack(options=views.options(self._known.get(field, []), body.get("value") or ""))

        return complete

    async def _refresh(self) -> None:
        """Read the words; when the database is slow, those that were read last still serve."""
        try:
            async with asyncio.timeout(self._seconds):
                names = await asyncio.get_running_loop().run_in_executor(self._threads, self._names)
        except Exception:  # noqa: BLE001 - the platform's edge: one can type without completion
            _log.exception("completions_not_read", platform="slack")
            return
        self._known = {
            views.PLUGIN: names["plugins"],
            views.BRANCH: names["branches"],
            views.FOLLOWED: [ALL, MINE, *names["tags"], *names["plugins"]],
        }
