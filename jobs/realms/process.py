"""The process of a realm: started in its jail, or plain, and ended."""

import contextlib
import json
import os
import select
import signal
import subprocess
from pathlib import Path
from typing import Any

from jobs.realms.errors import RealmError
from models import jail

_NO_JAIL = "the jail does not run here: python -m models check says why"


class RealmProcess:
    """What we started: the realm itself, or bubblewrap, which waits beside it and ends it when it ends.

    Nothing reaches the realm by a signal until it is held.

    Raises:
        RealmError: it does not start.
    """

    def __init__(self, wheels: Path, user: int | None, *, jailed: bool) -> None:
        # bubblewrap would die of a pipe that nobody reads, with what it has forked left waiting for it.
        self._info = os.memfd_create("info")
        try:
            self._popen = _in_jail(wheels, self._info) if jailed else _plain(user)
        except BaseException:
            os.close(self._info)
            raise
        self._is_jailed = jailed
        self.pid = self._popen.pid
        self.over = os.pidfd_open(self.pid)
        self._realm: int | None = None
        streams = (self._popen.stdin, self._popen.stdout, self._popen.stderr)
        self.to, self.of, self.dumps = (stream.fileno() for stream in streams if stream)

    def hold(self) -> None:
        """Take hold of the realm, which has bound itself to what started it.

        It is bound only if that is still there: where somebody killed bubblewrap a moment before, the realm would
        outlive us.

        Raises:
            RealmError: that has ended.
        """
        try:
            realm = os.pidfd_open(self._realms_id())
        except (ValueError, OSError) as error:
            raise RealmError(_NO_JAIL) from error
        if self.ends_within(0):
            os.close(realm)  # the number may be somebody else's by now
            raise RealmError("what started it has ended")
        self._realm = realm

    def _realms_id(self) -> int:
        if not self._is_jailed:
            return self.pid
        return int(json.loads(os.pread(self._info, 4_096, 0))["child-pid"])

    def signal(self, number: signal.Signals) -> None:
        """Send it to the realm, if it is held and there."""
        if self._realm is not None:
            with contextlib.suppress(ProcessLookupError, OSError):
                signal.pidfd_send_signal(self._realm, number)

    def ends_within(self, seconds: float) -> bool:
        """Whether it has ended by then."""
        waiting = select.poll()
        waiting.register(self.over, select.POLLIN)
        return bool(waiting.poll(seconds * 1000))

    def end(self) -> str:
        """Kill it, and with bubblewrap what is within; how it ended, in words."""
        if self._realm is None:
            with contextlib.suppress(RealmError):
                self.hold()
        is_held = self._realm is not None
        self.signal(signal.SIGKILL)
        # What bubblewrap has forked and not yet let run is in its group, whose number is ours until we wait for it.
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.pid, signal.SIGKILL)
        code = self._popen.wait()
        self._close()
        return f"exit code {code}" if is_held or not self._is_jailed else _NO_JAIL

    def _close(self) -> None:
        for stream in (self._popen.stdin, self._popen.stdout, self._popen.stderr):
            if stream:
                stream.close()
        for number in (self._info, self.over, self._realm):
            if number is not None:
                os.close(number)


def _in_jail(wheels: Path, info: int) -> "subprocess.Popen[bytes]":
    bwrap = jail.bubblewrap()
    if bwrap is None:
        raise RealmError("there is no bubblewrap here, which keeps extensions in a jail")
    return _popen(jail.jailed(bwrap, wheels, info), pass_fds=(info,))


def _plain(user: int | None) -> "subprocess.Popen[bytes]":
    groups: list[int] | None = [] if user else None
    try:
        return _popen(jail.plain(), user=user, group=user, extra_groups=groups)
    except PermissionError as error:
        words = "Python is in a folder that only root may read, and no extension runs as root"
        raise RealmError(words) from error


def _popen(command: list[str], **how: Any) -> "subprocess.Popen[bytes]":
    return subprocess.Popen(  # noqa: S603 - bubblewrap or Python, and our own arguments
        command,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,  # where `faulthandler` writes
        cwd="/",
        env={},
        bufsize=0,
        start_new_session=True,
        **how,
    )
