"""Canary servers that report in turn, for tests of what reports say of each other."""

from datetime import timedelta
from typing import Any

from models.tables import Incident
from tests.webhooks.conftest import Clock, Door, line, report

GOOD, BAD = 1, 2
ERROR = "NoMethodError: undefined method `topics' for nil"
OLD, NEW = "a1b2c3d4", f"{1:040x}"
NAMES = ("solved", "voting", "chat-extra")


class Servers:
    """One canary server for each host branch, which reports an hour after whatever was reported last."""

    def __init__(self, door: Door, clock: Clock) -> None:
        self.door, self._clock = door, clock

    def __call__(
        self,
        host: str,
        *errors: str | None,
        moved: tuple[str, ...] = (),
        branch: str = "tests-passed",
        **how: Any,
    ) -> None:
        """Solved, voting and chat-extra on this host commit, those that moved at their new commits."""
        self._clock.now += how.get("after", timedelta(hours=1))
        lines = [
            line(name, BAD if error else GOOD, NEW if name in moved else OLD, message=error)
            for name, error in zip(NAMES, (*errors, *[None] * 3), strict=False)
        ]
        domain = how.get("domain", f"{branch}.example.com")
        body = report(*lines, host=host, branch=branch, domain=domain)
        header = "User-Api-Key" if "key" in how else "Api-Key"
        answer = self.door.post("/status", body, how.get("key"), header)
        assert answer.json()["success"] == "OK"

    def of(self, branch: str = "tests-passed") -> Incident:
        """The incident of solved there."""
        (found,) = [
            each
            for each in self.door.world.incidents()
            if each.host_branch == branch and each.plugin_id == 1
        ]
        return found

    def blamed(self, branch: str = "tests-passed") -> tuple[str, str | None]:
        """Whom it accuses, and by what."""
        return self.of(branch).suspect, self.of(branch).proof
