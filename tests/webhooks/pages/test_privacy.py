"""Of a plugin whose repository is private, no public page and no JSON answer holds anything that GitHub told."""

import itertools
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlmodel import select

from models.actions.completion import names
from models.queries.host_branches import host_branches
from models.recording.settling import settle_within_allowance
from models.recording.telling.announcing import announce
from models.recording.verdicts.changes import Failure, Key
from models.recording.verdicts.hearing import Said, note_verdict
from models.rules.blame import Pair
from models.rules.privacy import EVERYTHING
from models.rules.sources import JudgingSource
from models.rules.status import Verdict
from models.tables import Plugin
from tests.asking import DICTIONARY
from tests.hub import REPOSITORY, a_release, a_repository, an_issue
from tests.webhooks.conftest import Door
from tests.world import BAD, GOOD, World, a_plugin, saw

TESTS = Verdict.TESTS_FAILING
CI_SHA = "5ec2e7" + "5ec2e7" * 2
# All that GitHub tells in these tests bears one of these.
SECRETS = ("secret", "5ec2e7", "tests_failing", "tests failing", "fails its tests", "seen by ci")

Step = Callable[[World, str], None]


def guard_good(world: World, handle: str) -> None:
    world.report(saw(handle, f"a{world.now:%H%M%S}", GOOD))


def guard_bad(world: World, handle: str) -> None:
    world.report(saw(handle, f"b{world.now:%H%M%S}", BAD))


def ci_good(world: World, handle: str) -> None:
    _ci(world, handle, GOOD)


def ci_bad(world: World, handle: str) -> None:
    _ci(world, handle, TESTS)


STEPS: tuple[Step, ...] = (guard_good, guard_bad, ci_good, ci_bad)


def _ci(
    world: World, handle: str, verdict: Verdict, branch: str = "main", host: str = "tests-passed"
) -> None:
    world.now += timedelta(minutes=1)
    failure = Failure(
        "secret", "Secret: it said", "secret/trace.rb:1", "Secret Workflow", "actions/runs/5"
    )
    with world.database.write() as session:
        plugin_id = session.exec(select(Plugin.id).where(Plugin.handle == handle)).one() or 0
        key, pair = Key(plugin_id, branch, host), Pair(f"{CI_SHA}{world.now:%M%S}", "")
        said = Said(
            key, JudgingSource.TESTS, verdict, pair, world.now, failure if verdict.broken else None
        )
        change = note_verdict(session, said)
        announce(
            session,
            settle_within_allowance(session, [change] if change else [], world.now),
            world.now,
        )


def _tell(world: World, handle: str, github_id: int = REPOSITORY, *, private: bool = True) -> None:
    """GitHub tells of the plugin's repository, with issues and a release; the plugin follows its name."""
    name = f"secretorg/secret-{github_id}"
    with world.database.write() as session:
        plugin = session.exec(select(Plugin).where(Plugin.handle == handle)).one()
        plugin.repository_id, plugin.repository, plugin.repository_key = github_id, name, name
        told = {
            "default_branch": "secret-main",
            "head_sha": CI_SHA,
            "head_at": world.now,
            "archived": True,
        }
        session.add(a_repository(handle, github_id, full_name=name, private=private, **told))
        release, issue = (
            a_release("v-secret", world.now, github_id),
            an_issue(1, world.now, github_id),
        )
        release.repository_id = github_id
        issue.sqlmodel_update(
            {"github_id": github_id, "title": "Secret issue", "labels": [[1, "secret label"]]}
        )
        session.add_all([release, issue])


@pytest.fixture
def world(door: Door) -> World:
    door.world.now = datetime.now(UTC) - timedelta(hours=6)
    return door.world


