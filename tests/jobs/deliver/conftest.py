"""A world whose incidents leave chat: a deliverer, and the servers that it speaks to."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import pytest
from pydantic import SecretStr
from sqlmodel import col, select

from jobs.deliver.deliverer import DeliveryTimes
from jobs.deliver.opening import delivering
from models.database import bulk
from models.database.engine import Database
from models.messages.message import Message
from models.settings import Settings
from models.tables import Announcement, Destination, Incident, Plugin
from tests.servers.github_issues import GithubIssuesServer, github_issues_server
from tests.staff import GUARDIAN, Staffed, staffed
from tests.waiting import LONG
from tests.world import BAD, GOOD, World, make_world, saw

__all__ = ["GUARDIAN", "Outside"]


@dataclass
class Outside:
    """The world, with its people, and deliveries on demand."""

    people: Staffed
    settings: dict[str, object] = field(default_factory=dict)

    @property
    def world(self) -> World:
        return self.people.world

    @property
    def database(self) -> Database:
        return self.world.database

    @contextmanager
    def delivering(self, times: DeliveryTimes | None = None) -> Iterator[None]:
        """Have what waits delivered."""
        with delivering(self.database, Settings(**self.settings), times or QUICK):
            yield

    def deliver(self, seconds: float = LONG) -> None:
        """Deliver until nothing waits, retries included, and without the pauses before them."""
        with self.delivering():
            deadline = time.monotonic() + seconds
            while self.waiting():
                assert time.monotonic() < deadline, [row.error for row in self.rows()]
                self.hurry()
                time.sleep(0.02)

    def hurry(self) -> None:
        """Let every retry be due now."""
        with self.database.write() as session:
            bulk.run(
                session, _HURRY, now=datetime.now(UTC), before=datetime.now(UTC) - timedelta(days=1)
            )

    def waiting(self) -> int:
        with self.database.read() as session:
            places = select(Destination.id).where(col(Destination.platform).in_(_OUTSIDE))
            there = select(Announcement.id).where(
                *_WAITS, col(Announcement.destination_id).in_(places)
            )
            return len(
                session.exec(
                    there.where(col(Destination.parked_at).is_(None)).join(Destination)
                ).all()
            )

    def rows(self, platform: str = "") -> list[Announcement]:
        """The outbox's rows for a platform, or all that are not for chat, oldest first."""
        wanted = [platform] if platform else _OUTSIDE
        with self.database.read() as session:
            rows = (
                select(Announcement).join(Destination).where(col(Destination.platform).in_(wanted))
            )
            return list(session.exec(rows.order_by(col(Announcement.id))))

    def told(self, platform: str) -> list[Message]:
        """What is told on a chat platform, oldest first."""
        return [Message.from_json(row.message) for row in self.rows(platform)]

    def set(self, **columns: object) -> None:
        """Change the plugin's row."""
        with self.database.write() as session:
            plugin = session.exec(select(Plugin).where(Plugin.handle == "solved")).one()
            plugin.sqlmodel_update(columns)
            session.add(plugin)

    def breaks(self, sha: str = "b1", message: str | None = None) -> Incident:
        self.world.report(saw("solved", sha, BAD, message))
        return self.world.incidents()[-1]

    def recovers(self, sha: str = "b2") -> None:
        self.world.report(saw("solved", sha, GOOD))


QUICK = DeliveryTimes(look=0.05)
_OUTSIDE = ["github", "email", "discourse", "webhook"]
_HURRY = """
UPDATE outbox SET due_at = :before WHERE id IN (
    SELECT id FROM outbox WHERE sent_at IS NULL AND dead_at IS NULL AND due_at > :now {for update skip locked}
)
"""
_WAITS = (col(Announcement.sent_at).is_(None), col(Announcement.dead_at).is_(None))


@pytest.fixture
def outside(database: Database, now: datetime) -> Outside:
    """A plugin that works, and no way out of chat."""
    world = make_world(database, now, "solved")
    people = staffed(world)
    world.report(saw("solved", "a1", GOOD))
    return Outside(people)


@pytest.fixture
def github(outside: Outside) -> Iterator[GithubIssuesServer]:
    """GitHub's issues, with a token for them."""
    with github_issues_server() as server:
        outside.settings |= {"github_api_url": server.url, "github_token": SecretStr("a-token")}
        with outside.delivering():
            pass
        yield server
