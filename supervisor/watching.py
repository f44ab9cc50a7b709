"""Watching processes: their lines are written here with their names, and when one ends all end.

`python -m supervisor.watching NAME:PID:OUTPUT…` does it for processes that this one has forked before it became this
program.
"""

import contextlib
import os
import selectors
import signal
import sys
import time
from collections.abc import Sequence
from typing import NoReturn

from supervisor.children import SIGNALS, Child

_SECONDS_TO_END = 5.0
_MOST_AT_ONCE = 65_536
_COLOURS = (36, 33, 32)


class _Family:
    """Processes that live and end together; `status` is what all end with, once they are to end."""

    def __init__(self, children: Sequence[Child]) -> None:
        self.running = {child.pid: child.name for child in children}
        self.status: int | None = None
        self._deadline = 0.0

    def end(self, status: int) -> None:
        """Ask those that run to end, unless they were asked before."""
        if self.status is None:
            self.status = status
            self._deadline = time.monotonic() + _SECONDS_TO_END
            self._send(signal.SIGTERM)

    def seconds_left(self) -> float | None:
        """How long those that were asked to end may take yet; None if none was. Those that took longer are killed."""
        if self.status is None:
            return None
        left = self._deadline - time.monotonic()
        if left <= 0:
            self._send(signal.SIGKILL)
        return max(left, 0.1)

    def reap(self) -> None:
        """Note who has ended. The first one that ends by itself takes the others with it."""
        while self.running:
            pid, found = os.waitpid(-1, os.WNOHANG)
            if not pid:
                return
            name = self.running.pop(pid)
            code = os.waitstatus_to_exitcode(found)
            if self.status is None:
                print(f"{name} ended with {code}, and so all end", flush=True)  # noqa: T201 - to whoever started us
            self.end(code if code >= 0 else 128 - code)

    def _send(self, number: signal.Signals) -> None:
        for pid in self.running:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(pid, number)


class _Output:
    """The output of a process, line by line."""

    def __init__(self, child: Child, place: int, width: int) -> None:
        self.output = child.output
        self._prefix = f"{child.name:{width}} | "
        if sys.stdout.isatty() and not os.environ.get("NO_COLOR"):
            self._prefix = f"\033[{_COLOURS[place % len(_COLOURS)]}m{self._prefix}\033[0m"
        self._begun = b""

    def copy(self) -> bool:
        """Write what has come; whether more may come."""
        data = os.read(self.output, _MOST_AT_ONCE)
        *whole, self._begun = (self._begun + data).split(b"\n")
        if not data and self._begun:
            whole, self._begun = [self._begun], b""
        for line in whole:
            print(self._prefix + line.decode(errors="replace"))  # noqa: T201 - as above
        sys.stdout.flush()
        return bool(data)


def watch_instead(children: Sequence[Child]) -> NoReturn:
    """Let this process do nothing but watch these from now on.

    What it has imported for them it would keep for as long as it lives, and they write on their copies.
    """
    for child in children:
        os.set_inheritable(child.output, True)
    told = [f"{child.name}:{child.pid}:{child.output}" for child in children]
    os.execv(sys.executable, [sys.executable, "-m", "supervisor.watching", *told])  # noqa: S606 - our own program


def watch(children: Sequence[Child]) -> int:
    """Copy what they write until all have ended; the exit code of the first, or 128 and the signal that ended them, or
    0 where that was Ctrl-C.

    They end when one of them does, or when this process is asked to. SIGNALS are blocked when this is called.
    """
    family = _Family(children)
    width = max(len(child.name) for child in children)
    with selectors.DefaultSelector() as selector:
        for place, child in enumerate(children):
            selector.register(child.output, selectors.EVENT_READ, _Output(child, place, width))
        signals = _listen()
        selector.register(signals, selectors.EVENT_READ)
        try:
            while family.running:
                for key, _ in selector.select(family.seconds_left()):
                    if key.fd == signals:
                        _obey(family, os.read(signals, _MOST_AT_ONCE))
                    elif not key.data.copy():
                        selector.unregister(key.fd)
            _copy_the_rest(selector)
        except BrokenPipeError:  # nobody reads us any more
            os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
        finally:
            family.end(1)
    return family.status or 0


def _listen() -> int:
    """Where the numbers of SIGNALS can be read from now on."""
    reads, writes = os.pipe()
    os.set_blocking(writes, False)
    signal.set_wakeup_fd(writes)
    for number in SIGNALS:
        signal.signal(number, lambda *_: None)
    signal.pthread_sigmask(signal.SIG_UNBLOCK, SIGNALS)
    return reads


def _obey(family: _Family, numbers: bytes) -> None:
    for number in numbers:
        if number == signal.SIGCHLD:
            family.reap()
        else:
            # Ctrl-C is how it is meant to end; make would call anything but 0 an error.
            family.end(0 if number == signal.SIGINT else 128 + number)


def _copy_the_rest(selector: selectors.BaseSelector) -> None:
    """Copy what is there yet, without waiting: processes of theirs may hold the other end."""
    while found := [key.data for key, _ in selector.select(0) if key.data]:
        for lines in found:
            if not lines.copy():
                selector.unregister(lines.output)


def _child(told: str) -> Child:
    name, pid, output = told.split(":")
    return Child(name, int(pid), int(output))


if __name__ == "__main__":
    sys.exit(watch([_child(told) for told in sys.argv[1:]]))
