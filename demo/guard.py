"""A Plugin Guard on a site, as it speaks to Pluginwatch over HTTP."""

import hashlib
import json
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from demo.failures import StagedFailure
from demo.wire import call

PLUGIN_BRANCH = "main"


class Commits:
    """The newest commit of each line of history: a plugin, or a branch of the host."""

    def __init__(self) -> None:
        self._counts: Counter[str] = Counter()

    def push(self, line: str) -> None:
        """Somebody commits."""
        self._counts[line] += 1

    def newest(self, line: str) -> str:
        """The sha of the newest commit; any two runs of the demonstration have the same ones."""
        return hashlib.sha1(
            f"{line}/{self._counts[line]}".encode(), usedforsecurity=False
        ).hexdigest()


@dataclass
class DemoGuard:
    """The Guard of one site, which follows the newest commits; `failing` is what does not load there now."""

    address: str
    key: dict[str, str]
    domain: str
    host_branch: str
    plugins: tuple[str, ...]
    commits: Commits
    failing: dict[str, StagedFailure] = field(default_factory=dict)

    def register(self) -> None:
        """Validate the key, name the plugins of this site, and tell which it runs."""
        self._call("GET", "/status/validate-key.json")
        self._call("POST", "/user/register", {"plugins": self.plugins, "domain": self.domain})
        host = {
            "host": self.domain,
            "branch": self.host_branch,
            "sha": self.commits.newest(self.host_branch),
        }
        plugins = [
            {key: line[key] for key in ("name", "branch", "sha")}
            for line in map(self._line, self.plugins)
        ]
        self._call("POST", "/statistics", {"discourse": host, "plugins": plugins})

    def report(self, *only: str) -> None:
        """Tell how the plugins do: all of them, as after a start, or only these."""
        host = {"branch": self.host_branch, "sha": self.commits.newest(self.host_branch)}
        lines = [self._line(plugin) for plugin in only or self.plugins]
        self._call(
            "POST", "/status.json", {"domain": self.domain, "plugins": lines, "discourse": host}
        )

    def breaks(self, failure: StagedFailure, *plugins: str) -> None:
        """These plugins do not load any more, and the Guard reports them."""
        self.failing |= dict.fromkeys(plugins, failure)
        self.report(*plugins)

    def recovers(self, *plugins: str) -> None:
        """These plugins load again, and the Guard reports them."""
        self.works(plugins)
        self.report(*plugins)

    def works(self, plugins: Iterable[str]) -> None:
        """These plugins load again, which the next report will tell."""
        self.failing = {
            plugin: failure for plugin, failure in self.failing.items() if plugin not in plugins
        }

    def _line(self, plugin: str) -> dict[str, Any]:
        failure = self.failing.get(plugin)
        line = {"name": plugin, "branch": PLUGIN_BRANCH, "sha": self.commits.newest(plugin)}
        return {**line, "status": 2, **failure.of(plugin)} if failure else {**line, "status": 1}

    def _call(self, method: str, path: str, body: object = None) -> None:
        """Like a Guard, take nothing but `success: OK` for delivered."""
        headers = {"Content-Type": "application/json", **self.key}
        sent = json.dumps(body).encode() if body else None
        answer = call(self.address, method, f"/plugin-manager{path}", sent, headers)
        if answer.get("success") != "OK":
            raise RuntimeError(f"{method} {path} from {self.domain}: {answer}")
