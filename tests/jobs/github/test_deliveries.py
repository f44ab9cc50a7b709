"""Failed deliveries sent again, and an outage that leaves no trace."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlmodel import select

from jobs.github.ci import read_ci
from jobs.github.deliveries import redeliver
from jobs.github.issues import reconcile_issues
from jobs.github.repositories import read_repositories
from models.database.engine import Database
from models.rules.redelivery import KEPT, DeliveryAttempt, plan
from models.settings import Settings
from models.tables import Delivery, GithubSync
from tests.deliveries import bindings, forget, rows, verdicts
from tests.jobs.github.conftest import settings_of
from tests.jobs.github.outage import Happenings
from tests.jobs.github.test_issues import wait
from tests.servers.github_hub import SECRET, Hub, github_hub
from tests.webhooks.conftest import serving
from tests.world import World

NOW = datetime(2026, 3, 14, 15, 9, 26, tzinfo=UTC)


@contextmanager
def listening(database: Database, hub: Hub) -> Iterator[str]:
    """Our own web process, to which the stand-in posts."""
    with serving(database, [SECRET.encode()]) as address:
        hub.hook = f"{address}/github/webhooks"
        yield address
    hub.hook = ""


def age(hub: Hub, by: timedelta) -> None:
    """Let all attempts be so much older."""
    for attempt in hub.attempts:
        at = datetime.fromisoformat(attempt["delivered_at"]) - by
        attempt["delivered_at"] = at.isoformat().replace("+00:00", "Z")


def test_what_was_not_delivered_is_sent_again_and_only_that(world: World, hub: Hub) -> None:
    happens, now = Happenings(hub, Random(1)), datetime.now(UTC)
    with listening(world.database, hub) as address:
        settings = settings_of(hub, public_url=address)
        happens.one(now - timedelta(hours=3))
        hub.hook = ""
        for hour in (2, 1):
            happens.one(now - timedelta(hours=hour))
        hub.hook = f"{address}/github/webhooks"
        reconcile_issues(world.database, settings)
        redeliver(world.database, settings)  # while nobody seems to listen, one is sent to find out
        assert [attempt["redelivery"] for attempt in hub.attempts] == [False, False, False, True]
        wait(world)
        redeliver(world.database, settings)
        assert [attempt["status_code"] for attempt in hub.attempts] == [200, 0, 0, 200, 200]
        wait(world)
        redeliver(world.database, settings)
        assert len(hub.attempts) == 5
    with world.database.read() as session:
        assert {row.guid for row in session.exec(select(Delivery))} == set(hub.bodies)


def test_one_that_github_no_longer_has_keeps_no_other_back(world: World, hub: Hub) -> None:
    happens, now = Happenings(hub, Random(1)), datetime.now(UTC)
    with listening(world.database, hub) as address:
        settings, hook, hub.hook = settings_of(hub, public_url=address), hub.hook, ""
        for hour in (3, 2):
            happens.one(now - timedelta(hours=hour))
        hub.hook = hook
        happens.one(now - timedelta(hours=1))
        reconcile_issues(world.database, settings)
        hub.mishaps = [
            lambda _: None,
            lambda _: None,
            lambda _: (404, {}, {"message": "Not Found"}),
        ]
        redeliver(world.database, settings)
    assert [attempt["status_code"] for attempt in hub.attempts] == [0, 0, 200, 200]


def test_an_outage_of_71_hours_leaves_no_trace(database: Database, world: World) -> None:
    ends = [_lived(database, world, away=away) for away in (False, True)]
    for name, kept in ends[0][0].items():
        assert ends[1][0][name] == kept, name
    assert ends[0] == ends[1]


def _lived(database: Database, world: World, *, away: bool) -> Any:
    """All that is known after the same 71 hours, of which we were away all but the first and last, or never."""
    _forget(world)
    now = datetime.now(UTC).replace(minute=0, second=0, microsecond=0)
    with github_hub() as hub, listening(database, hub) as address:
        hub.add(
            "example/solved", now - timedelta(days=10), github_id=700, commits={"main": ["a" * 40]}
        )
        settings, happens = settings_of(hub, public_url=address), Happenings(hub, Random(71))
        happens.one(now - timedelta(hours=72))
        _catch_up(world, settings)
        hub.hook = "" if away else hub.hook
        for number in range(20):
            happens.one(now - timedelta(hours=71) + timedelta(hours=71) * number / 20)
        hub.hook = f"{address}/github/webhooks"
        for _ in range(3):
            wait(world)
            _catch_up(world, settings)
    return rows(database), bindings(database), verdicts(database)


def _catch_up(world: World, settings: Settings) -> None:
    for job in (redeliver, reconcile_issues, read_ci, read_repositories):
        job(world.database, settings)


def _forget(world: World) -> None:
    forget(world.database, {"solved": "example/solved"})
    with world.database.write() as session:
        for row in session.exec(select(GithubSync)):
            session.delete(row)


ATTEMPTS = st.lists(
    st.tuples(st.sampled_from("abcd"), st.integers(0, 72 * 60), st.booleans()),
    max_size=12,
    unique_by=lambda one: one[1],
).map(
    lambda drawn: [
        DeliveryAttempt(n, guid, NOW - timedelta(minutes=ago), ok)
        for n, (guid, ago, ok) in enumerate(drawn, 1)
    ]
)


@given(attempts=ATTEMPTS, recorded=st.sets(st.sampled_from("abcd")))
def test_a_plan_sends_what_failed_and_nothing_else(
    attempts: list[DeliveryAttempt], recorded: set[str]
) -> None:
    planned = plan(attempts, recorded, NOW - KEPT, NOW)
    succeeded = {one.guid for one in attempts if one.succeeded} | recorded
    again = [one.guid for one in planned.again]
    assert len(again) == len(set(again)) <= planned.failed
    assert not succeeded & set(again)
    failed = [one for one in attempts if one.guid not in succeeded]
    assert planned.failed == len({one.guid for one in failed})
    assert all(planned.since is not None and planned.since <= one.at for one in failed)
    newest = max(attempts, key=lambda one: one.at, default=None)
    if newest and not newest.succeeded:
        assert len(again) <= 1
    elif failed and min(NOW - one.at for one in failed) >= timedelta(hours=1):
        assert len(again) == planned.failed


def test_whoever_may_not_see_the_hooks_is_not_in_trouble(world: World, hub: Hub) -> None:
    settings = settings_of(hub)
    reconcile_issues(world.database, settings)
    Happenings(hub, Random(1)).one(datetime.now(UTC) - timedelta(hours=1))
    with world.database.write() as session:
        session.add(GithubSync(subject="700", task="delivered", done_at=datetime.now(UTC)))
    hub.administers = False
    redeliver(world.database, settings)
    with world.database.read() as session:
        row = session.get_one(GithubSync, ("700", "deliveries"))
    assert (row.problem, row.done_at is not None) == (None, True)


@pytest.mark.parametrize("reply", [(200, {}, {"id": 1}), (500, {}, {})])
def test_a_list_that_makes_no_sense_is_noted(world: World, hub: Hub, reply: Any) -> None:
    settings = settings_of(hub, public_url="http://x")
    reconcile_issues(world.database, settings)
    hub.hook = "http://x/github/webhooks"
    with world.database.write() as session:
        session.add(GithubSync(subject="700", task="delivered", done_at=datetime.now(UTC)))
    hub.mishaps = [lambda _: None, lambda _: reply]
    redeliver(world.database, settings)
    with world.database.read() as session:
        assert session.get_one(GithubSync, ("700", "deliveries")).problem
