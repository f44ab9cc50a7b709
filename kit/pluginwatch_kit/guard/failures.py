"""What a plugin failed with, in words that may be stored and told."""

import importlib
import re
import traceback
from pathlib import Path
from types import TracebackType
from typing import NamedTuple, Optional

from pluginwatch_kit.guard.redaction import without_secrets

# What a report may carry; of what is longer both ends are kept.
LONGEST_MESSAGE = 4_000
LONGEST_BACKTRACE = 32_000

# Where frames are that load a plugin, and tell nothing of it.
_LOADERS = (str(Path(__file__).parent), str(Path(importlib.__file__).parent))
_FILE = re.compile(r'^  File "(.+)", line \d+ in ', re.MULTILINE)
_CAUSE = re.compile(r"^Fatal Python error: (.+)$", re.MULTILINE)
_HANGS = re.compile(r"^Timeout \((.+)\)!$", re.MULTILINE)


class CleanError(NamedTuple):
    """A message and a backtrace, without secrets."""

    message: str
    backtrace: str


def of_error(error: BaseException) -> CleanError:
    """What was raised."""
    said = "".join(traceback.format_exception_only(type(error), error)).strip()
    trace = _from_plugin(error.__traceback__)
    return _failure(said, "".join(traceback.format_exception(type(error), error, trace)))


def of_death(dump: str) -> CleanError:
    """The process ended within a plugin. `dump` is what `faulthandler` wrote before, if anything."""
    cause, hangs = cause_of(dump), _HANGS.search(dump)
    if cause:
        words = f"the process died while this plugin was loaded: {cause}"
    elif hangs:
        words = f"this plugin hangs: the process was ended when it had been loaded for more than {hangs.group(1)}"
    else:
        words = "the process ended while this plugin was loaded"
    return _failure(words, without_own_thread(dump))


def cause_of(dump: str) -> str:
    """Of what a process died, as `faulthandler` wrote it; empty where it did not."""
    found = _CAUSE.search(dump)
    return found.group(1) if found else ""


def without_own_thread(dump: str) -> str:
    """The stacks that `faulthandler` wrote, but for that of the Guard's own thread."""
    own = str(Path(__file__).with_name("reporting.py"))
    return "\n\n".join(stack for stack in dump.split("\n\n") if own not in stack)


def of_words(words: str) -> CleanError:
    """What can only be told in words."""
    return _failure(words, "")


def files_of(dump: str) -> list[str]:
    """The files of the frames that `faulthandler` wrote, the deepest first."""
    return _FILE.findall(without_own_thread(dump))


def _from_plugin(trace: Optional[TracebackType]) -> Optional[TracebackType]:
    """The frames without those of the loader; all frames, if the loader has all of them."""
    inner = trace
    while inner is not None and _loads(inner.tb_frame.f_code.co_filename):
        inner = inner.tb_next
    return inner or trace


def _loads(file: str) -> bool:
    return file.startswith(_LOADERS) or "<frozen importlib" in file


def _failure(message: str, backtrace: str) -> CleanError:
    return CleanError(
        without_secrets(message, LONGEST_MESSAGE), without_secrets(backtrace, LONGEST_BACKTRACE)
    )
