"""What browser runs that failed by one plugin tell of the others, once a later run blames those, too."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlmodel import select

from models.rules.blame import Suspect
from models.rules.kinds import KeyKind
from models.tables import Incident, Plugin
from tests.canaries import BLAMES, SERVER
from tests.webhooks.conftest import Door

AGO = datetime.now(UTC).replace(microsecond=0) - timedelta(hours=20)
STEPS = ("open the site", "open /latest", "write a reply")
# What was loaded in each run: both plugins, at their first commits.
BOTH = {"solved": "50100001", "voting": "70100001"}


class Browser:
    """A browser canary that runs every hour, each time on another commit of the host: `c0ffee01`, `c0ffee02`, …"""

    def __init__(self, door: Door) -> None:
        self.door, self.runs = door, 0
        self._key = door.make_key(KeyKind.CANARY, SERVER)

    def run(
        self,
        *blamed: str,
        at: str = STEPS[1],
        plugins: Mapping[str, str] = BOTH,
        server: str = SERVER,
        log: bool = True,
    ) -> None:
        """A run that passes, or fails `at` a step with an error of each that is `blamed`."""
        self.runs += 1
        started = AGO + timedelta(hours=self.runs)
        name = f"r{self.runs}"
        body = {
            "server": server,
            "host": {"branch": "tests-passed", "sha": f"c0ffee0{self.runs}"},
            "started_at": started.isoformat(),
            "finished_at": (started + timedelta(minutes=5)).isoformat(),
            "steps": _steps(at if blamed else None),
            "plugins": [
                {"name": plugin, "branch": "main", "sha": sha} for plugin, sha in plugins.items()
            ],
        }
        self._put(name, server, json=body)
        if log:
            text = "".join(BLAMES.format(plugin) for plugin in blamed) or "all is well"
            plain = {"Content-Type": "text/plain"}
            self._put(f"{name}/console-log", server, content=text.encode(), headers=plain)

    def _put(self, path: str, server: str, headers: Mapping[str, str] = {}, **what: Any) -> None:
        key = self._key if server == SERVER else self.door.make_key(KeyKind.CANARY, server)
        headers = {"Authorization": f"Bearer {key}", **headers}
        answer = self.door.http.put(f"/canary/runs/{path}", headers=headers, **what)
        assert answer.status_code in {200, 201, 204}, answer.text

    def since(self, handle: str) -> tuple[str, str]:
        """Whom the plugin's incident suspects, and the host's last commit with which the plugin worked."""
        with self.door.world.database.read() as session:
            of_plugin = select(Incident).join(Plugin).where(Plugin.handle == handle)
            incident = session.exec(of_plugin).one()
        return incident.suspect, incident.good_host_sha or ""


def _steps(failing: str | None) -> list[dict[str, Any]]:
    made: list[dict[str, Any]] = []
    for name in STEPS:
        if name == failing:
            return [
                *made,
                {"name": name, "result": "failed", "message": "Timeout", "duration_ms": 1},
            ]
        made.append({"name": name, "result": "passed", "duration_ms": 1})
    return made


@pytest.fixture
def browser(door: Door) -> Browser:
    return Browser(door)


def test_beside_the_same_failure_its_error_would_have_been_seen(browser: Browser) -> None:
    browser.run()
    browser.run("solved")
    browser.run("solved")
    browser.run("solved", "voting")
    assert browser.since("voting") == (Suspect.HOST, "c0ffee03")
    assert browser.since("solved") == (Suspect.HOST, "c0ffee01")


def test_what_moved_while_another_failed_is_not_suspected(browser: Browser) -> None:
    browser.run()
    newer = BOTH | {"voting": "70100002"}
    browser.run("solved", plugins=newer)
    browser.run("solved", "voting", plugins=newer)
    assert browser.since("voting") == (Suspect.HOST, "c0ffee02")


def test_a_plugin_that_only_failed_runs_found_loaded_is_known_to_have_worked(
    browser: Browser,
) -> None:
    browser.run(plugins={"solved": BOTH["solved"]})
    browser.run("solved")
    browser.run("solved", "voting")
    assert browser.since("voting") == (Suspect.HOST, "c0ffee02")


def test_a_run_that_got_further_would_have_ended_there(browser: Browser) -> None:
    browser.run()
    browser.run("solved", at=STEPS[2])
    browser.run("voting", at=STEPS[1])
    assert browser.since("voting") == (Suspect.HOST, "c0ffee02")


@pytest.mark.parametrize(
    ("meanwhile", "later"),
    [
        pytest.param({}, ("voting",), id="the other failure may have hidden it"),
        pytest.param({"at": STEPS[0]}, ("solved", "voting"), id="it ended before"),
        pytest.param({"log": False}, ("solved", "voting"), id="nobody knows what it showed"),
        pytest.param({"server": "beta.example.com"}, ("solved", "voting"), id="elsewhere"),
        pytest.param(
            {"plugins": {"solved": BOTH["solved"]}}, ("solved", "voting"), id="it was not loaded"
        ),
    ],
)
def test_other_failed_runs_prove_nothing(
    browser: Browser, meanwhile: dict[str, Any], later: tuple[str, ...]
) -> None:
    browser.run()
    browser.run("solved", **meanwhile)
    browser.run(*later)
    assert browser.since("voting") == (Suspect.HOST, "c0ffee01")


def test_one_that_goes_on_failing_did_not_work_meanwhile(browser: Browser) -> None:
    browser.run()
    browser.run("solved", "voting")
    browser.run("solved")
    browser.run("solved", "voting")
    assert browser.since("voting") == (Suspect.HOST, "c0ffee01")
