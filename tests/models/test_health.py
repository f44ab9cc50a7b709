"""What `check` finds, and how much it matters."""

from collections.abc import Iterable
from contextlib import closing
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from pydantic import SecretStr
from sqlmodel import select

from models.database.engine import Database
from models.extensions.store import Store
from models.github import sync
from models.health import check_database, check_settings, check_variables
from models.health.finding import Finding, Weight
from models.health.github import refuse_to_be_deaf
from models.messages.message import Message
from models.operating import keys, slots
from models.operating.slots import JobDescription
from models.outbox import enqueue
from models.rules.kinds import KeyKind
from models.rules.slots import Ended
from models.settings import Settings, SettingsError
from models.tables import (
    Announcement,
    Destination,
    Extension,
    GithubBudget,
    Plugin,
    Posting,
    Repository,
)
from tests.jobs.realms.extensions import install_extension
from tests.models.extensions.samples import LEAST

CLOCK = [JobDescription("mutes", "every minute", timedelta(minutes=5))]
DEFAULTS = Settings(public_url="https://pluginwatch.example")


def _fixes(findings: Iterable[Finding]) -> list[str]:
    return [finding.words for finding in findings if finding.weight is Weight.FIX]


def _hints(findings: Iterable[Finding]) -> list[str]:
    return [finding.words for finding in findings if finding.weight is Weight.HINT]


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.0.2.7", "pluginwatch.internal"])
def test_links_that_only_this_machine_can_open(host: str) -> None:
    (words,) = _fixes(check_settings(Settings(host=host, public_url="http://localhost:8000")))
    assert "PUBLIC_URL" in words
    assert (
        _fixes(check_settings(Settings(host=host, public_url="https://pluginwatch.example"))) == []
    )


def test_loopback_alone_is_fine() -> None:
    assert (
        _fixes(check_settings(Settings(host="127.0.0.1", public_url="http://127.0.0.1:8000"))) == []
    )


def test_a_room_that_is_off() -> None:
    words, *_ = _hints(check_settings(Settings(local_chat_port=0)))
    assert "LOCAL_CHAT_PORT" in words


def test_a_platform_without_an_admin_is_told() -> None:
    (words,) = _hints(check_settings(Settings(discord_token=SecretStr("x"))))
    assert "ADMINS" in words
    assert not list(
        _hints(check_settings(Settings(discord_token=SecretStr("x"), admins="discord:1:2")))
    )


def test_a_canary_without_a_browser_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    servers = '{"beta": {"url": "https://b.example", "username": "u", "password": "hunter2"}}'
    settings = Settings(canary_servers=SecretStr(servers))
    monkeypatch.setenv("PATH", "/nowhere")
    (words,) = _hints(check_settings(settings))
    assert "no Chromium here" in words
    found = str(list(check_settings(settings)))
    assert "The browser canary tests: beta at 03:15 UTC" in found
    assert "hunter2" not in found


def test_others_variables_do_not_matter() -> None:
    assert list(check_variables(["PATH", "EDITOR"])) == []


def test_a_database_that_is_not_there_is_not_made(tmp_path: Path, now: datetime) -> None:
    with closing(Database(f"sqlite:///{tmp_path}/none.sqlite3")) as database:
        (words,) = _fixes(check_database(database, DEFAULTS, now))
    assert "There is no database yet" in words
    assert list(tmp_path.iterdir()) == []


def test_a_file_that_is_no_database(tmp_path: Path, now: datetime) -> None:
    (tmp_path / "x").write_bytes(b"something else " * 100)
    with closing(Database(f"sqlite:///{tmp_path}/x")) as database:
        (words,) = _fixes(check_database(database, DEFAULTS, now))
    assert "not a database" in words


def test_a_newer_schema(database: Database, now: datetime) -> None:
    with database.write() as session:
        session.connection().exec_driver_sql("UPDATE alembic_version SET version_num = '9999'")
    (words,) = _fixes(check_database(database, DEFAULTS, now))
    assert "newer Pluginwatch" in words


def test_a_fresh_database_needs_a_key_and_plugins(database: Database, now: datetime) -> None:
    first, second = _fixes(check_database(database, DEFAULTS, now))
    assert "no valid key" in first
    assert "No plugin is watched" in second


