"""Kills whoever started a realm, or what is between them, at every stage of it, and waits for all of it to end.

`python -m tests.jobs.realms.orphans jailed|plain`, which test_orphans.py runs; it prints what was left, if
anything. What loses its parent becomes a child of this process, so that none can be missed.
"""

import contextlib
import ctypes
import os
import signal
import sys
import time
from collections.abc import Iterator
from itertools import chain
from pathlib import Path

from jobs.realms.errors import RealmError
from jobs.realms.realm import Realm
from models.unprivileged import free_user

WHEELS = Path(__file__).with_name("wheels")
STUCK = Path(__file__).with_name("stuck")
# From linux/prctl.h.
_SET_CHILD_SUBREAPER = 36
_SECONDS_TO_END = 15
# Between a start and a kill, in seconds: bubblewrap needs some 20 ms, and Python as many.
_MOMENTS = (0.0, 0.004, 0.008, 0.015, 0.03, 0.2)


class Host:
    """A process that starts a realm, says that it has, and puts a call to it. It is a copy of this one."""

    def __init__(self, handle: str, wheels: Path, run: str = "", *, jailed: bool) -> None:
        reading, writing = os.pipe()
        self.id = os.fork()
        if not self.id:
            _be_host(handle, wheels, run, writing, jailed=jailed)
        os.close(writing)
        self.says = open(reading)  # noqa: PTH123, SIM115 - a descriptor

    def descendants(self) -> list[int]:
        """What it started, and what that did."""
        first = _children(self.id)
        return [*first, *(each for child in first for each in _children(child))]

    def starts(self) -> int:
        """What it started, as soon as that is there."""
        while not (found := _children(self.id)):
            pass
        return found[0]


def _be_host(handle: str, wheels: Path, run: str, says: int, *, jailed: bool) -> None:
    try:
        user = None if jailed else free_user()
        realm = Realm(handle, wheels, memory=256 << 20, jailed=jailed, user=user)
        os.write(says, b"greeted\n")
        if run:
            realm.request("call", {"run": run, "asker": {"name": "ann"}, "arguments": {}}, 60)
        signal.pause()
    except RealmError as error:
        os.write(says, f"{error}\n".encode())
        signal.pause()
    finally:
        os._exit(1)


def _children(process: int) -> list[int]:
    with contextlib.suppress(OSError):
        text = Path(f"/proc/{process}/task/{process}/children").read_text()
        return [int(each) for each in text.split()]
    return []


def _kill(process: int) -> None:
    with contextlib.suppress(ProcessLookupError):
        os.kill(process, signal.SIGKILL)


def _left() -> list[str]:
    """What has not ended after some time."""
    signal.alarm(_SECONDS_TO_END)
    try:
        while True:
            os.wait()
    except ChildProcessError:
        return []
    except TimeoutError:
        return [_ended(each) for each in _children(os.getpid())]
    finally:
        signal.alarm(0)


def _ended(process: int) -> str:
    """What was left, and in which state; it is ended."""
    name, _, rest = Path(f"/proc/{process}/stat").read_text().rpartition(")")
    _kill(process)
    return f"{name.partition('(')[2]} {rest.split()[0]}"


def _while_it_starts(*, jailed: bool) -> Iterator[str]:
    for moment in _MOMENTS:
        host = Host("stuck", STUCK, jailed=jailed)
        host.starts()
        time.sleep(moment)
        _kill(host.id)
        yield f"its host was killed {moment} s after the start"
    for moment in _MOMENTS:
        host = Host("hostile", WHEELS, jailed=jailed)
        started = host.starts()
        time.sleep(moment)
        _kill(started)
        host.says.readline()
        _kill(host.id)
        yield f"what it started was killed {moment} s after that, and the host when it knew more"


def _afterwards(*, jailed: bool) -> Iterator[str]:
    for run in ("", "spin"):
        for number, who in enumerate(("host", "bubblewrap", "realm")[: 3 if jailed else 2]):
            host = Host("hostile", WHEELS, run, jailed=jailed)
            host.says.readline()
            victim = [host.id, *host.descendants()][number]
            _kill(victim)
            _kill(host.id)
            yield f"{who} was killed in {run or 'no'} call"


def _too_late(*_: object) -> None:
    raise TimeoutError


def main(*, jailed: bool) -> None:
    """Kill, and print what was left."""
    ctypes.CDLL(None).prctl(_SET_CHILD_SUBREAPER, 1, 0, 0, 0)
    signal.signal(signal.SIGALRM, _too_late)
    for words in chain(_while_it_starts(jailed=jailed), _afterwards(jailed=jailed)):
        left = _left()
        print(f"{words}: {', '.join(left) or 'nothing is left'}", flush=True)  # noqa: T201 - what test_orphans.py reads


if __name__ == "__main__":
    main(jailed=sys.argv[1] == "jailed")
