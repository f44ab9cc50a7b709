"""What a browser's console shows on healthy servers too accuses nobody."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlmodel import select

from models.rules.kinds import KeyKind
from models.rules.watched import WatchedKind
from models.tables import WatchedIncident
from tests.canaries import SERVER
from tests.webhooks.conftest import Door

AGO = datetime.now(UTC).replace(microsecond=0) - timedelta(hours=20)
SELECTOR = "Timeout 100000ms exceeded waiting for selector '.topic-list-item'"
NOTICE = (
    "[PLUGIN {}] Deprecation notice: a widget was decorated. [deprecation id: discourse.widgets]"
)
ERROR = "[error] Uncaught TypeError: x is undefined\n    at https://canary.example.com/assets/plugins/{}-{}.js:1:2345"


class Browser:
    """A browser canary that runs every hour, and what it left."""

    def __init__(self, door: Door) -> None:
        self.door, self.runs = door, 0
        self._key = door.make_key(KeyKind.CANARY, SERVER)

    def run(self, log: str, *, passes: bool) -> None:
        """A run with this console log."""
        self.runs += 1
        started = AGO + timedelta(hours=self.runs)
        failed = {"result": "failed", "message": SELECTOR}
        step = {"name": "open /latest", "result": "passed", "duration_ms": 1}
        body = {
            "server": SERVER,
            "host": {"branch": "tests-passed", "sha": "c0ffee00"},
            "started_at": started.isoformat(),
            "finished_at": (started + timedelta(minutes=5)).isoformat(),
            "steps": [step if passes else step | failed],
            "plugins": [
                {"name": name, "branch": "main", "sha": "a1b2c3d4"} for name in ("solved", "voting")
            ],
        }
        self._put(f"r{self.runs}", json=body)
        if log:
            text = {"content": log.encode(), "headers": {"Content-Type": "text/plain"}}
            self._put(f"r{self.runs}/console-log", **text)

    def _put(self, path: str, headers: dict[str, str] | None = None, **what: Any) -> None:
        headers = {"Authorization": f"Bearer {self._key}", **(headers or {})}
        answer = self.door.http.put(f"/canary/runs/{path}", headers=headers, **what)
        assert answer.status_code in {200, 201, 204}, answer.text

    @property
    def accused(self) -> list[int]:
        """The plugins that have an incident."""
        return [incident.plugin_id for incident in self.door.world.incidents()]

    @property
    def has_card(self) -> bool:
        """Whether the server itself is in trouble."""
        with self.door.world.database.read() as session:
            rows = select(WatchedIncident).where(WatchedIncident.source == WatchedKind.CANARY)
            return any(row.resolved_at is None for row in session.exec(rows))


@pytest.fixture
def browser(door: Door) -> Browser:
    return Browser(door)


@pytest.mark.parametrize("noise", [NOTICE.format("solved"), ERROR.format("solved", "0a" * 16)])
def test_what_the_last_passing_run_showed_too_is_no_evidence(browser: Browser, noise: str) -> None:
    browser.run(noise, passes=True)
    browser.run(noise, passes=False)
    assert (browser.accused, browser.has_card) == ([], True)


def test_another_build_of_the_same_error_is_the_same_noise(browser: Browser) -> None:
    browser.run(ERROR.format("solved", "0a" * 16), passes=True)
    browser.run(ERROR.format("solved", "1b" * 16), passes=False)
    assert (browser.accused, browser.has_card) == ([], True)


def test_an_error_that_is_new_accuses_among_the_noise(browser: Browser) -> None:
    noise = NOTICE.format("solved")
    browser.run(noise, passes=True)
    broken = "[error] Uncaught Error: Could not find module `x` imported from `discourse/plugins/voting/y`"
    browser.run(f"{noise}\n{broken}", passes=False)
    assert (browser.accused, browser.has_card) == ([2], False)


def test_what_was_shown_only_while_it_failed_before_is_evidence_still(browser: Browser) -> None:
    browser.run("", passes=True)
    for _ in range(2):
        browser.run(ERROR.format("solved", "0a" * 16), passes=False)
    assert (browser.accused, browser.has_card) == ([1], False)