def _answers(door: Door, handles: list[str]) -> Iterator[tuple[str, str]]:
    """Everything that anyone may read, by its address."""
    paths = [
        "/",
        "/?filter=broken",
        "/?filter=compatible",
        "/?filter=unknown",
        "/?filter=tests_failing",
    ]
    paths += ["/plugin-manager/status.json", "/plugin-manager/plugin.json", "/metrics"]
    paths += [f"/plugin-manager/plugin.json?order={order}" for order in ("status", "updated_at")]
    paths += [f"/{what}/{number}" for what in ("incidents", "outbreaks") for number in range(1, 9)]
    for handle in handles:
        paths += [f"/plugins/{handle}", f"/plugin-manager/plugin/{handle}"]
        paths += [
            f"/plugin-manager/status/{handle}{query}"
            for query in ("", "?branch=main", "?branch=secret-branch")
        ]
        paths += [f"/plugin-manager/status?plugins[][name]={handle}"]
    for path in paths:
        answer = door.http.get(path)
        assert answer.status_code in {200, 404}, path
        yield path, _without_zeros(answer.text.lower())


def _without_zeros(text: str) -> str:
    """What is said without the metrics that count nothing, whose labels tell nothing."""
    return "\n".join(line for line in text.splitlines() if not line.endswith("} 0.0"))


def _leaks(door: Door, handles: list[str]) -> set[tuple[str, str]]:
    return {
        (path, secret)
        for path, text in _answers(door, handles)
        for secret in SECRETS
        if secret in text and secret not in path  # the page shows its own filter
    }


def _all_that_happens(world: World) -> None:
    guard_good(world, "solved")  # the last word that is not GitHub's
    ci_good(world, "solved")
    ci_bad(world, "solved")
    _ci(world, "solved", TESTS, "secret-branch")


def test_a_private_repositorys_ci_issues_and_releases_are_on_no_page(
    door: Door, world: World
) -> None:
    _tell(world, "solved")
    guarded_at = world.now + timedelta(minutes=1)
    _all_that_happens(world)
    assert _leaks(door, ["solved"]) == set()
    status = door.get("/status/solved")
    assert (status["status"], "test_status" in status) == ("compatible", False)
    assert status["status_changed_at"] == f"{guarded_at:%Y-%m-%d %H:%M:%S}"
    assert door.get("/status")["total"] == 1, "a branch that only CI knows is not told of"
    listed = door.get("/plugin/solved")["plugin"]
    assert (listed["status"]["status"], listed["url"], listed.get("owner"), "log" in listed) == (
        "compatible",
        None,
        None,
        False,
    )
    page = door.http.get("/plugins/solved").text
    assert "solved works on tests-passed" in page
    assert "archived" not in page
    assert "No incident was ever recorded." in page
    assert "Nothing is known to be broken" in door.http.get("/").text
    assert 'href="/plugins/solved"' not in door.http.get("/?filter=secretorg").text


def test_of_a_public_one_all_that_is_shown(door: Door, world: World) -> None:
    """So that the test above could fail."""
    _tell(world, "solved", private=False)
    _all_that_happens(world)
    found = {secret for _, secret in _leaks(door, ["solved"])}
    assert found == set(SECRETS)
    assert door.get("/status/solved")["test_status"] == "failing"
    page = door.http.get("/plugins/solved").text
    for said in (
        "1 open issue",
        "Release v-secret",
        "archived",
        "actions/runs/5",
        "fails its tests on",
    ):
        assert said in page
    assert 'href="/plugins/solved"' in door.http.get("/?filter=secretorg").text


def test_a_repository_that_became_private_takes_all_of_it_along(door: Door, world: World) -> None:
    _tell(world, "solved", private=False)
    _all_that_happens(world)
    with world.database.write() as session:
        session.merge(a_repository("solved", private=True))
    assert _leaks(door, ["solved"]) == set()


