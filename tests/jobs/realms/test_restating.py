"""A quarantined extension stays known to fail for as long as it is quarantined."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlmodel import col, select, update

from jobs.realms.hosting import hosting
from jobs.realms.restating import restate_quarantines
from models.database.engine import Database
from models.settings import Settings
from models.tables import Extension, SourceVerdict
from tests.jobs.realms.chatting import Chat, announced, chatting, installed_here

LONG_AGO = datetime.now(UTC) - timedelta(days=2.9)


@pytest.fixture
def chat(database: Database, database_url: str, root: Path, now: datetime) -> Iterator[Chat]:
    installed_here(database, root, now)
    with hosting(database, Settings(extensions_folder=root)), chatting(database_url) as chat:
        chat.ask("follow everything")
        chat.ask("extension on acmejira")
        yield chat


def heard_long_ago(database: Database) -> None:
    with database.write() as session:
        session.exec(update(SourceVerdict).values(seen_at=LONG_AGO))


def seen_at(database: Database) -> datetime:
    with database.read() as session:
        return session.exec(select(SourceVerdict.seen_at)).one()


def test_it_is_said_daily_and_tells_nobody_anew(chat: Chat) -> None:
    for _ in range(3):
        chat.ask("acmejira fail")
    told = announced(chat.database)
    heard_long_ago(chat.database)
    restate_quarantines(chat.database)
    assert seen_at(chat.database) > LONG_AGO
    assert announced(chat.database) == told
    assert 'acmejira/__init__.py", line' in str(chat.ask("log pluginwatch-acmejira"))
    assert "incompatible" in str(chat.ask("status pluginwatch-acmejira"))


def test_of_one_that_is_on_or_off_nothing_is_said(chat: Chat) -> None:
    for state in ("on", "off"):
        with chat.database.write() as session:
            session.exec(
                update(Extension).where(col(Extension.handle) == "acmejira").values(state=state)
            )
        heard_long_ago(chat.database)
        restate_quarantines(chat.database)
        assert seen_at(chat.database) == LONG_AGO
