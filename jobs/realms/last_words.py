"""Where the code of an extension was when it failed, hung or died, and who is to blame, by the rules of the Guard.

A realm's Guard is in two places. What can be caught, it catches within the realm. Of what cannot, it is the process
that started the realm: that outlives it and knows what it asked for, so it needs no marker on a disk. The realm sends
the line of a Guard's report when it raises; `faulthandler` writes where its code is when it dies, or when it is told to
by a signal.
"""

import os
import re
import select
import sysconfig
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from models.rules.clean import clean
from models.rules.redact import redact
from pluginwatch_kit.guard.failures import LONGEST_BACKTRACE, LONGEST_MESSAGE, cause_of, files_of
from pluginwatch_kit.guard.owners import Owners
from pluginwatch_kit.guard.points import INCOMPATIBLE
from pluginwatch_kit.realm.loading import GROUP, points_in

LONGEST = 10_000
# A process that is told to say where it is does so at once, or not at all. One that never ends is heard no longer.
_WAIT_MS = 300
_QUIET_MS = 20
_SECONDS_IN_ALL = 0.5
_LONGEST_CAUSE = _LONGEST_BROUGHT = 200
_STANDARD_LIBRARY = sysconfig.get_path("stdlib") + "/"

# A frame as `traceback` and as `faulthandler` write it, with the code below it.
_FRAME = re.compile(
    r'^  File "(?P<file>[^"\n]{1,500})"(?P<place>, line \d+,? in [^\n]{1,200})(?P<code>(?:\n    [^\n]{1,300}){0,2})',
    re.MULTILINE,
)
# What loads and calls it.
_OURS = re.compile(r"/pluginwatch_kit/(?:realm|guard)/|^<frozen importlib|^<string>$")


class ReportLine(BaseModel):
    """What a Guard reports of a plugin that fails, as a realm writes it: of one of the distributions in its wheels."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True, hide_input_in_errors=True)

    name: Annotated[str, Field(max_length=200)]
    branch: Annotated[str, Field(max_length=255)]
    sha: Annotated[str, Field(max_length=64)]
    status: Annotated[int, Field(ge=INCOMPATIBLE, le=INCOMPATIBLE)]
    message: Annotated[str, Field(max_length=LONGEST_MESSAGE)]
    backtrace: Annotated[str, Field(max_length=LONGEST_BACKTRACE)]


@dataclass(frozen=True, slots=True)
class LastWords:
    """What died, if anything did; where its code was, the deepest frame last; and the distribution that is to blame,
    where that is none of the extension's own.
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


def reported(line: ReportLine, inside: str, wheels: Path, *, is_loading: bool) -> LastWords:
    """What a realm reported, in which the folder `wheels` is called `inside`.

    Of a call only the frames are taken, which say no more than what is in the extension's files: words may be those of
    whoever asked.
    """
    told = line.backtrace if is_loading else _frames(line.backtrace)
    return LastWords(backtrace=_tidy(told, inside), brought=_brought(line.name, wheels))


def dumped(told: str, inside: str, wheels: Path) -> LastWords:
    """What `faulthandler` wrote in a realm. What is no frame is left out."""
    owners = Owners()
    owners.meet(points_in(str(wheels)))
    here = told.replace(f'File "{inside}/', f'File "{wheels.resolve()}/')
    owner = owners.of_files(files_of(here))
    return LastWords(
        clean(cause_of(told))[:_LONGEST_CAUSE],
        _tidy(_frames(told, deepest_first=True), inside),
        _brought(owner.plugin, wheels) if owner else "",
    )


def _frames(told: str, *, deepest_first: bool = False) -> str:
    """The frames alone, but for those of ours, the deepest last."""
    frames = [each for each in _FRAME.finditer(told) if not _OURS.search(each["file"])]
    if deepest_first:
        frames.reverse()
    return "\n".join(each[0] for each in frames)


def _tidy(told: str, inside: str) -> str:
    for folder in (f"{inside}/", _STANDARD_LIBRARY):
        told = told.replace(f'  File "{folder}', '  File "')
    return redact(clean(told))


def _brought(name: str, wheels: Path) -> str:
    """The distribution of this name and its version; empty where it is the extension's own, or none of the wheels."""
    for each in points_in(str(wheels)):
        if each.plugin == name and each.source and not each.source.entry_points.select(group=GROUP):
            return clean(f"{name} {each.source.version}")[:_LONGEST_BROUGHT]
    return ""
