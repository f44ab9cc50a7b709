"""The budget: what GitHub says of its limits, shared by all jobs and processes through the database."""

import math
import time
from collections.abc import Mapping
from contextlib import suppress
from datetime import UTC, datetime

import structlog

from jobs.github.trouble import LimitError
from models.database.engine import Database
from models.github.budgets import budget_of, tell_budget
from models.rules.rate_limit import closed_until, refused_until, reserve
from models.rules.retry import seconds_to_wait
from models.tables import GithubBudget

# GitHub's secondary limit is 900 points a minute, and several jobs may ask at once. So many points
# may be spent without a pause.
POINTS_A_SECOND = 12
_AT_ONCE = 120
# How often we read what other processes stored, and how often we store an ordinary answer for them.
_LOOK_SECONDS = 1.0
_TELL_SECONDS = 5.0

_log = structlog.get_logger()


class Budget:
    """Says before each request whether it may be made, and hears what each answer says of the limits."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._free_at = 0.0
        self._looked: dict[str, float] = {}
        self._told: dict[str, float] = {}
        self._rows: dict[str, GithubBudget] = {}

    def spend(self, identity: str, now: datetime, points: int = 1) -> None:
        """Make sure that one more request of so many points may be made.

        Raises:
            LimitError: it may not, until then.
        """
        row = self._row(identity, now)
        if until := closed_until(row.allowed, row.remaining, row.reset_at, row.blocked_until, now):
            raise LimitError(until)
        self._wait(points)

    def answered(self, identity: str, headers: Mapping[str, str], now: datetime) -> None:
        """Note what an answer says of the limits."""
        row = self._rows[identity]
        self._read(row, headers, now)
        row.strikes = 0
        row.problem = None
        scarce = row.remaining is not None and row.remaining <= reserve(row.allowed)
        if scarce or time.monotonic() - self._told.get(identity, 0.0) > _TELL_SECONDS:
            self._tell(identity)

    def refused(self, identity: str, headers: Mapping[str, str], now: datetime) -> LimitError:
        """Note that a limit was hit, for every process at once; return what to raise."""
        row = self._rows[identity]
        self._read(row, headers, now)
        asked = seconds_to_wait(headers.get("retry-after"), now)
        until = refused_until(asked, row.remaining, row.reset_at, row.strikes, now)
        row.blocked_until = until
        row.strikes += 1
        self._tell(identity)
        _log.warning(
            "github_limit", identity=identity, until=until.isoformat(), remaining=row.remaining
        )
        return LimitError(until)

    def unknown(self, identity: str, problem: str, now: datetime) -> None:
        """Note that GitHub refuses the identity itself."""
        row = self._row(identity, now)
        row.problem = problem
        row.heard_at = now
        self._tell(identity)

    def close(self) -> None:
        """Tell the other processes what was heard last."""
        for identity in self._rows:
            self._tell(identity)

    def _wait(self, points: int) -> None:
        """Keep the pace by waiting fractions of a second; longer waits end in `LimitError` instead."""
        now = time.monotonic()
        time.sleep(max(0.0, self._free_at - now))
        earliest = now - _AT_ONCE / POINTS_A_SECOND
        self._free_at = max(self._free_at, earliest) + points / POINTS_A_SECOND

    def _row(self, identity: str, now: datetime) -> GithubBudget:
        if time.monotonic() - self._looked.get(identity, -_LOOK_SECONDS) >= _LOOK_SECONDS:
            self._looked[identity] = time.monotonic()
            with self._database.read() as session:
                stored = budget_of(session, identity)
            mine = self._rows.get(identity)
            if stored is not None and (mine is None or stored.heard_at > mine.heard_at):
                self._rows[identity] = stored
        return self._rows.setdefault(identity, GithubBudget(identity=identity, heard_at=now))

    def _read(self, row: GithubBudget, headers: Mapping[str, str], now: datetime) -> None:
        row.heard_at = now
        if (allowed := _number(headers, "x-ratelimit-limit")) is not None:
            row.allowed = int(allowed)
        if (remaining := _number(headers, "x-ratelimit-remaining")) is not None:
            row.remaining = int(remaining)
        if (reset := _number(headers, "x-ratelimit-reset")) is not None:
            with suppress(ValueError, OverflowError, OSError):
                row.reset_at = datetime.fromtimestamp(reset, UTC)

    def _tell(self, identity: str) -> None:
        self._told[identity] = time.monotonic()
        with self._database.write() as session:
            tell_budget(session, self._rows[identity])


def _number(headers: Mapping[str, str], name: str) -> float | None:
    try:
        number = float(headers[name])
    except (KeyError, ValueError):
        return None
    return number if math.isfinite(number) and number >= 0 else None
