"""What the announcer and the deliverer do alike: look for what is due in the outbox, and claim it."""

import time
from collections.abc import Collection, Sequence
from datetime import datetime, timedelta

from sqlmodel import Session, col, update

from models import outbox
from models.database.engine import Database
from models.operating.clock_steps import ClockWatch
from models.outbox import Claim, Lane
from models.recording.telling.parking import try_again
from models.tables import Announcement, Turn

_SECONDS_BETWEEN_TRIES = 600.0  # how often it is looked for destinations that may be tried again


class Claimer:
    """Claims for one process, for `lease_time`, at most `most` rows of a destination at once.

    A clock that was set takes nothing from who holds it, and holds back no retry.
    """

    def __init__(
        self,
        database: Database,
        lease_time: timedelta = outbox.LEASE,
        most: int = outbox.CLAIMS_PER_DESTINATION,
        one_by_one: Collection[str] = (),
    ) -> None:
        self._database = database
        self._lease_time = lease_time
        self._most = most
        self._one_by_one = one_by_one
        self._next_try = time.monotonic() + _SECONDS_BETWEEN_TRIES
        self.clock = ClockWatch()

    def look(self, platforms: Sequence[str], now: datetime) -> None:
        """Notice a clock that was set, and let parked destinations be tried again when their time has come."""
        self.clock.look()
        if time.monotonic() < self._next_try:
            return
        self._next_try = time.monotonic() + _SECONDS_BETWEEN_TRIES
        with self._database.write() as session:
            try_again(session, platforms, now)

    def next_due(
        self, platforms: Sequence[str], now: datetime, skip: Sequence[Lane]
    ) -> datetime | None:
        """When something is to be claimed, in a lane that is not skipped; None if nothing waits."""
        if self.clock.went_back:
            return now  # what waits may be due hours from now by its own time, and is to be claimed
        with self._database.read() as session:
            return outbox.next_due(session, platforms, now, skip=skip)

    def claim(
        self, session: Session, platforms: Sequence[str], now: datetime, skip: Sequence[Lane]
    ) -> list[Claim]:
        """Claim what is due, in lanes that are not skipped."""
        if self.clock.went_back:
            _hurry(session, platforms, now)
            self.clock.went_back = False
        return outbox.claim(
            session,
            platforms,
            now,
            skip=skip,
            lease_time=self._lease_time,
            most=self._most,
            one_by_one=self._one_by_one,
            take_over=self.is_settled,
        )

    @property
    def is_settled(self) -> bool:
        """Whether the clock says which leases have ended: it was not set while one could begin and end."""
        return self.clock.is_settled(self._lease_time)


def _hurry(session: Session, platforms: Sequence[str], now: datetime) -> None:
    """Let what waits to be tried again be due now: the clock went back, and its time may be hours off."""
    session.exec(
        update(Announcement)
        .where(col(Announcement.turn) == Turn.LATER, col(Announcement.platform).in_(platforms))
        .where(col(Announcement.due_at) > now)
        .values(due_at=now)
        .execution_options(synchronize_session=False)
    )
