"""How a question is answered on every platform: in threads, so that the event loop waits for no database."""

import asyncio
from collections.abc import Awaitable, Callable
from concurrent.futures import Executor

import structlog

from models.actions.action import Typed
from models.actions.asking import Asker, Respond
from models.messages.help import TROUBLE
from models.messages.message import Message

# Few, so that many questions at once leave the processor to the alerts.
ANSWER_THREADS = 4

_log = structlog.get_logger()


async def _as_named(asker: Asker) -> Asker:
    return asker


class Answering:
    """Answers what people type and press. `respond` blocks, and is called in `threads`.

    `as_member` completes who asks by what the platform says of them at that moment.
    """

    def __init__(
        self,
        respond: Respond,
        threads: Executor,
        as_member: Callable[[Asker], Awaitable[Asker]] = _as_named,
    ) -> None:
        self._respond = respond
        self._threads = threads
        self._as_member = as_member

    async def answer(self, typed: Typed, asker: Asker) -> Message:
        """The answer; when there is none to be had, words that say no more than that."""
        try:
            if typed.is_personal:
                asker = await self._as_member(asker)
            return await asyncio.get_running_loop().run_in_executor(
                self._threads, self._respond, typed, asker
            )
        except Exception:  # noqa: BLE001 - the platform's edge: people never see exception text
            _log.exception("question_not_answered", platform=asker.platform, question=typed.text)
            return TROUBLE
