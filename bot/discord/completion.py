"""The words that complete a half-typed option: kept in memory, so that a suggestion never waits for the database."""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Executor

import structlog

from bot.discord.render import MAX_CHOICE, MAX_CHOICES
from models.actions.arguments import Argument, Source
from models.actions.completion import Names, by_source

REFRESH_SECONDS = 30.0


_log = structlog.get_logger()


class OptionCompletion:
    """What can be completed, as it was when it was last read."""

    def __init__(self, names: Callable[[], Names], threads: Executor) -> None:
        self._names = names
        self._threads = threads
        self._known: Mapping[str, Sequence[str]] = {}
        self._guilds: Sequence[str] = ()

    async def keep_fresh(self) -> None:
        """Read the words again and again, until cancelled."""
        while True:
            try:
                names = await asyncio.get_running_loop().run_in_executor(self._threads, self._names)
            except Exception:  # noqa: BLE001 - the edge of a task: the words known until now still serve
                _log.exception("completions_not_read")
            else:
                self._known = by_source(names)
                self._guilds = names["guilds"]
            await asyncio.sleep(REFRESH_SECONDS)

    def suggest(self, argument: Argument, begun: str, guild: str) -> list[str]:
        """At most 25 words for the argument: those that begin so, then those that contain it.

        What servers there are is for guilds that are admitted.
        """
        known = list(argument.fixed)
        if argument.source is not Source.SERVERS or guild in self._guilds:
            known += self._known.get(argument.source or "", ())
        # Of several words the last one is completed, behind those that stand already.
        done = begun.rpartition(" ")[0] if argument.several else ""
        head = f"{done} " if done else ""
        wanted = begun.removeprefix(head).casefold().strip()
        begins = [word for word in known if word.casefold().startswith(wanted)]
        contains = [word for word in known if word.casefold().find(wanted) > 0]
        whole = [head + word for word in (*begins, *contains)]
        fitting = [words for words in whole if len(words) <= MAX_CHOICE]
        return list(dict.fromkeys(fitting))[:MAX_CHOICES]
