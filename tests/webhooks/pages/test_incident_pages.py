"""The page of one incident, and of one outbreak."""

import re

import pytest

from models.events.github import LikelyCommit
from models.rules.care import Deed
from tests.staff import GUARDIAN, staffed
from tests.webhooks.conftest import ON_ONE, Door, line, report
from tests.world import a_plugin

NAMES = ("solved", "voting", "chat-extra")
SHA = "b" * 40


def _page(door: Door, path: str, status: int = 200) -> str:
    answer = door.http.get(path, headers={"Accept": "text/html"})
    assert answer.status_code == status
    return answer.text


def _outbreak(door: Door) -> None:
    door.post("/status", report(*map(line, NAMES)))
    broken = (line(name, 2, message=f"Boom in {name}", backtrace="frame") for name in NAMES)
    door.post("/status", report(*broken, host="c0ffee11"))


def test_an_incident_has_a_page_with_all_of_it(door: Door) -> None:
    _outbreak(door)
    page = _page(door, "/incidents/1")
    assert "Incident 1, open: solved (main) does not load on tests-passed" in page
    assert "Boom in solved" in page
    assert "Boom in voting" not in page
    assert "frame" in page
    assert 'href="/plugins/solved"' in page
    assert 'href="/outbreaks/1"' in page


def test_an_outbreak_has_a_page_that_leads_to_its_incidents(door: Door) -> None:
    _outbreak(door)
    page = _page(door, "/outbreaks/1")
    assert "3 plugins broke on tests-passed after one host change" in page
    assert set(re.findall(r'href="(/incidents/\d+)"', page)) == {
        "/incidents/1",
        "/incidents/2",
        "/incidents/3",
    }
    assert "more incident" not in page


@ON_ONE
def test_an_outbreaks_page_says_what_all_fail_with_and_who_is_taken_care_of(door: Door) -> None:
    people = staffed(door.world)
    door.post("/status", report(*map(line, NAMES)))
    broken = [line(name, 2, message="NameError: uninitialized constant Foo") for name in NAMES]
    door.post("/status", report(*broken, host="c0ffee11"))
    page = _page(door, "/outbreaks/1")
    assert page.count("NameError: uninitialized constant Foo") == 1
    assert "assigned" not in page
    people.act(GUARDIAN, Deed.CLAIM, "1")
    people.act(GUARDIAN, Deed.ACKNOWLEDGE, "1 2")
    page = _page(door, "/outbreaks/1")
    assert (page.count("assigned"), page.count("acknowledged")) == (1, 1)
    assert "Gil" not in page


@ON_ONE
def test_the_front_page_shows_the_first_of_an_outbreak_and_leads_to_the_others(door: Door) -> None:
    names = [f"p-{number}" for number in range(7)]
    with door.world.database.write() as session:
        session.add_all([a_plugin(name, door.world.now) for name in names])
    door.post("/status", report(*map(line, names)))
    door.post("/status", report(*(line(name, 2) for name in names), host="c0ffee11"))
    page = _page(door, "/")
    assert len(re.findall(r'href="/incidents/\d+"', page)) == 5
    assert '<a href="/outbreaks/1">and 2 more incidents</a>' in page
    assert len(set(re.findall(r'href="(/incidents/\d+)"', _page(door, "/outbreaks/1")))) == 7


@ON_ONE
def test_an_outbreaks_page_and_the_front_page_name_the_likely_commit_as_its_card_does(
    door: Door,
) -> None:
    _outbreak(door)
    broken = door.world.incidents()[1]
    words = "Most likely: bbbbbbb DEV: Drop widgets (removes `widgets`)."
    ends = broken.id or 0, broken.bad_host_sha, broken.bad_plugin_sha
    door.world.record(LikelyCommit(*ends, "mark", SHA, "discourse/discourse", words))
    commit = f"https://github.com/discourse/discourse/commit/{SHA}"
    page = _page(door, "/outbreaks/1")
    assert "DEV: Drop widgets" in page
    assert commit in page
    assert commit in _page(door, "/")


def test_what_has_ended_keeps_its_page(door: Door) -> None:
    _outbreak(door)
    door.post("/status", report(*(line(name, sha=SHA) for name in NAMES), host="c0ffee12"))
    page = _page(door, "/incidents/1")
    assert "Incident 1, resolved" in page
    assert "✓ works again" in page
    over = _page(door, "/outbreaks/1")
    assert "Outbreak over" in over
    assert over.count("✓ works again") >= 3


def test_every_page_leads_to_them(door: Door) -> None:
    _outbreak(door)
    front = _page(door, "/")
    assert 'href="/outbreaks/1"' in front
    assert 'href="/incidents/2"' in front
    assert 'href="/incidents/1"' in _page(door, "/plugins/solved")
    door.post("/status", report(line("solved", sha=SHA), host="c0ffee12"))
    assert 'href="/incidents/1"' in _page(door, "/plugins/solved")  # among what has ended


def test_a_number_that_nothing_has_is_no_page(door: Door, subtests: pytest.Subtests) -> None:
    _outbreak(door)
    for number in ("0", "99", "999999999", "9" * 40, "one", "-1", "1.0", "١", "%00"):
        for what in ("incidents", "outbreaks"):
            with subtests.test(f"{what} {number!a}"):
                assert "There is no" in _page(door, f"/{what}/{number}", 404)


@ON_ONE
def test_that_somebody_takes_care_is_shown_and_never_who(door: Door) -> None:
    door.post("/status", report(line("solved", 2)))
    assert "Acknowledged" not in _page(door, "/incidents/1")
    people = staffed(door.world)
    people.act(GUARDIAN, Deed.ACKNOWLEDGE, "1")
    people.act(GUARDIAN, Deed.CLAIM, "1")
    page = _page(door, "/incidents/1")
    assert "Acknowledged at" in page
    assert "Assigned: somebody takes care of it." in page
    assert GUARDIAN.name not in page.partition("<main")[2]
