"""What keeps a process from starting is one sentence that names the setting. Every process says which version it is."""

import errno
import socket
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import psycopg
import pytest
import sqlalchemy
import typer
from typer.testing import CliRunner

from bot.__main__ import app as bot
from bot.local.opening import PLATFORM as LOCAL
from bot.platform import House
from bot.slack.opening import PLATFORM as SLACK
from jobs.__main__ import app as jobs
from models.__main__ import app as models
from models.build import revision
from models.database.engine import Database
from models.database.migrate import MigrationError
from models.database.starting import migrate_when_there, unusable
from models.messages.message import Message
from models.settings import Settings
from models.settings.listening import refuse_to_listen
from models.version import VERSION
from tests.asking import DICTIONARY
from webhooks.__main__ import main as webhooks
from webhooks.serving.server import listen

LOOPBACK = "127.0.0.1"


@pytest.fixture
def taken() -> Iterator[int]:
    """A port on which something listens."""
    with socket.create_server((LOOPBACK, 0)) as other:
        yield other.getsockname()[1]


def test_the_web_process_names_a_port_that_is_taken_and_a_host_that_is_none(taken: int) -> None:
    with pytest.raises(SystemExit, match=f"^PORT {taken} is taken on 127.0.0.1: "):
        listen(LOOPBACK, taken)
    # TEST-NET-1 (RFC 5737) is nobody's.
    with pytest.raises(SystemExit, match=r"^HOST 192\.0\.2\.1 is no address of this machine"):
        listen("192.0.2.1", 0)
    with pytest.raises(SystemExit, match=r"^HOST no-host\.invalid leads to no address"):
        listen("no-host.invalid", 0)
    (free,) = listen(LOOPBACK, 0)
    free.close()


async def test_the_bot_names_its_ports(database: Database, taken: int) -> None:
    house = House(database, DICTIONARY, lambda _typed, _asker: Message(""))
    room = Settings(local_chat_port=taken)
    with pytest.raises(SystemExit, match=f"^LOCAL_CHAT_PORT {taken} is taken"):
        await LOCAL.opened(room, house).__aenter__()
    slack = Settings(
        slack_bot_token="xoxb-1", slack_signing_secret="0" * 32, slack_port=taken, local_chat_port=0
    )
    with pytest.raises(SystemExit, match=f"^SLACK_PORT {taken} is taken"):
        await SLACK.opened(slack, house).__aenter__()


@pytest.mark.parametrize(
    ("number", "said"),
    [
        (errno.EACCES, "PORT 80 may be listened on by root alone"),
        (errno.EMFILE, "HOST 127.0.0.1 and PORT 80 cannot be listened on: Too many open files."),
    ],
)
def test_other_reasons_name_the_settings_too(number: int, said: str) -> None:
    with pytest.raises(SystemExit, match=said):
        refuse_to_listen(OSError(number, "Too many open files"), LOOPBACK, 80, "PORT")


def test_a_file_that_is_no_database_and_a_folder_that_is_not_there_are_told_at_once(
    tmp_path: Path,
) -> None:
    (tmp_path / "odd.sqlite3").write_text("no database at all, however long it is", "utf-8")
    for name, reason in (
        ("odd.sqlite3", "file is not a database"),
        (".", "unable to open database file"),
        ("odd.sqlite3/below/it.sqlite3", "unable to open database file"),
    ):
        with (
            closing(Database(f"sqlite:///{tmp_path}/{name}")) as odd,
            pytest.raises(SystemExit, match=f"^The database that DATABASE_URL names .*: {reason}"),
        ):
            migrate_when_there(odd)


def test_what_a_server_says_is_one_sentence_without_secrets() -> None:
    def told(words: str) -> str:
        return unusable(sqlalchemy.exc.OperationalError("", {}, psycopg.OperationalError(words)))

    assert told("connection refused\n\tIs it running?").endswith("refused Is it running?.")
    assert "hunter2" not in told("no postgresql://ada:hunter2@h/x here")
    assert "name PostgreSQL's own host" in told("FATAL:  unsupported startup parameter: options")
    newer = unusable(MigrationError("the database stands at revision 9999"))
    assert newer.endswith("cannot be used: the database stands at revision 9999.")


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
def test_a_pooler_that_drops_our_limits_is_named(database: Database) -> None:
    migrate_when_there(database)

    def drop(driver: psycopg.Connection, _record: object, _proxy: object) -> None:
        driver.execute("SET statement_timeout = 0")

    sqlalchemy.event.listen(database.engine, "checkout", drop)
    with pytest.raises(SystemExit, match="a pooler such as PgBouncer"):
        migrate_when_there(database)


@pytest.mark.parametrize("app", [models, bot, jobs])
def test_the_version_is_told(app: typer.Typer) -> None:
    told = CliRunner().invoke(app, ["--version"])
    assert told.exit_code == 0
    assert told.output.startswith(f"Pluginwatch {VERSION} (")
    assert revision() in told.output


def test_the_web_process_tells_it_too(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "argv", ["webhooks", "--version"])
    with pytest.raises(SystemExit) as ended:
        webhooks()
    assert ended.value.code == 0
    assert capsys.readouterr().out.startswith(f"Pluginwatch {VERSION} (")
