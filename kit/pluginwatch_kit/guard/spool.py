"""Reports on disk, until they are accepted: a bounded folder of them, and how sending went."""

import contextlib
import hashlib
import json
import logging
import time
from pathlib import Path
from typing import Any, NamedTuple, Optional

from pluginwatch_kit.guard.folders import read_whole, write_whole

# So many reports wait at the most; then the oldest goes.
MOST = 200

_log = logging.getLogger("pluginwatch.guard")


class Waiting(NamedTuple):
    """A report that waits: the version of the host, and a plugin's line."""

    path: Path
    host_version: str
    line: dict[str, Any]


class Spool:
    """The folder of the reports of one host."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder / "reports"
        self._sending = folder / "sending.json"

    def add(self, host_version: str, line: dict[str, Any]) -> None:
        """Keep this line until it is sent; once, if the same waits already."""
        self._folder.mkdir(parents=True, exist_ok=True)
        content = json.dumps({"host_version": host_version, "line": line}, sort_keys=True)
        digest = hashlib.sha256(content.encode()).hexdigest()[:16]
        if any(self._folder.glob(f"*-{digest}.json")):
            return
        names = self._names()
        for oldest in names[: max(0, len(names) - MOST + 1)]:
            _log.error("more than %s reports wait; the oldest is dropped", MOST)
            self.remove(oldest)
        write_whole(self._folder / f"{time.time_ns():020}-{digest}.json", content)

    def waiting(self) -> list[Waiting]:
        """What waits, the oldest first."""
        found: list[Waiting] = []
        for path in self._names():
            report = self._read(path)
            if report:
                found.append(report)
        return found

    def _read(self, path: Path) -> Optional[Waiting]:
        try:
            content = json.loads(read_whole(path))
            return Waiting(path, content["host_version"], content["line"])
        except FileNotFoundError:  # another process has sent it
            return None
        except (ValueError, LookupError):
            _log.exception("a report cannot be read, and is dropped")
            self.remove(path)
            return None

    @staticmethod
    def remove(path: Path) -> None:
        """It was sent."""
        with contextlib.suppress(FileNotFoundError):
            path.unlink()

    def progress(self) -> dict[str, Any]:
        """How sending went so far, as whoever sent last left it."""
        try:
            progress: dict[str, Any] = json.loads(read_whole(self._sending))
        except (FileNotFoundError, ValueError):
            return {}
        return progress

    def keep(self, progress: dict[str, Any]) -> None:
        """How sending went."""
        self._folder.mkdir(parents=True, exist_ok=True)
        write_whole(self._sending, json.dumps(progress))

    def _names(self) -> list[Path]:
        return sorted(self._folder.glob("[0-9]*.json"))