def test_a_revoked_key_does_not_count(ready: Database, now: datetime) -> None:
    assert _fixes(check_database(ready, DEFAULTS, now)) == []
    with ready.write() as session:
        keys.revoke(session, "1", now)
    (words,) = _fixes(check_database(ready, DEFAULTS, now))
    assert "no valid key" in words


def test_client_sites_alone_are_weak_evidence(ready: Database, now: datetime) -> None:
    with ready.write() as session:
        keys.create(session, KeyKind.USER, None, "forum.example.com", now)
        keys.revoke(session, "1", now)
    assert _fixes(check_database(ready, DEFAULTS, now)) == []
    (words, _) = _hints(check_database(ready, DEFAULTS, now))
    assert "canary" in words


def test_announcements_on_their_way_are_fine(ready: Database, now: datetime) -> None:
    _announce(ready, now)
    assert _fixes(check_database(ready, DEFAULTS, now + timedelta(minutes=1))) == []
    (words,) = _fixes(check_database(ready, DEFAULTS, now + timedelta(hours=2)))
    assert words == "Announcements that wait: 1, the oldest for 2 h. Is python -m bot running?"


def test_a_parked_destination_is_told_once(ready: Database, now: datetime) -> None:
    _announce(ready, now)
    with ready.write() as session:
        room = session.get_one(Destination, 1)
        room.parked_at, room.parked_because = now, "token=abcdefghijklmnopqrstuvwx was refused"
        session.add(room)
    (words,) = _fixes(check_database(ready, DEFAULTS, now + timedelta(hours=2)))
    assert words.startswith("Local room (local) is suspended")
    assert "abcdefghijkl" not in words


def test_dead_announcements_are_told_with_the_last_reason(ready: Database, now: datetime) -> None:
    _announce(ready, now)
    with ready.write() as session:
        row = session.get_one(Announcement, 1)
        row.dead_at, row.error = now, "refused:\nno such channel"
        session.add(row)
    (_, words) = _hints(check_database(ready, DEFAULTS, now))
    assert words.endswith("refused them: 1. The last reason: refused: no such channel")


def test_github_is_not_listened_to(ready: Database, now: datetime) -> None:
    (words,) = _hints(check_database(ready, DEFAULTS, now))
    assert "https://pluginwatch.example/github/webhooks" in words
    assert "GITHUB_WEBHOOK_SECRET" in words
    refuse_to_be_deaf(ready, DEFAULTS)


def test_plugins_that_are_followed_need_a_secret(ready: Database, now: datetime) -> None:
    with ready.write() as session:
        plugin = session.get_one(Plugin, 1)
        plugin.repository_id = 700
        session.add(plugin)
    refuse_to_be_deaf(ready, DEFAULTS)  # GitHub may have been asked for it
    with ready.write() as session:
        sync.delivered(session, {700}, now)
    (words,) = _fixes(check_database(ready, DEFAULTS, now))
    with pytest.raises(SettingsError) as error:
        refuse_to_be_deaf(ready, DEFAULTS)
    assert words == str(error.value)
    assert words.startswith("GITHUB_WEBHOOK_SECRET is not set, but plugins followed on GitHub: 1.")


def test_how_far_github_is_mirrored(ready: Database, now: datetime) -> None:
    asking = DEFAULTS.model_copy(update={"github_token": SecretStr("a-token-of-mine")})
    with ready.write() as session:
        session.get_one(Plugin, 1).repository_id = 700
        session.add(Repository(github_id=700, full_name="example/solved", version="1"))
        sync.note(session, "700", "issues", now, done_at=now - timedelta(hours=3))
        sync.note(session, "700", "ci", now, problem="GitHub is in trouble (HTTP 502)")
        limits = {"allowed": 5_000, "remaining": 4_321, "reset_at": now + timedelta(minutes=5)}
        session.add(GithubBudget(identity="token", heard_at=now, **limits))
    found = [
        finding.words for finding in check_database(ready, asking, now) if "GitHub" in finding.words
    ]
    assert found == [
        "GitHub is asked every ten minutes, but its webhooks are not taken. Let a webhook post to "
        "https://pluginwatch.example/github/webhooks and set GITHUB_WEBHOOK_SECRET to its secret to know at once.",
        "GitHub is asked with a token at https://api.github.com. Repositories whose issues were read: 1 of 1, the "
        "least lately 3 h ago.",
        "GitHub still answers token: 4,321 of 5,000 requests until 2026-03-14 15:14 UTC.",
        "What could not be read on GitHub: 1. The last: example/solved, ci: GitHub is in trouble (HTTP 502).",
    ]


