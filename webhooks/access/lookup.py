"""Look-ups of what strangers name: all that wait are one question to the database, and one is asked at a time."""

import asyncio
from collections.abc import Callable, Collection
from concurrent.futures import Executor


class Lookup:
    """Asks `known`, in a thread of `threads`, which of some texts are known."""

    def __init__(
        self, known: Callable[[Collection[str]], Collection[str]], threads: Executor
    ) -> None:
        self._known = known
        self._threads = threads
        self._waiting: dict[str, asyncio.Future[bool]] = {}
        self._asking: asyncio.Task[None] | None = None

    async def knows(self, text: str) -> bool:
        """Whether the text is known to the database, as it stands after this call."""
        answer = self._waiting.get(text)
        if answer is None:
            answer = self._waiting[text] = asyncio.get_running_loop().create_future()
        if self._asking is None:
            self._asking = asyncio.create_task(self._ask())
        return await asyncio.shield(answer)

    async def _ask(self) -> None:
        try:
            while self._waiting:
                asked, self._waiting = self._waiting, {}
                await self._answer(asked)
        finally:
            self._asking = None

    async def _answer(self, asked: dict[str, asyncio.Future[bool]]) -> None:
        loop = asyncio.get_running_loop()
        try:
            known = await loop.run_in_executor(self._threads, self._known, asked.keys())
        except Exception as error:  # noqa: BLE001 - whoever asked hears it, whatever it is
            for answer in asked.values():
                answer.set_exception(error)
                answer.exception()  # they may have hung up, and then nobody else looks at it
            return
        for text, answer in asked.items():
            answer.set_result(text in known)
