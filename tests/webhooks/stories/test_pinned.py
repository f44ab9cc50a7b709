"""A plugin that is broken works where sites run an older commit of it: pinned there, or taken back."""

from datetime import timedelta
from typing import Any

import pytest
from sqlmodel import select

from models.database.engine import Database
from models.rules.kinds import KeyKind
from models.tables import Incident, Status, StoryEntry
from tests.webhooks.conftest import ON_ONE, Clock, Door, line, report
from webhooks.recording.intake import Intake

OLD, BROKEN = "a" * 40, "b" * 40
BOOM = {"message": "NameError: uninitialized constant Solved::Topic", "backtrace": "plugin.rb:1"}
FIRST, SECOND = "canary-1.example.com", "canary-2.example.com"
PINNED = f"Works where pinned, at {OLD[:7]}"


@pytest.fixture
def intake(database: Database, clock: Clock) -> Intake:
    return Intake(database, clock=clock.read)


class Scene:
    """Canary servers and client sites that report on solved, each an hour and a bit after the last report."""

    def __init__(self, door: Door, clock: Clock) -> None:
        self._door, self._clock = door, clock
        self._keys: dict[str, str] = {}

    def says(
        self, who: str, sha: str, *, bad: bool = False, head: bool = False, **how: Any
    ) -> None:
        """What a server or a site found; `head` where the commit is checked out by itself."""
        self._clock.now += how.get("after", timedelta(minutes=70))
        told = line("solved", 2 if bad else 1, sha, **(BOOM if bad else {}))
        told["branch"] = "HEAD" if head else "main"
        body = report(
            told, host=how.get("host", "c0ffee00"), branch=how.get("on", "stable"), domain=who
        )
        if who.startswith("canary"):
            answer = self._door.post("/status", body)
        else:
            answer = self._door.post("/status", body, self._key(who), "User-Api-Key")
        assert answer.json().get("updated") == ["solved"], answer.text

    def breaks(self, *who: str) -> None:
        """It works at the old commit, and fails at the next one on each of them."""
        for each in who:
            self.says(each, OLD)
        for each in who:
            self.says(each, BROKEN, bad=True)
        assert self.is_open

    @property
    def incident(self) -> Incident:
        (found,) = self._door.world.incidents()
        return found

    @property
    def is_open(self) -> bool:
        return self.incident.resolved_at is None

    @property
    def card(self) -> str:
        """What its page says."""
        return self._door.http.get("/incidents/1").text

    def story(self) -> list[str]:
        with self._door.world.database.read() as session:
            return list(session.exec(select(StoryEntry.kind).order_by(StoryEntry.id)))

    def _key(self, domain: str) -> str:
        if domain not in self._keys:
            self._keys[domain] = self._door.make_key(KeyKind.USER, domain, domain)
        key = self._keys[domain]
        body = {"plugins": ["solved"], "domain": domain}
        self._door.post("/user/register", body, key, "User-Api-Key")
        return key


@pytest.fixture
def scene(door: Door, clock: Clock) -> Scene:
    return Scene(door, clock)


def test_it_works_where_pinned_and_ends_when_all_that_failed_run_that_commit(
    scene: Scene, door: Door
) -> None:
    scene.breaks(FIRST, SECOND)
    assert PINNED not in scene.card
    scene.says(FIRST, OLD, head=True)
    assert scene.is_open
    assert scene.incident.pinned_sha == OLD
    assert PINNED in scene.card
    edited = [row for row in door.world.announced() if row.conversation == "incident:1"]
    scene.says(FIRST, OLD, head=True)  # as it does from then on
    again = [row for row in door.world.announced() if row.conversation == "incident:1"]
    assert len(again) == len(edited)
    scene.says(SECOND, OLD, head=True)
    assert not scene.is_open
    assert scene.story() == ["opened", "pinned", "resolved"]
    assert scene.incident.last_plugin_sha == OLD
    with door.world.database.read() as session:
        row = session.exec(select(Status).where(Status.plugin_branch == "main")).one()
    assert row.verdict == "compatible"


def test_who_takes_the_pin_away_and_fails_opens_it_again(scene: Scene) -> None:
    scene.breaks(FIRST)
    scene.says(FIRST, OLD, head=True)
    assert not scene.is_open
    scene.says(FIRST, BROKEN, bad=True)
    assert scene.is_open
    assert scene.incident.times == 2
    assert scene.incident.pinned_sha is None


def test_a_client_site_that_fails_alike_holds_it_open(scene: Scene) -> None:
    scene.breaks(FIRST)
    scene.says("forum.example.com", BROKEN, bad=True)
    scene.says(FIRST, OLD, head=True)
    assert scene.is_open
    assert PINNED in scene.card
    scene.says("forum.example.com", OLD, head=True)
    assert not scene.is_open


def test_a_site_may_find_the_pin_before_a_server_does(scene: Scene) -> None:
    scene.breaks(FIRST)
    scene.says("forum.example.com", OLD, head=True)
    assert scene.is_open
    assert PINNED in scene.card
    scene.says(FIRST, OLD, head=True)
    assert not scene.is_open


@ON_ONE
@pytest.mark.parametrize(
    "how",
    [
        {"sha": "c" * 40, "head": True},  # nobody has heard of this commit
        {"sha": BROKEN, "head": True},  # the very one that fails
        {"sha": OLD, "head": True, "bad": True},  # it fails there, too
        {"sha": OLD, "head": True, "on": "tests-passed"},  # on another host branch
    ],
)
def test_what_is_no_older_commit_that_works_there_says_nothing(
    scene: Scene, door: Door, how: dict[str, Any]
) -> None:
    scene.breaks(FIRST, SECOND)
    scene.says(FIRST, **how)
    first = door.world.incidents()[0]
    assert (first.resolved_at, first.pinned_sha) == (None, None)
    assert PINNED not in scene.card


def test_enough_client_sites_that_pin_it_end_what_they_opened(scene: Scene) -> None:
    sites = [f"forum-{number}.example.com" for number in range(3)]
    for site in sites:
        scene.says(site, OLD)
    for site in sites:
        scene.says(site, BROKEN, bad=True)
    assert scene.is_open
    for site in sites:
        assert scene.is_open
        scene.says(site, OLD, head=True)
    assert not scene.is_open


def test_a_plugin_that_is_taken_back_is_well_once_its_server_says_so_twice(scene: Scene) -> None:
    scene.breaks(FIRST)
    scene.says(FIRST, OLD)
    assert scene.is_open  # that may be a late report
    scene.says(FIRST, OLD)
    assert not scene.is_open


@ON_ONE
@pytest.mark.parametrize(
    "between",
    [
        [],  # the late report alone
        [(SECOND, OLD, False)],  # another server runs the older one, as it always did
        [
            (FIRST, BROKEN, True),
            (FIRST, OLD, False),
        ],  # the newer one again, so that the count begins again
        [(FIRST, BROKEN, True), (SECOND, OLD, False)],
    ],
)
def test_a_late_report_of_the_older_commit_ends_nothing(
    scene: Scene, between: list[tuple[str, str, bool]]
) -> None:
    scene.breaks(FIRST)
    scene.says(FIRST, OLD)
    for who, sha, bad in between:
        scene.says(who, sha, bad=bad)
    assert scene.is_open


@ON_ONE
def test_a_report_that_is_sent_again_is_no_second_one(scene: Scene) -> None:
    scene.breaks(FIRST)
    scene.says(FIRST, OLD)
    for _ in range(3):
        scene.says(FIRST, OLD, after=timedelta(minutes=1))
    assert scene.is_open
    scene.says(FIRST, OLD)
    assert not scene.is_open