def test_a_host_branch_that_private_ci_alone_names_is_offered_to_nobody(
    door: Door, world: World
) -> None:
    """An extension's CI may run on a branch of the operator's own."""
    _tell(world, "solved")
    guard_good(world, "solved")
    _ci(world, "solved", TESTS, host="secret-host")
    assert all("secret-host" not in said for said in _said_of_branches(door))
    with world.database.read() as session:
        assert "secret-host" not in names(session, DICTIONARY)["branches"]
        assert "secret-host" in host_branches(session, allowed=EVERYTHING)
    _ci(world, "voting", TESTS, host="secret-host")  # now a public one names it, too
    assert all("secret-host" in said for said in _said_of_branches(door))


def _said_of_branches(door: Door) -> Iterator[str]:
    """What people and programs are told of the host branches that there are."""
    yield door.http.get("/check").text
    yield door.http.post("/check", json={"plugins": "solved", "branch": "none"}).text
    asked = (
        "check?plugins=voting&branch=none",
        "failing?branch=none",
        "status?plugin=voting&branch=none",
    )
    for question in asked:
        yield door.http.get(f"/actions/core/{question}").text


def test_when_a_private_repository_changed_is_not_told_by_the_order_of_the_list(
    door: Door, world: World
) -> None:
    def order() -> list[str]:
        listed = door.get("/plugin", order="updated_at", asc="false")["plugins"]
        return [plugin["name"] for plugin in listed]

    with world.database.write() as session:
        for hours, handle in enumerate(("solved", "voting", "chat-extra")):
            plugin = session.exec(select(Plugin).where(Plugin.handle == handle)).one()
            plugin.updated_at = world.now - timedelta(hours=hours)
    _tell(world, "solved", private=False)
    assert order() == ["solved", "voting", "chat-extra"]
    with world.database.write() as session:
        session.merge(a_repository("solved", private=True))
    assert order() == ["voting", "chat-extra", "solved"]


def test_an_outbreak_of_private_ci_is_none_on_a_page(door: Door, world: World) -> None:
    for number, handle in enumerate(("solved", "voting", "chat-extra")):
        _tell(world, handle, REPOSITORY + number)
        guard_good(world, handle)
        ci_bad(world, handle)
    assert all(incident.outbreak_id for incident in world.incidents())
    page = door.http.get("/").text
    assert "Nothing is known to be broken" in page
    assert "outbreak" not in page


def test_in_whatever_order_guard_and_ci_speak_what_ci_said_stays_hidden(
    door: Door, world: World
) -> None:
    orders = list(itertools.permutations(STEPS))
    handles = [f"p-{number:02}" for number in range(len(orders))]
    with world.database.write() as session:
        session.add_all([a_plugin(handle, world.now) for handle in handles])
    world.now = datetime.now(UTC) - timedelta(hours=40)
    for number, (handle, order) in enumerate(zip(handles, orders, strict=True)):
        _tell(world, handle, REPOSITORY + number)
        for step in order:
            step(world, handle)
    assert any(incident.origin == "tests" for incident in world.incidents())
    assert any(incident.outbreak_id for incident in world.incidents())
    assert _leaks(door, handles) == set()
    for handle, order in zip(handles, orders, strict=True):
        broken = order.index(guard_bad) > order.index(guard_good)
        assert door.get(f"/status/{handle}")["status"] == (
            "incompatible" if broken else "compatible"
        )
        assert ("log" in door.get(f"/plugin/{handle}")["plugin"]) == broken


def test_what_a_guard_says_of_a_private_plugin_is_shown_since_it_says_so(
    door: Door, world: World
) -> None:
    _tell(world, "solved")
    ci_good(world, "solved")
    ci_bad(world, "solved")
    guard_bad(world, "solved")
    page = door.http.get("/plugins/solved").text
    assert "solved does not load on tests-passed" in page
    assert "NoMethodError" in page
    assert "No suspect: no report of it working on this host branch was ever received." in page
    assert door.get("/plugin/solved")["plugin"]["log"]["message"].startswith("NoMethodError")
    changed: Any = door.get("/status/solved")["status_changed_at"]
    assert changed == f"{world.now:%Y-%m-%d %H:%M:%S}"
