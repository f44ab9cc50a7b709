"""In which language somebody is answered, looked up in a thread as all that the database is asked."""

import asyncio
from concurrent.futures import Executor

import structlog

from models.actions.asking import Asker, LanguageOf
from models.rules.languages import ENGLISH
from models.rules.speaking import speaks_others

_log = structlog.get_logger()


class Languages:
    """Looks up languages. `look_up` blocks, and is called in `threads`."""

    def __init__(self, look_up: LanguageOf, threads: Executor) -> None:
        self._look_up = look_up
        self._threads = threads

    async def of(self, asker: Asker) -> str:
        """The language of where they ask; English while that cannot be had, or where there is no other."""
        if not speaks_others():
            return ENGLISH
        try:
            return await asyncio.get_running_loop().run_in_executor(
                self._threads, self._look_up, asker
            )
        except Exception:  # noqa: BLE001 - the platform's edge: one can read English where the database is away
            _log.exception("language_not_known", platform=asker.platform)
            return ENGLISH
