"""GitHub, as far as it tells Pluginwatch of the plugins' repositories: signed webhook deliveries."""

import hashlib
import hmac
import json
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from demo.guard import PLUGIN_BRANCH, Commits
from demo.wire import call

OWNER = "pluginwatch-demo"


@dataclass
class Github:
    """Sends deliveries signed with the secret to the server at `address`."""

    address: str
    secret: str
    commits: Commits
    _numbers: "count[int]" = field(default_factory=lambda: count(1))
    _archived: set[str] = field(default_factory=set)
    _clock: datetime = datetime(2024, 2, 29, tzinfo=UTC)

    def issue(self, action: str, plugin: str, number: int, title: str, *labels: str) -> None:
        """An issue of the plugin was opened, closed or labelled."""
        now = self._now()
        issue = {
            "id": _id(f"{plugin}/issues/{number}"),
            "number": number,
            "title": title,
            "state": "closed" if action == "closed" else "open",
            "user": {"login": "forum-keeper"},
            "labels": [{"id": _id(f"{plugin}/labels/{name}"), "name": name} for name in labels],
            "comments": 0,
            "created_at": now,
            "updated_at": now,
            "closed_at": now if action == "closed" else None,
        }
        self._deliver("issues", plugin, {"action": action, "issue": issue})

    def ci(self, plugin: str, conclusion: str, message: str = "") -> None:
        """The plugin's workflow ran on its newest commit."""
        suite = next(self._numbers)
        sha = self.commits.newest(plugin)
        now = self._now()
        check = {
            "id": next(self._numbers),
            "name": "ci / backend_tests",
            "head_sha": sha,
            "status": "completed",
            "conclusion": conclusion,
            "started_at": now,
            "completed_at": now,
            "output": {"title": message, "summary": None},
            "check_suite": {"id": suite, "head_branch": PLUGIN_BRANCH},
        }
        run = {
            "id": suite + 9_000_000_000,
            "check_suite_id": suite,
            "name": "Discourse Plugin",
            "head_branch": PLUGIN_BRANCH,
            "head_sha": sha,
            "event": "push",
            "status": "completed",
            "conclusion": conclusion,
            "run_attempt": 1,
            "created_at": now,
            "run_started_at": now,
            "updated_at": now,
            "repository": self._repository(plugin),
            "head_repository": self._repository(plugin),
        }
        self._deliver("check_run", plugin, {"action": "completed", "check_run": check})
        self._deliver("workflow_run", plugin, {"action": "completed", "workflow_run": run})

    def release(self, plugin: str, tag: str) -> None:
        """A version of the plugin was published."""
        now = self._now()
        release = {
            "id": _id(f"{plugin}/releases/{tag}"),
            "tag_name": tag,
            "name": f"Version {tag.removeprefix('v')}",
            "draft": False,
            "prerelease": False,
            "created_at": now,
            "published_at": now,
        }
        self._deliver("release", plugin, {"action": "published", "release": release})

    def archive(self, plugin: str) -> None:
        """The plugin's repository is read-only from now on."""
        self._deliver("repository", plugin, {"action": "edited"})  # how it was before
        self._archived.add(plugin)
        self._deliver("repository", plugin, {"action": "archived"})

    def _deliver(self, event: str, plugin: str, facts: dict[str, Any]) -> None:
        body = json.dumps({**facts, "repository": self._repository(plugin)}).encode()
        signature = hmac.new(self.secret.encode(), body, hashlib.sha256).hexdigest()
        headers = {
            "Content-Type": "application/json",
            "X-GitHub-Event": event,
            "X-GitHub-Delivery": str(uuid5(NAMESPACE_URL, f"delivery/{next(self._numbers)}")),
            "X-Hub-Signature-256": f"sha256={signature}",
        }
        call(self.address, "POST", "/github/webhooks", body, headers)

    def _repository(self, plugin: str) -> dict[str, Any]:
        return {
            "id": _id(plugin),
            "name": plugin,
            "full_name": f"{OWNER}/{plugin}",
            "owner": {"login": OWNER},
            "private": False,
            "archived": plugin in self._archived,
            "default_branch": PLUGIN_BRANCH,
            "created_at": "2024-02-29T12:00:00Z",
            "updated_at": self._now(),
        }

    def _now(self) -> str:
        """A second later than the last time: GitHub's times have no fractions, and the demonstration is in a hurry."""
        self._clock = max(datetime.now(UTC), self._clock + timedelta(seconds=1))
        return self._clock.strftime("%Y-%m-%dT%H:%M:%SZ")


def _id(name: str) -> int:
    """An id like GitHub's, the same in any two runs of the demonstration."""
    return int.from_bytes(hashlib.sha256(name.encode()).digest()[:4], "big") + 1
