"""Tries a plugin in a process of its own, where it can neither end nor stop the host.

Done after a start that a plugin ended: several may do that, and each would cost another start.
"""

import json
import os
import secrets
import signal
import subprocess
import sys
from typing import Optional

from pluginwatch_kit.guard.failures import CleanError, of_death, of_words
from pluginwatch_kit.guard.points import Point

_ENDED = "this plugin came to its end"
# What it raises is no matter here: that may be for want of the host, and can be caught there.
_TRIAL = """
import faulthandler, json, os, sys
path, module, patience, out, code = json.loads(sys.argv[1])
sys.path[:] = path
pipe = os.fstat(out)
faulthandler.enable()
faulthandler.dump_traceback_later(patience)
own = os.getpid()
try:
    __import__(module)
except BaseException:
    pass
faulthandler.cancel_dump_traceback_later()
if os.getpid() != own:
    os._exit(0)
try:
    is_open = os.path.samestat(os.fstat(out), pipe)
except OSError:
    is_open = False
if is_open:
    os.write(out, b"{ended}")
os._exit(0 if is_open else code)
"""


def fatal(point: Point, patience: float) -> Optional[CleanError]:
    """How the plugin ends a process, or hangs; None where it does neither, or where this cannot be tried."""
    module = point.value.partition(":")[0]
    reading, writing = os.pipe()
    # Says the same where the plugin closed the pipe. It cannot guess it.
    code = 64 + secrets.randbelow(64)
    told = json.dumps([sys.path, module, patience, writing, code])
    command = [sys.executable, "-c", _TRIAL.replace("{ended}", _ENDED), told]
    try:
        trial = subprocess.Popen(  # noqa: S603 - this Python, and names that are arguments
            command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            pass_fds=(writing,),
            start_new_session=True,
        )
    except (OSError, ValueError):
        os.close(reading)
        return None
    finally:
        os.close(writing)
    try:
        said, hangs = _wait(trial, patience)
        if _read(reading) == _ENDED or trial.returncode == code:
            return None
    finally:
        os.close(reading)
    if not hangs and not said and trial.returncode not in range(-64, 0):
        return of_words(f"this plugin ends the process when it is loaded, with {trial.returncode}")
    return of_death(said)


def _wait(trial: "subprocess.Popen[bytes]", patience: float) -> tuple[str, bool]:
    """What it wrote, and whether it had to be ended. All that it started ends with it."""
    hangs = False
    try:
        _, said = trial.communicate(timeout=patience + 1)
    except subprocess.TimeoutExpired:
        hangs = True
    _end(trial.pid)
    if hangs:
        _, said = trial.communicate()
    return said.decode(errors="replace"), hangs


def _end(group: int) -> None:
    try:
        os.killpg(group, signal.SIGKILL)
    except ProcessLookupError:
        return


def _read(number: int) -> str:
    os.set_blocking(number, False)
    try:
        return os.read(number, len(_ENDED)).decode(errors="replace")
    except BlockingIOError:
        return ""
