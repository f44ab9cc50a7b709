"""Every kind of source falls silent and reports again, on both databases; our own absence is nobody's silence."""

from datetime import datetime, timedelta

import pytest
from sqlmodel import select, update

from bench.listeners import counting
from models.database.engine import Database
from models.events import Registration, Reporter
from models.events.github import GithubDelivery
from models.events.silence import Ping, Signal
from models.messages.message import Tone
from models.operating import heartbeats, keys
from models.operating.watched import expect, forget
from models.queries import open_watched_incidents, status_matrix, watched_sources
from models.queries.plugins import find_plugin
from models.record import record
from models.rules.kinds import KeyKind, SiteKind
from models.rules.silence import Trouble
from models.rules.status import Verdict
from models.rules.watched import WatchedKind
from models.tables import Announcement, ApiKey, Destination, Plugin, SourceVerdict, Subscription
from models.tables.outbox import Turn
from tests.canaries import SERVER, a_canary, a_run, unfinished
from tests.models.messages.samples import said
from tests.watch import DAY, HOUR, Watch
from tests.world import GOOD, make_world, saw

GUARD = "canary.example.com"


@pytest.fixture
def watch(database: Database, now: datetime) -> Watch:
    return Watch(make_world(database, now, "solved", "voting"))


def report(watch: Watch) -> None:
    watch.do(watch.world.a_report(saw("solved", "p1", GOOD), saw("voting", "p1", GOOD)))


def client(watch: Watch, domain: str) -> Registration:
    with watch.world.database.write() as session:
        keys.create(session, KeyKind.USER, None, domain, watch.world.now)
        key = session.exec(select(ApiKey).where(ApiKey.domain == domain)).one()
        return Registration(Reporter(key.id or 0, SiteKind.CLIENT, domain), (("solved", "solved"),))


def verdict_of(watch: Watch, name: str = "solved") -> Verdict:
    with watch.world.database.read() as session:
        plugin = find_plugin(session, name)
        assert plugin
        (status,) = status_matrix(session, plugin, watch.world.now).statuses
        return status.verdict


def test_the_guard_of_a_canary_server(watch: Watch) -> None:
    for _ in range(4):
        report(watch)
        watch.wait(DAY)
    report(watch)
    watch.wait(27 * HOUR)
    assert watch.told() == []
    assert verdict_of(watch) is Verdict.COMPATIBLE
    watch.wait(HOUR)
    ((action, conversation, card),) = watch.told()
    assert (action, conversation, card.tone) == ("post", "source:1", Tone.WARNING)
    assert card.title == f"The Plugin Guard of {GUARD} is silent"
    assert (
        "Last report at 2026-03-18 15:09 UTC, 1 day 4 h before this: a report on tests-passed at h1."
        in said(card)
    )
    assert "What it said counts as unknown until it reports again: 2 verdicts." in said(card)
    assert "Does the server run" in said(card)
    assert verdict_of(watch) is Verdict.UNKNOWN
    watch.wait(5 * HOUR)
    assert watch.told() == []
    report(watch)
    assert verdict_of(watch) is Verdict.COMPATIBLE
    watch.wait(HOUR)
    (edit, reply) = watch.told()
    assert (edit[0], reply[0]) == ("edit", "reply")
    assert "a report on tests-passed at h1. It was silent for 1 day 9 h." in said(reply[2])
    assert watch.silent() == []


def test_what_another_server_confirmed_since_stands(watch: Watch) -> None:
    other = Reporter(watch.world.canary.key_id, SiteKind.CANARY, "other.example.com")
    report(watch)
    watch.wait(20 * HOUR)
    watch.do(watch.world.a_report(saw("solved", "p1", GOOD), by=other))
    watch.wait(10 * HOUR)
    assert watch.silent() == [(GUARD, Trouble.SILENT)]
    assert (verdict_of(watch, "solved"), verdict_of(watch, "voting")) == (
        Verdict.COMPATIBLE,
        Verdict.UNKNOWN,
    )
    assert watch.incidents()[0].unknown == 1


