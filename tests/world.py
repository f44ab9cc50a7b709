"""A small world to report from: plugins, keys, canary servers and client sites, by their names."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from sqlmodel import col, select

from models.database.engine import Database
from models.events import Event, GuardReport, Observation, Outcome, Registration, Reporter
from models.operating import keys
from models.record import record
from models.rules.kinds import KeyKind, SiteKind
from models.rules.status import Verdict
from models.tables import Announcement, ApiKey, Destination, Incident, Plugin, Workspace

GOOD, BAD = Verdict.COMPATIBLE, Verdict.INCOMPATIBLE
ERROR = "NoMethodError: undefined method `add_to_class' for Plugin::Instance"
TRACE = "/var/www/discourse/plugins/{0}/plugin.rb:31:in `activate!'\n/var/www/discourse/lib/plugin/instance.rb:494"


@dataclass
class World:
    """Records events one minute apart, as of `now`."""

    database: Database
    now: datetime
    canary: Reporter

    def record(self, *events: Event) -> list[Outcome]:
        """Record events that arrive together, a minute after the last ones."""
        self.now += timedelta(minutes=1)
        with self.database.write() as session:
            return record(session, events, self.now)

    def report(self, *observations: Observation, host: str = "h1", **how: object) -> Outcome:
        """Record one report of a canary server, or of whom `by` names."""
        (outcome,) = self.record(self.a_report(*observations, host=host, **how))
        return outcome

    def a_report(
        self,
        *observations: Observation,
        host: str = "h1",
        branch: str = "tests-passed",
        by: Reporter | None = None,
    ) -> GuardReport:
        """A report, not recorded yet."""
        return GuardReport(by or self.canary, branch, host, observations)

    def client(self, domain: str, *handles: str) -> Reporter:
        """A client site with its key, which registered these plugins."""
        with self.database.write() as session:
            keys.create(session, KeyKind.USER, domain, domain, self.now)
            session.flush()
            key = session.exec(select(ApiKey).where(ApiKey.domain == domain)).one()
            reporter = Reporter(key.id or 0, SiteKind.CLIENT, domain)
        self.record(Registration(reporter, tuple((handle, handle) for handle in handles)))
        return reporter

    def incidents(self) -> list[Incident]:
        """Every incident, oldest first."""
        with self.database.read() as session:
            return list(session.exec(select(Incident).order_by(col(Incident.id))))

    def announced(self) -> list[Announcement]:
        """The outbox, oldest first."""
        with self.database.read() as session:
            return list(session.exec(select(Announcement).order_by(col(Announcement.id))))


def make_world(database: Database, now: datetime, *handles: str) -> World:
    """A world with these plugins in the master list and one canary server."""
    with database.write() as session:
        # Where destinations of tests are.
        session.add(Workspace(platform="test", workspace="", admitted_at=now))
        for handle in handles:
            session.add(a_plugin(handle, now))
        keys.create(session, KeyKind.SITE, "canary", None, now)
        session.flush()
        key = session.exec(select(ApiKey)).one()
        canary = Reporter(key.id or 0, SiteKind.CANARY, "canary.example.com")
    return World(database, now, canary)


def on_a_paced_platform(database: Database) -> None:
    """Let the only channel be one of a platform that takes about a message a second."""
    with database.write() as session:
        session.exec(select(Destination)).one().platform = "test"


def a_plugin(handle: str, now: datetime) -> Plugin:
    """A plugin that has been on the master list for a day."""
    repository = f"example/{handle}"
    return Plugin(
        handle=handle,
        name=handle,
        repository=repository,
        repository_key=repository,
        created_at=now - timedelta(days=1),
        updated_at=now,
    )


def saw(
    handle: str, sha: str, verdict: Verdict, message: str | None = None, branch: str = "main"
) -> Observation:
    """One line of a report; a bad one brings an error and a backtrace."""
    seen = Observation(handle, handle, branch, sha, verdict)
    return (
        replace(seen, message=message or ERROR, backtrace=TRACE.format(handle))
        if verdict is BAD
        else seen
    )
