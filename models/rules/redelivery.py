"""Which failed webhook deliveries GitHub is asked to send again, and when."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

# GitHub lists a delivery for so long.
KEPT = timedelta(days=3)

_FIRST_WAIT = timedelta(minutes=5)
_LONGEST_WAIT = timedelta(hours=1)
_MOST_DOUBLINGS = 10


@dataclass(frozen=True, slots=True)
class DeliveryAttempt:
    """One attempt to deliver. All attempts at a delivery share its guid."""

    github_id: int
    guid: str
    at: datetime
    succeeded: bool


@dataclass(frozen=True, slots=True)
class Plan:
    """Which attempts to have sent `again`, and how many deliveries `failed`.

    `since`: earlier attempts need not be looked at next time.
    """

    again: tuple[DeliveryAttempt, ...]
    failed: int
    since: datetime | None


def plan(
    attempts: Iterable[DeliveryAttempt],
    recorded: Collection[str],
    since: datetime | None,
    now: datetime,
) -> Plan:
    """What to do about these attempts, where the deliveries with these guids were recorded whatever
    GitHub heard.

    While the newest attempt of all failed, nobody seems to listen: only one is sent, to find out.
    """
    by_guid: dict[str, list[DeliveryAttempt]] = {}
    for attempt in sorted(attempts, key=lambda one: (one.at, one.github_id)):
        by_guid.setdefault(attempt.guid, []).append(attempt)
    newest = max(
        (tries[-1] for tries in by_guid.values()),
        key=lambda one: (one.at, one.github_id),
        default=None,
    )
    failed = []
    for guid, tries in by_guid.items():
        if guid not in recorded and not any(one.succeeded for one in tries):
            failed.append(tries)
    due = [tries[0] for tries in failed if now - tries[-1].at >= _wait(len(tries))]
    listens = newest is not None and newest.succeeded
    oldest = min((tries[0].at for tries in failed), default=newest.at if newest else since)
    return Plan(tuple(due if listens else due[:1]), len(failed), oldest)


def _wait(attempts: int) -> timedelta:
    """How long after the last attempt the next one is due."""
    return min(_FIRST_WAIT * (1 << min(attempts - 1, _MOST_DOUBLINGS)), _LONGEST_WAIT)
