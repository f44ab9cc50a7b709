"""Whose turn it is at the database."""

from typing import Any

from models.events import Event, GuardReport, Observation, Reporter
from models.events.github import GithubDelivery
from models.events.statistics import Statistics
from models.rules.kinds import SiteKind
from models.rules.status import Verdict
from webhooks.recording.queues import Queues, Submitted, Turns, weight_of


def a_report(lines: int, broken: int = 0) -> GuardReport:
    verdicts = [Verdict.INCOMPATIBLE] * broken + [Verdict.COMPATIBLE] * (lines - broken)
    seen = tuple(
        Observation(f"p{n}", f"p{n}", "main", "a1", verdict) for n, verdict in enumerate(verdicts)
    )
    return GuardReport(Reporter(1, SiteKind.CANARY, "a.example.com"), "stable", "c0", seen)


HEARTBEAT = a_report(5)
BROKEN = a_report(5, broken=5)
DELIVERY = GithubDelivery("1", "push", ())
NOBODY: Any = None
STATISTICS = Statistics("h", "stable", "c0", ())


def submitted(event: Event) -> Submitted:
    return Submitted(event, weight_of(event), NOBODY, NOBODY, 0)


def turns_of(*events: Event) -> list[list[Event]]:
    """What is recorded together, in which order, where one writer has all queues."""
    queues = Queues(NOBODY, NOBODY, beats_wait=True)
    turns = Turns([queues.heartbeats, queues.others], queues.strangers)
    for each in map(submitted, events):
        queues.queue_of(each).add(each)
    return [[each.event for each in turn.batch] for turn in iter(turns.take, None)]


def test_between_heartbeats_there_is_one_turn_for_all_else_and_strangers_come_last() -> None:
    beats = [HEARTBEAT] * 600
    found = turns_of(STATISTICS, *beats, DELIVERY, *[BROKEN] * 8, STATISTICS)
    assert found == [
        beats[:512],
        [DELIVERY, *[BROKEN] * 6],
        beats[512:],
        [BROKEN, BROKEN],
        [STATISTICS],
        [STATISTICS],
    ]


def test_of_deliveries_guards_wait_for_ten_at_once() -> None:
    # Each takes as long as alone: forty held up all reports for 60 ms.
    assert turns_of(*[DELIVERY] * 25, HEARTBEAT) == [
        [HEARTBEAT],
        [DELIVERY] * 10,
        [DELIVERY] * 10,
        [DELIVERY] * 5,
    ]


def test_where_no_heartbeat_waits_a_rush_is_recorded_in_few_batches() -> None:
    others = Queues(NOBODY, NOBODY, beats_wait=False).others
    for _ in range(500):
        others.add(submitted(a_report(1, broken=1)))
    assert [len(others.take().batch) for _ in range(5)] == [100] * 5


def test_one_that_weighs_more_than_all_together_may_is_recorded_alone() -> None:
    assert turns_of(a_report(100, broken=50), DELIVERY) == [
        [a_report(100, broken=50)],
        [DELIVERY],
    ]


def test_a_report_of_very_many_plugins_is_no_heartbeat() -> None:
    queues = Queues(NOBODY, NOBODY, beats_wait=True)
    assert queues.queue_of(submitted(a_report(199))) is queues.heartbeats
    assert queues.queue_of(submitted(a_report(200))) is queues.others
