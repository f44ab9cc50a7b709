"""A world that is looked at by the clock, and what people are told in it."""

from dataclasses import dataclass, field
from datetime import timedelta

from sqlmodel import col, select

from models import outbox
from models.events import Event
from models.events.silence import SilenceCheck
from models.messages.message import Message
from models.operating import keys
from models.operating.attendance import JOBS, WEB, sign_in
from models.record import record
from models.rules.silence import Trouble
from models.rules.watched import WatchedKind
from models.tables import Attendance, WatchedIncident, WatchedSource
from tests.world import World

HOUR, DAY = timedelta(hours=1), timedelta(days=1)


@dataclass
class Watch:
    """Moves time on. While `web_up`, the web process signs in; while `clock_up`, the silence is looked for."""

    world: World
    web_up: bool = True
    clock_up: bool = True
    github: bool = False
    _sent: int = field(default=0)
    _there: set[str] = field(default_factory=set)

    def do(self, *events: Event) -> None:
        """Record events now."""
        with self.world.database.write() as session:
            record(session, events, self.world.now)

    def wait(self, length: timedelta, step: timedelta | None = None) -> None:
        """Let time pass: six hours at a time, and at last one."""
        end = self.world.now + length
        self.look()
        while self.world.now < end:
            left = end - self.world.now
            self.world.now += min(left, step or (6 * HOUR if left > 8 * HOUR else HOUR))
            self.look()

    def sleep(self, length: timedelta) -> None:
        """Let time pass while the machine, and so every process, stands still."""
        self.world.now += length
        self._there = set()

    def look(self) -> None:
        """What happens in every minute. Who was there at the last look, and is now, was there between them."""
        there = {name for name, up in ((WEB, self.web_up), (JOBS, self.clock_up)) if up}
        with self.world.database.write() as session:
            for process in there & self._there:
                session.merge(Attendance(process=process, at=self.world.now))
            if self.web_up:
                sign_in(session, WEB, self.world.now)
        self._there = there
        if self.clock_up:
            self.do(SilenceCheck(self.github))

    def without_guard(self) -> None:
        """Nobody waits for the canary server of the world."""
        with self.world.database.write() as session:
            keys.revoke(session, "1", self.world.now)

    def told(self) -> list[tuple[str, str, Message]]:
        """What was put into the outbox since the last time, and is sent now: action, conversation and message."""
        rows = [row for row in self.world.announced() if (row.id or 0) > self._sent]
        self._sent = max([self._sent, *(row.id or 0 for row in rows)])
        with self.world.database.write() as session:
            while claims := outbox.claim(session, ["local"], self.world.now):
                outbox.mark_sent(
                    session, [(claim, str(claim.id)) for claim in claims], self.world.now
                )
        return [(row.action, row.conversation, Message.from_json(row.message)) for row in rows]

    def titles(self) -> list[tuple[str, str]]:
        """The same, as actions and titles."""
        return [(action, message.title) for action, _, message in self.told()]

    def incidents(self) -> list[WatchedIncident]:
        """The incidents of sources, oldest first."""
        with self.world.database.read() as session:
            return list(session.exec(select(WatchedIncident).order_by(col(WatchedIncident.id))))

    def source(self, kind: WatchedKind, name: str) -> WatchedSource:
        """How a source stands."""
        with self.world.database.read() as session:
            named = select(WatchedSource).where(
                WatchedSource.kind == kind, WatchedSource.name == name
            )
            return session.exec(named).one()

    def silent(self) -> list[tuple[str, str]]:
        """Who is in trouble now, and in what."""
        with self.world.database.read() as session:
            rows = session.exec(
                select(WatchedSource).where(col(WatchedSource.trouble).is_not(None))
            )
            return sorted((row.name, Trouble(row.trouble or "")) for row in rows)
