"""The web process as an operator starts it, with those that it forks."""

import contextlib
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple, TypeVar

import httpx

from bench.slots import descendants
from bench.stage import free_port, plugin, wait_for
from models.database.engine import Database
from models.operating import keys
from models.rules.kinds import KeyKind
from tests.waiting import LONG
from tests.webhooks.conftest import line, report

_WORKERS = b"webhooks.workers"
_ANEW = b"webhooks.recording"

_Found = TypeVar("_Found")


class Service(NamedTuple):
    """The web process, spoken to over HTTP with the key of a canary server."""

    process: subprocess.Popen[bytes]
    http: httpx.Client
    key: str

    def answering(self, but: int = 0) -> int:
        """The process that answers readers, another one than that."""
        return soon(lambda: next((pid for pid in self._forked(reads=True) if pid != but), 0))

    def recording(self) -> int:
        """The process that records what is no heartbeat. It is forked first."""
        return soon(lambda: next(self._forked(reads=False), 0))

    def recording_all(self) -> list[int]:
        """All processes that record."""
        return list(self._forked(reads=False))

    def recording_anew(self) -> int:
        """The one that was started when that had ended."""
        return soon(
            lambda: next((it for it in self._forked(reads=False) if _ANEW in _command(it)), 0)
        )

    def bodies(self) -> int:
        """The process from which those that read bodies are forked."""
        return forker_of(self.process.pid)

    def reports(self, name: str = "solved", status: int = 1, branch: str = "tests-passed") -> bool:
        """Whether a Guard's report of a plugin on a host branch is taken."""
        told = report(line(name, status=status), branch=branch)
        headers = {"Api-Key": self.key}
        return self.http.post("/plugin-manager/status", json=told, headers=headers).is_success

    def _forked(self, *, reads: bool) -> Iterator[int]:
        """Those that answer readers, for whom others go first, or those that do not."""
        for pid in descendants(self.process.pid):
            command = _command(pid)
            is_ours = b"webhooks" in command and _WORKERS not in command
            if (
                is_ours
                and _is_at_work(pid)
                and (b"webhooks.answering" in command or _yields(pid)) is reads
            ):
                yield pid


@contextlib.contextmanager
def started_service(database_url: str) -> Iterator[Service]:
    """One on this database, whose master list has two plugins."""
    now = datetime.now(UTC)
    with closing(Database(database_url)) as database, database.write() as session:
        key = keys.create(session, KeyKind.SITE, "canary-1", None, now)
        session.add_all(plugin(name, now) for name in ("solved", "voting"))
    port = free_port()
    environment = {
        **os.environ,
        "DATABASE_URL": database_url,
        "PORT": str(port),
        "LINK_SIGNING_KEY": "the key of these tests, which is long enough",
        "LOG_LEVEL": "ERROR",
    }
    process = subprocess.Popen([sys.executable, "-m", "webhooks"], env=environment)
    address = f"http://127.0.0.1:{port}"
    with httpx.Client(base_url=address, timeout=LONG, verify=False) as http:
        try:
            wait_for(port, process)
            yield Service(process, http, key)
        finally:
            process.kill()
            process.wait()


def forker_of(pid: int) -> int:
    """The process from which those that read bodies for this web process are forked."""
    return soon(lambda: next((it for it in descendants(pid) if _WORKERS in _command(it)), 0))


def lives(pid: int) -> bool:
    """Whether there is such a process."""
    with contextlib.suppress(ProcessLookupError):
        os.kill(pid, 0)
        return True
    return False


def soon(look: Callable[[], _Found | None]) -> _Found:
    """What is found once there is something."""
    deadline = time.monotonic() + LONG
    while time.monotonic() < deadline:
        if found := look():
            return found
        time.sleep(0.01)
    raise AssertionError("it did not come to be")


def _yields(pid: int) -> bool:
    with contextlib.suppress(ProcessLookupError):
        return os.getpriority(os.PRIO_PROCESS, pid) > 0
    return False


def _is_at_work(pid: int) -> bool:
    """Whether it ignores SIGTERM, as each does before all else."""
    with contextlib.suppress(OSError):
        ignored = re.search(
            r"^SigIgn:\t(\w+)$", Path(f"/proc/{pid}/status").read_text(), re.MULTILINE
        )
        return bool(ignored and int(ignored[1], 16) >> (signal.SIGTERM - 1) & 1)
    return False


def _command(pid: int) -> bytes:
    """What it was started with; nothing if it has ended."""
    with contextlib.suppress(OSError):
        return Path(f"/proc/{pid}/cmdline").read_bytes()
    return b""
