"""The real processes, as the Procfile starts them, on a throwaway database and free ports."""

import os
import secrets
import shlex
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from demo.cast import WEBHOOK_SECRET

ROOT = Path(__file__).parent.parent

_SECONDS_TO_START = 30
_SECONDS_TO_STOP = 8


class NotRunningError(RuntimeError):
    """A process did not start, or ended by itself; the message says which and what it logged last."""


@dataclass
class Service:
    """The running processes, where to find them, and the folder that holds the database and the logs."""

    folder: Path
    web: str
    room: str
    environment: dict[str, str]
    processes: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)

    @property
    def database_url(self) -> str:
        """Where the processes meet."""
        return self.environment["DATABASE_URL"]

    def run(self, command: str) -> None:
        """Run a command to its end."""
        done = subprocess.run(  # noqa: S603 - the Procfile's commands and this project's own
            _words(command),
            cwd=self.folder,
            env=self.environment,
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode:
            raise NotRunningError(f"{command} failed:\n{done.stdout}{done.stderr}")

    def start(self, name: str, command: str) -> None:
        """Start a process that serves; its log goes into the folder."""
        with self._log(name).open("wb") as log:
            self.processes[name] = subprocess.Popen(  # noqa: S603 - as above
                _words(command),
                cwd=self.folder,
                env=self.environment,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
            )

    def check(self) -> None:
        """Raise NotRunningError if a process has ended."""
        for name, process in self.processes.items():
            if process.poll() is not None:
                last = self._log(name).read_text(errors="replace")[-2_000:]
                raise NotRunningError(
                    f"The process {name} ended with {process.returncode}:\n{last}"
                )

    def wait_for(self, address: str) -> None:
        """Wait until this address answers."""
        deadline = time.monotonic() + _SECONDS_TO_START
        while not _answers(address):
            self.check()
            if time.monotonic() > deadline:
                raise NotRunningError(f"Nothing answers at {address}")
            time.sleep(0.05)

    def stop(self) -> None:
        """Ask every process to end, all at once, and make sure that it did."""
        for process in self.processes.values():
            process.terminate()
        deadline = time.monotonic() + _SECONDS_TO_STOP
        for process in self.processes.values():
            try:
                process.wait(max(deadline - time.monotonic(), 0))
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()

    def _log(self, name: str) -> Path:
        return self.folder / f"{name}.log"


@contextmanager
def serving(folder: Path, *preparations: str) -> Iterator[Service]:
    """Start the service in this folder; the commands in `preparations` run once its database is there."""
    web, room = _ports("PORT", "LOCAL_CHAT_PORT")
    service = Service(
        folder,
        f"http://127.0.0.1:{web}",
        f"http://127.0.0.1:{room}",
        _environment(folder, web, room),
    )
    commands = _procfile()
    try:
        service.run(commands["release"])
        for name in ("web", "bot"):
            service.start(name, commands[name])
        for preparation in preparations:
            service.run(preparation)
        service.wait_for(f"{service.web}/readyz")
        service.wait_for(f"{service.room}/")
        service.start("jobs", commands["jobs"])  # last, for no alert waits for it
        yield service
    finally:
        service.stop()


def _environment(folder: Path, web: int, room: int) -> dict[str, str]:
    """Every setting that matters is given here; the folder has no `.env` that could say otherwise."""
    return {
        **os.environ,
        "PYTHONPATH": str(ROOT),
        "HOST": "127.0.0.1",
        "PORT": str(web),
        "LOCAL_CHAT_PORT": str(room),
        "PUBLIC_URL": f"http://127.0.0.1:{web}",
        "DATABASE_URL": f"sqlite:///{folder / 'demo.sqlite3'}",
        "LOG_LEVEL": "WARNING",
        "REPORT_RETENTION_DAYS": "30",
        "GITHUB_WEBHOOK_SECRET": WEBHOOK_SECRET,
        "LINK_SIGNING_KEY": secrets.token_hex(32),
    }


def _procfile() -> dict[str, str]:
    lines = (ROOT / "Procfile").read_text(encoding="utf-8").splitlines()
    return {
        name.strip(): command.strip()
        for name, _, command in (line.partition(":") for line in lines)
        if command
    }


def _words(command: str) -> Sequence[str]:
    """The command's words, with this very Python for its `python`."""
    words = shlex.split(command)
    return [sys.executable, *words[1:]] if words[0] == "python" else words


def _ports(*settings: str) -> list[int]:
    """The ports that the environment gives, and free ones for the rest."""
    with ExitStack() as probes:
        found = [probes.enter_context(_probe(setting)) for setting in settings]
        return [probe.getsockname()[1] for probe in found]


def _probe(setting: str) -> socket.socket:
    given = os.environ.get(setting) or "0"
    try:
        return socket.create_server(("127.0.0.1", int(given)))
    except (OSError, ValueError, OverflowError) as error:
        raise NotRunningError(f"{setting}={given} cannot be used: {error}") from error


def _answers(address: str) -> bool:
    try:
        with urllib.request.urlopen(address, timeout=2):  # noqa: S310 - an address of this service
            return True
    except (urllib.error.URLError, OSError):
        return False
