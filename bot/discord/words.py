"""The words that complete a half-typed option: kept in memory, so that a suggestion never waits for the database."""

import asyncio
from collections.abc import Callable, Sequence
from concurrent.futures import Executor

import structlog

from bot.answers import Words
from bot.discord.options import Option
from bot.discord.render import MAX_CHOICE, MAX_CHOICES

REFRESH_SECONDS = 30.0

_GUILDS = "guilds"  # no placeholder: those are in capitals

_log = structlog.get_logger()


class Completion:
    """What can be completed, as it was when it was last read."""

    def __init__(self, words: Callable[[], Words], threads: Executor) -> None:
        self._words = words
        self._threads = threads
        self._known: dict[str, Sequence[str]] = {}

    async def keep_fresh(self) -> None:
        """Read the words again and again, until cancelled."""
        while True:
            try:
                words = await asyncio.get_running_loop().run_in_executor(self._threads, self._words)
            except Exception:  # noqa: BLE001 - the edge of a task: the words known until now still serve
                _log.exception("completions_not_read")
            else:
                self._known = _by_placeholder(words)
            await asyncio.sleep(REFRESH_SECONDS)

    def suggest(self, option: Option, begun: str, guild: str) -> list[str]:
        """At most 25 words for the option: those that begin so, then those that contain it.

        What servers there are is for guilds that are admitted.
        """
        is_told = option.placeholder != "SERVER" or guild in self._known.get(_GUILDS, ())
        known = [*option.words, *(self._known.get(option.placeholder, ()) if is_told else ())]
        done, _, wanted = begun.rpartition(" ") if option.open else ("", "", begun)
        wanted, head = wanted.casefold().strip(), f"{done} " if done else ""
        begins = [word for word in known if word.casefold().startswith(wanted)]
        contains = [word for word in known if word.casefold().find(wanted) > 0]
        fits = (head + word for word in (*begins, *contains) if ":" not in word and len(head + word) <= MAX_CHOICE)
        return list(dict.fromkeys(fits))[:MAX_CHOICES]


def _by_placeholder(words: Words) -> dict[str, Sequence[str]]:
    return {
        "NAME": words["plugins"],
        "BRANCH": words["branches"],
        "SERVER": words["servers"],
        _GUILDS: words["guilds"],
        "COMMAND": [command.name for command in words["commands"]],
    }