def test_a_client_site_by_its_registrations_until_its_key_is_revoked(watch: Watch) -> None:
    registration = client(watch, "shop.example.com")
    watch.without_guard()
    for _ in range(4 * 4):
        watch.do(registration)
        watch.wait(6 * HOUR, 6 * HOUR)
    assert watch.told() == []
    watch.wait(19 * HOUR)  # it has registered every few hours, so that a day is long
    assert [title for _, title in watch.titles()] == [
        "The Plugin Guard of the client site shop.example.com is silent"
    ]
    assert watch.incidents()[0].unknown == 0
    with watch.world.database.write() as session:
        keys.revoke(session, str(registration.reporter.key_id), watch.world.now)
    watch.wait(HOUR)
    title = "The Plugin Guard of the client site shop.example.com is not waited for any more"
    assert watch.titles() == [("edit", title), ("reply", title)]
    watch.wait(3 * HOUR)
    assert watch.told() == []


def test_keys_that_nobody_ever_used(watch: Watch) -> None:
    report(watch)
    with watch.world.database.write() as session:
        keys.create(session, KeyKind.SITE, "second server", None, watch.world.now)
    client(watch, "never.example.com")
    watch.wait(27 * HOUR)
    report(watch)
    watch.wait(HOUR)
    assert watch.titles() == [("post", "The Plugin Guard of second server has never reported")]
    with watch.world.database.read() as session:
        used = session.exec(select(ApiKey.id).where(ApiKey.name == "second server")).one() or 0
    watch.do(
        watch.world.a_report(
            saw("solved", "p1", GOOD), by=Reporter(used, SiteKind.CANARY, "b.example.com")
        )
    )
    watch.wait(HOUR)
    assert [title for _, title in watch.titles()] == [
        "The Plugin Guard of second server reports"
    ] * 2
    assert watch.source(WatchedKind.GUARD, "b.example.com").expected
    for _ in range(2):
        watch.wait(22 * HOUR)
        report(watch)
        watch.do(
            watch.world.a_report(
                saw("solved", "p1", GOOD), by=Reporter(used, SiteKind.CANARY, "b.example.com")
            )
        )
    watch.wait(2 * HOUR)
    assert [title for _, title in watch.titles()] == [
        "The Plugin Guard of the client site never.example.com has never reported"
    ]


def test_a_canary_run_that_never_finished_and_a_server_without_a_run(watch: Watch) -> None:
    watch.without_guard()
    key = a_canary(watch.world)
    watch.do(a_run(key, "r1", watch.world.now - timedelta(minutes=5)))
    watch.wait(22 * HOUR)
    watch.do(unfinished(a_run(key, "r2", watch.world.now)))
    watch.wait(timedelta(minutes=30), timedelta(minutes=10))
    assert watch.told() == []
    watch.wait(timedelta(minutes=10), timedelta(minutes=10))
    assert watch.titles() == [
        ("post", f"The browser canary of {SERVER} has a smoke test that never finished")
    ]
    assert verdict_of(watch) is Verdict.UNKNOWN
    watch.do(a_run(key, "r3", watch.world.now - timedelta(minutes=5)))
    assert verdict_of(watch) is Verdict.COMPATIBLE
    watch.wait(HOUR)
    assert "How the one before ended was never reported." in said(watch.told()[1][2])
    watch.wait(27 * HOUR)
    ((_, title),) = watch.titles()
    assert title == f"The browser canary of {SERVER} is silent"
    with watch.world.database.read() as session:
        assert [line.trouble for line in open_watched_incidents(session)] == [Trouble.SILENT]


