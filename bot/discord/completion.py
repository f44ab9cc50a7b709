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
        """At most `MAX_CHOICES` words for the argument: those that begin as what is typed, then those that contain it.

        Servers are named only in guilds that are admitted.
        """
        known = list(argument.fixed)
        if argument.source is not Source.SERVERS or guild in self._guilds:
            known += self._known.get(argument.source or "", ())
        # Where several words may stand, the last one is completed, and those before it stay.
        earlier = ""
        if argument.several and " " in begun:
            earlier = begun.rpartition(" ")[0] + " "
        wanted = begun.removeprefix(earlier).casefold().strip()
        begins = [word for word in known if word.casefold().startswith(wanted)]
        contains = [word for word in known if word.casefold().find(wanted) > 0]
        choices = [earlier + word for word in (*begins, *contains)]
        fitting = [choice for choice in choices if len(choice) <= MAX_CHOICE]
        return list(dict.fromkeys(fitting))[:MAX_CHOICES]
