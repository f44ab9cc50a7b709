"""One round of sending: what waits, then how all plugins are. What is not accepted is tried again ever more seldom."""

import hashlib
import json
import logging
import platform
import socket
import time
from typing import Any, NamedTuple

from pluginwatch_kit.guard.address import Address
from pluginwatch_kit.guard.server import Refused, ReportServer
from pluginwatch_kit.guard.spool import Spool, Waiting

# What is well said is said again as often, in seconds: verdicts and registrations last for days.
HOUR = 3600.0
DAY = 24 * HOUR
FIRST_GAP, LONGEST_GAP = 1.0, 600.0

Line = dict[str, Any]

_log = logging.getLogger("pluginwatch.guard")


class HostFacts(NamedTuple):
    """The application: its name stands in the place of the host's branch, its version for the commit."""

    name: str
    version: str
    tells_statistics: bool = False


class ReportSender:
    """Sends one host's reports. Only one at a time may, of all processes."""

    def __init__(self, spool: Spool, address: Address, host: HostFacts) -> None:
        self._spool = spool
        self._server = ReportServer(address)
        self._domain = {"domain": address.domain} if address.domain else {}
        self._name = address.domain or socket.gethostname() or "localhost"
        self._host = host
        self._progress: dict[str, Any] = {}

    def round(self, lines: list[Line]) -> float:
        """Send what is due; returns after how many seconds something will be due again."""
        self._progress = self._spool.progress()
        waiting = self._spool.waiting()
        left = self._pause(waiting)
        if left:
            return left
        try:
            self._send(waiting, lines)
        except Refused as refused:
            return self._postpone(refused)
        self._progress.update(tries=0, not_before=0, refused=[], problem="")
        self._spool.keep(self._progress)
        return HOUR

    def _send(self, waiting: list[Waiting], lines: list[Line]) -> None:
        names = sorted({line["name"] for line in [*lines, *(each.line for each in waiting)]})
        if not names:
            return
        if not self._fresh("validated", ""):
            self._server.validate()
            self._note("validated", "")
        if self._server.registers and not self._fresh("registered", names):
            self._server.register(names, self._domain)
            self._note("registered", names)
        refused = self._send_waiting(waiting)
        if lines and not self._fresh("told", lines):
            # How all plugins are; what of it is refused is said again within the hour.
            refused += self._report(self._host.version, lines)
            self._note("told", lines)
        if lines and self._host.tells_statistics and not self._fresh("statistics", lines, DAY):
            self._tell_statistics(lines)
        if refused:
            raise Refused("; ".join(refused), reached=True)

    def _send_waiting(self, waiting: list[Waiting]) -> list[str]:
        """Send them one by one, in their order; returns why some were refused."""
        reasons: list[str] = []
        self._progress["refused"] = []
        for each in waiting:
            refused = self._report(each.host_version, [each.line])
            if refused:
                reasons += refused
                self._progress["refused"].append(each.path.name)
            else:
                self._spool.remove(each.path)
        return reasons

    def _report(self, version: str, lines: list[Line]) -> list[str]:
        """Report these lines; returns why some were refused. A server that is not reached raises Refused."""
        host = {"branch": self._host.name, "sha": version}
        body = {**self._domain, "plugins": lines, "discourse": host}
        try:
            return [f"{name}: {why}" for name, why in self._server.report(body).items()]
        except Refused as refused:
            if not refused.reached:
                raise
            return [str(refused)]

    def _tell_statistics(self, lines: list[Line]) -> None:
        """Once a day. The server takes so many from everyone together, so no report waits until it takes these."""
        try:
            self._server.statistics(self._statistics(lines))
        except Refused as refused:
            _log.info("statistics were not accepted, and are sent again later: %s", refused)
            return
        self._note("statistics", lines)

    def _statistics(self, lines: list[Line]) -> dict[str, Any]:
        host = {"host": self._name, "branch": self._host.name, "sha": self._host.version}
        data = {"python": platform.python_version()}
        parts = ("name", "branch", "sha")
        plugins = [{**{part: line[part] for part in parts}, "data": data} for line in lines]
        return {"discourse": host, "plugins": plugins}

    def _pause(self, waiting: list[Waiting]) -> float:
        """For how many seconds nothing is tried. What is new is, where only others were refused."""
        left = float(self._progress.get("not_before", 0)) - time.time()
        if not 0 < left <= LONGEST_GAP:  # over, or the clock was set
            return 0
        refused = self._progress.get("refused")
        is_new = any(each.path.name not in refused for each in waiting) if refused else False
        return 0 if is_new else left

    def _postpone(self, refused: Refused) -> float:
        tries = int(self._progress.get("tries", 0))
        gap = min(LONGEST_GAP, FIRST_GAP * 2.0 ** min(tries, 20))
        self._progress.update(
            tries=tries + 1, not_before=time.time() + gap, problem=str(refused), at=time.time()
        )
        self._spool.keep(self._progress)
        return gap

    def _fresh(self, what: str, content: Any, length: float = HOUR) -> bool:
        """Whether the same was said lately, by this process or another one."""
        said, at = self._progress.get(what, ["", 0])
        return bool(said == _digest(content) and 0 <= time.time() - at < length)

    def _note(self, what: str, content: Any) -> None:
        self._progress[what] = [_digest(content), time.time()]


def _digest(content: Any) -> str:
    return hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()[:16]