def test_a_cron_job_that_is_missing_late_failing_and_unfinished(watch: Watch) -> None:
    with watch.world.database.write() as session:
        secret = heartbeats.create(session, "backup", 6 * HOUR, HOUR, watch.world.now)
        row = heartbeats.listing(session)[0]
        assert secret not in str(row.model_dump())

    def ping(signal: Signal, code: int | None = None, log: str = "") -> None:
        watch.do(Ping(keys.digest(secret), signal, code, log))

    watch.without_guard()
    watch.wait(8 * HOUR)
    assert watch.titles() == [("post", "The cron job backup has never reported")]
    ping(Signal.FINISH)
    assert [title for _, title in watch.titles()] == ["The cron job backup reports"] * 2
    watch.wait(6 * HOUR)
    ping(Signal.START)
    watch.wait(timedelta(minutes=55), timedelta(minutes=5))
    assert watch.told() == []  # it began in time, and may take an hour
    watch.wait(timedelta(minutes=10), timedelta(minutes=5))
    assert watch.titles() == [("post", "The cron job backup began and never finished")]
    ping(Signal.FAIL, 3, "disk full")
    titles = [title for _, title in watch.titles()]
    assert titles == ["The cron job backup reports again"] * 2 + ["The cron job backup failed"]
    ping(Signal.FAIL, 3, "disk full")
    assert watch.titles() == [("edit", "The cron job backup failed")]
    watch.wait(8 * HOUR)
    ((_, _, card),) = watch.told()
    assert card.title == "The cron job backup is silent"
    assert ": it failed with exit code 3." in said(card)
    ping(Signal.FINISH, 0)
    assert sorted({title for _, title in watch.titles()}) == [
        "The cron job backup reports again",
        "The cron job backup works again",
    ]
    with watch.world.database.write() as session:
        heartbeats.delete(session, "backup")
    watch.wait(9 * HOUR)
    assert watch.told() == []


def test_github_by_its_last_delivery(watch: Watch) -> None:
    with watch.world.database.write() as session:
        session.exec(select(Plugin).where(Plugin.handle == "solved")).one().repository_id = 1
    watch.github = True
    watch.without_guard()
    for number in range(8):
        watch.do(GithubDelivery(f"g{number}", "push", ()))
        watch.wait(12 * HOUR, 6 * HOUR)
    assert watch.told() == []
    watch.wait(26 * HOUR)
    ((_, _, card),) = watch.told()
    assert card.title == "GitHub is silent"
    assert ": a delivery of push." in said(card)
    watch.do(GithubDelivery("g9", "issues", ()))
    watch.wait(HOUR)
    assert [title for _, title in watch.titles()] == ["GitHub reports again"] * 2
    watch.github = False
    watch.wait(30 * HOUR)
    assert ("GitHub", Trouble.SILENT) not in watch.silent()


def test_while_our_web_process_is_away_that_is_the_one_thing_that_is_said(watch: Watch) -> None:
    registrations = [client(watch, f"site{number}.example.com") for number in range(5)]
    report(watch)
    watch.do(*registrations)
    watch.wait(HOUR)
    watch.web_up = False
    watch.wait(4 * DAY)
    assert watch.titles() == [("post", "Pluginwatch does not listen: its web process is away")]
    assert watch.silent() == [("web", Trouble.SILENT)]
    watch.web_up = True
    watch.wait(HOUR)
    assert [title for _, title in watch.titles()] == ["Pluginwatch listens again"] * 2
    watch.wait(20 * HOUR)
    assert watch.told() == []  # what was missed meanwhile is waited for as long as before
    watch.wait(8 * HOUR)
    assert watch.silent() == [(GUARD, Trouble.SILENT)]


def test_a_machine_that_slept_misses_nobody(watch: Watch) -> None:
    report(watch)
    watch.wait(2 * HOUR)
    watch.sleep(4 * DAY)
    watch.wait(5 * HOUR)
    assert watch.told() == []


def test_many_that_fall_silent_together_are_one_card(watch: Watch) -> None:
    registrations = [client(watch, f"site{number}.example.com") for number in range(5)]
    watch.do(*registrations)
    watch.without_guard()
    watch.wait(73 * HOUR)
    ((action, conversation, card),) = watch.told()
    assert (action, conversation, card.title) == (
        "post",
        "silence:1",
        "5 sources fell silent together",
    )
    assert "the Plugin Guard of the client site site4.example.com" in said(card)
    watch.do(*registrations[:2])
    watch.wait(HOUR)
    assert watch.titles() == [("edit", "5 sources fell silent together, 3 still are")]
    watch.do(*registrations[2:])
    watch.wait(HOUR)
    assert watch.titles() == [
        ("edit", "None of the 5 sources that fell silent together is silent any more"),
        ("reply", "The silence is over"),
    ]