def test_github_that_is_out_of_reach_is_to_be_fixed(ready: Database, now: datetime) -> None:
    asking = DEFAULTS.model_copy(update={"github_token": SecretStr("a-token-of-mine")})
    reason = f"{sync.OUT_OF_REACH}: connection refused"
    with ready.write() as session:
        sync.note(session, "700", "issues", now - timedelta(minutes=1), problem="no such page")
        sync.note(session, "700", "ci", now, problem=reason)
    (words,) = _fixes(check_database(ready, asking, now))
    assert f"at https://api.github.com. {reason}. Repositories" in words
    with ready.write() as session:
        sync.note(session, "700", "find", now + timedelta(minutes=1), done_at=now)
    assert not list(_fixes(check_database(ready, asking, now)))


def test_whether_the_clock_ticks(database: Database, now: datetime) -> None:
    def told(at: datetime) -> list[str]:
        found = check_database(database, DEFAULTS, at)
        return [
            finding.words
            for finding in found
            if finding.words.startswith(("No scheduled", "The scheduler", "The last run"))
        ]

    assert told(now) == [
        "No scheduled job has run yet: start python -m jobs beside the other processes."
    ]
    with database.write() as session:
        slots.put_up(session, CLOCK, now)
        held = slots.claim(
            session, "mutes", now, now, until=now, next_at=now + timedelta(minutes=1)
        )
        assert held
        slots.finish(session, held, Ended.FAILED, now, "OperationalError")
    ticks, failed = told(now)
    assert ticks == "The scheduler runs; its jobs: 1."
    assert failed.startswith("The last run of the job mutes: failed (OperationalError), just now.")
    late, _ = told(now + timedelta(minutes=5))
    assert late.startswith("The scheduler does not run, so that nobody is missed")
    assert late in _fixes(check_database(database, DEFAULTS, now + timedelta(minutes=5)))


def test_an_extension_that_does_not_run_is_told(
    ready: Database, now: datetime, tmp_path: Path
) -> None:
    settings = DEFAULTS.model_copy(update={"extensions_folder": tmp_path})

    def told() -> list[Finding]:
        found = check_database(ready, settings, now)
        return [each for each in found if " extension" in each.words]

    def set_to(**how: object) -> None:
        with ready.write() as session:
            row = session.exec(select(Extension)).one()
            row.sqlmodel_update(how)

    assert told() == []
    folder = install_extension(ready, tmp_path, now)
    assert told() == [Finding(Weight.FINE, "Nothing keeps the extensions from running: 1.")]
    set_to(state="quarantined", why="did not start: ImportError")
    (words,) = (each.words for each in told())
    assert words == (
        "The extension acmejira 1.2.0 (quarantined) did not start: ImportError. "
        "Start it again with: python -m models extensions retry acmejira"
    )
    set_to(state="on", why=None, manifest=LEAST.replace(">=0.2", ">=7"))
    (words,) = (each.words for each in told())
    assert "(held) needs Pluginwatch >=7" in words
    assert words.endswith("It runs by itself again once that fits.")
    set_to(state="off", manifest=LEAST)
    Store(tmp_path).discard(folder)
    (words,) = (each.words for each in told())
    assert words.endswith(": install it again.")


def test_a_secret_is_counted_and_not_shown(ready: Database, now: datetime) -> None:
    settings = Settings(
        github_webhook_secret=SecretStr("hunter2 hunter2 hunter2,hunter3 hunter3 hunter3")
    )
    refuse_to_be_deaf(ready, settings)
    findings = list(check_database(ready, settings, now))
    assert _fixes(findings) == []
    told = " ".join(finding.words for finding in findings)
    assert "secrets that it may sign with: 2" in told
    assert "hunter" not in told


@pytest.fixture
def ready(database: Database, now: datetime) -> Database:
    with database.write() as session:
        keys.create(session, KeyKind.SITE, "canary", None, now)
        slots.put_up(session, CLOCK, now + timedelta(days=1))
        session.add(
            Plugin(
                handle="a",
                name="A",
                repository="o/a",
                repository_key="o/a",
                created_at=now,
                updated_at=now,
            )
        )
    return database


def _announce(database: Database, now: datetime) -> None:
    with database.write() as session:
        enqueue(session, 1, "incident/1", Posting.POST, Message("a message"), now)
