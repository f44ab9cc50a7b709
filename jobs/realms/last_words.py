"""Where the code of an extension was when it failed, hung or died.

A realm's Guard is the process that started it: that outlives the realm and knows what it asked for, so it needs no
marker on a disk. The realm writes where its code is when it raises, and `faulthandler` does so when it dies, or when
it is told to by a signal.
"""

import os
import re
import select
import sysconfig
import time
from collections.abc import Iterable
from dataclasses import dataclass
from importlib.metadata import Distribution, distributions
from pathlib import Path

from models.rules.clean import clean
from models.rules.redact import redact

LONGEST = 10_000
# A process that is told to say where it is does so at once, or not at all. One that never ends is heard no longer.
_WAIT_MS = 300
_QUIET_MS = 20
_SECONDS_IN_ALL = 0.5
_GROUP = "pluginwatch.extensions"
_STANDARD_LIBRARY = sysconfig.get_path("stdlib") + "/"

_CAUSE = re.compile(r"^Fatal Python error: (.{1,200})$", re.MULTILINE)
# A frame as `traceback` and as `faulthandler` write it, with the code below it.
_FRAME = re.compile(
    r'^  File "(?P<file>[^"\n]{1,500})"(?P<place>, line \d+,? in [^\n]{1,200})(?P<code>(?:\n    [^\n]{1,300}){0,2})',
    re.MULTILINE,
)
# What loads and calls it.
_OURS = re.compile(r"/pluginwatch_kit/realm/|^<frozen importlib|^<string>$")


@dataclass(frozen=True, slots=True)
class LastWords:
    """What died, if anything did; the frames, the deepest last; and the distribution of the deepest one, where that
    is none of the extension's own. There is nothing in them but what is in its files.
    """

    cause: str = ""
    backtrace: str = ""
    brought: str = ""


def spoken(stream: int) -> str:
    """What the realm's `faulthandler` has written, once it is silent; empty where it writes nothing."""
    end = time.monotonic() + _SECONDS_IN_ALL
    found = b""
    waiting = select.poll()
    waiting.register(stream, select.POLLIN)
    while len(found) < LONGEST and waiting.poll(_QUIET_MS if found else _WAIT_MS):
        if time.monotonic() > end:
            break
        chunk = os.read(stream, LONGEST - len(found))
        if not chunk:
            break
        found += chunk
    return found.decode("utf-8", "replace")


def last_words(told: str, inside: str, wheels: Path, *, deepest_first: bool = False) -> LastWords:
    """What the realm told, in which the folder `wheels` is called `inside`. What is no frame is left out."""
    cause = _CAUSE.search(told)
    frames = [each for each in _FRAME.finditer(told) if not _OURS.search(each["file"])]
    if deepest_first:
        frames.reverse()
    folder = f"{inside}/"
    lines: list[str] = []
    for each in frames:
        file = each["file"].removeprefix(folder).removeprefix(_STANDARD_LIBRARY)
        lines.append(f'  File "{file}"{each["place"]}{each["code"]}')
    files = [each["file"].removeprefix(folder) for each in reversed(frames)]
    return LastWords(
        clean(cause[1]) if cause else "",
        redact(clean("\n".join(lines))),
        _owner(files, wheels),
    )


def _owner(files: Iterable[str], wheels: Path) -> str:
    """The distribution with the first of these files that belongs to any; empty for the extension's own."""
    owners: dict[str, Distribution] = {}
    for each in distributions(path=[str(wheels)]):
        owners |= dict.fromkeys(map(str, each.files or ()), each)
    found = next((owners[file] for file in files if file in owners), None)
    if found is None or found.entry_points.select(group=_GROUP):
        return ""
    return clean(f"{found.metadata['Name']} {found.version}")[:200]