def test_what_an_operator_says_of_a_source(watch: Watch) -> None:
    report(watch)
    watch.wait(HOUR)
    with watch.world.database.write() as session:
        expect(session, GUARD, 7 * DAY)
    watch.wait(3 * DAY)
    assert watch.told() == []
    with watch.world.database.write() as session:
        expect(session, f"guard:{GUARD}", None)
    watch.wait(HOUR)
    assert watch.silent() == [(GUARD, Trouble.SILENT)]
    with watch.world.database.write() as session:
        forget(session, GUARD, watch.world.now)
    watch.wait(HOUR)
    assert watch.silent() == []
    report(watch)
    watch.wait(HOUR)
    assert watch.source(WatchedKind.GUARD, GUARD).expected
    watch.wait(29 * HOUR)
    assert watch.silent() == [(GUARD, Trouble.SILENT)]


def test_what_was_silent_long_before_anybody_watched_is_no_news(watch: Watch) -> None:
    watch.clock_up = False
    report(watch)
    watch.wait(5 * DAY, 5 * DAY)
    watch.clock_up = True
    watch.wait(5 * HOUR)
    assert watch.told() == []
    with watch.world.database.read() as session:
        assert [each.name for each in watched_sources(session)] == ["web"]


def test_a_key_that_takes_over_is_not_missed(watch: Watch) -> None:
    report(watch)
    with watch.world.database.write() as session:
        keys.revoke(session, "1", watch.world.now)
        keys.create(session, KeyKind.SITE, "canary", None, watch.world.now)
    watch.wait(29 * HOUR)
    assert watch.silent() == [(GUARD, Trouble.SILENT)]
    with watch.world.database.write() as session:
        keys.revoke(session, "2", watch.world.now)
    watch.wait(HOUR)
    assert watch.silent() == []
    with watch.world.database.read() as session:
        assert all(row.expired for row in session.exec(select(SourceVerdict)))


def test_keys_of_one_name_that_nobody_used_are_one_source(watch: Watch) -> None:
    """As while one key takes the place of another, before or after that one is revoked."""
    for _ in range(2):
        with watch.world.database.write() as session:
            keys.create(session, KeyKind.SITE, "new.example.com", None, watch.world.now)
        watch.look()
    assert watch.source(WatchedKind.GUARD, "new.example.com").expected
    with watch.world.database.write() as session:
        keys.revoke(session, "3", watch.world.now)
    watch.look()
    assert watch.source(WatchedKind.GUARD, "new.example.com").expected
    with watch.world.database.write() as session:
        keys.revoke(session, "2", watch.world.now)
    watch.look()
    assert not watch.source(WatchedKind.GUARD, "new.example.com").expected


def test_trouble_costs_as_many_statements_however_many_hear_of_it(watch: Watch) -> None:
    """Reports wait for whoever writes."""
    world = watch.world
    with world.database.write() as session:
        secret = heartbeats.create(session, "backup", 6 * HOUR, HOUR, world.now)
    costs: list[int] = []
    for listeners in (0, 0, 30):
        with world.database.write() as session:
            places = [
                Destination(platform="test", address=f"C{n}", name="x") for n in range(listeners)
            ]
            session.add_all(places)
            session.flush()
            session.add_all(Subscription(destination_id=place.id or 0) for place in places)
            session.exec(update(Announcement).values(sent_at=world.now, turn=Turn.OVER))
        for signal in (Signal.FINISH, Signal.FAIL):
            with world.database.write() as session, counting(session) as asked:
                record(session, [Ping(keys.digest(secret), signal, 3, "disk full")], world.now)
                costs.append(len(asked))
    first, *_, few, many = costs[1::2]
    assert len(world.announced()) > 30
    assert many <= few, (first, few, many)
