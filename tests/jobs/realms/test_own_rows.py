"""Rows of an extension's own tables, as its code finds and writes them: with the answer, once or not at all."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa

from jobs.realms.hosting import hosting
from models.database.engine import Database
from models.extensions import calls
from models.extensions.tables.making import noted
from models.settings import Settings
from tests.jobs.realms.chatting import Chat, chatting, installed_here, state, until
from tests.jobs.realms.extensions import install_extension
from tests.models.extensions.operator import shell
from tests.world import BAD, make_world, saw

TICKETS = '[table.ticket]\nkey = "text"\nincident = "-> incident"\nindex = ["key"]'
CODE = """
def hello(call):
    return "; ".join(f"{row['id']} {row['key']} of {row['incident']}" for row in call.rows("ticket"))

def add(call, first, second):
    return str(call.rows("ticket", after=first, most=second))

def care(call, incident, by="OPS-1"):
    found = call.rows("ticket", key=by)
    if by == "none":
        for row in call.rows("ticket"):
            call.remove("ticket", row["id"])
    elif found:
        call.change("ticket", found[0]["id"], incident=incident)
    else:
        call.add("ticket", key=by, incident=incident)
        call.act("ack", incident=incident)
    return f"{by} is of {incident}"

def curious(call):
    call.add("ticket", key="sly", incident=1)
    return "I did"

def plugins(call):
    return str(call.rows("incident"))

fail = plugins
"""


@pytest.fixture
def chat(database: Database, database_url: str, root: Path, now: datetime) -> Iterator[Chat]:
    """The extension is on, and two incidents are open."""
    world = make_world(database, now, "solved", "calendar")
    world.report(saw("solved", "p1", BAD), saw("calendar", "p1", BAD))
    installed_here(database, root, now)
    install_extension(database, root, now, TICKETS, code=CODE)
    with hosting(database, Settings(extensions_folder=root)), chatting(database_url) as chat:
        assert chat.ask("extension on acmejira").title == "Jira 1.2.0 is on"
        yield chat


def stored(database: Database) -> list[tuple[int, str, int]]:
    with database.read() as session:
        rows = session.connection().exec_driver_sql(
            "SELECT id, key, incident FROM plugin_acmejira_ticket ORDER BY id"
        )
        return [(row[0], row[1], row[2]) for row in rows]


def test_rows_are_written_with_the_answer_and_found_by_the_next_call(chat: Chat) -> None:
    assert chat.ask("acmejira hello").title == ""
    answer = chat.ask("acmejira care 1")
    assert answer.title == "OPS-1 is of 1"
    assert "acknowledged" in str(answer.blocks), "what it has done stands in the same transaction"
    chat.ask("acmejira care 1 OPS-2")
    assert chat.ask("acmejira hello").title == "1 OPS-1 of 1; 2 OPS-2 of 1"
    chat.ask("acmejira care 2 OPS-2")
    assert stored(chat.database) == [(1, "OPS-1", 1), (2, "OPS-2", 2)]
    assert chat.ask("acmejira add 1 5").title == "[{'id': 2, 'key': 'OPS-2', 'incident': 2}]"
    chat.ask("acmejira care 1 none")
    assert stored(chat.database) == []


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("acmejira care 99", "it wrote wrongly: incident refers to no incident 99"),
        ("acmejira curious", "it acted, and only an act may"),
    ],
)
def test_what_it_may_not_write_fails_whole(
    chat: Chat, text: str, reason: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert chat.ask(text).title == "Jira could not answer"
    assert reason in capsys.readouterr().out
    assert stored(chat.database) == []


def test_no_table_but_its_own_is_there(chat: Chat) -> None:
    refused = chat.ask("acmejira plugins")
    assert refused.title == "Jira could not answer now"
    assert "there is no table 'incident'" in str(refused)
    assert state(chat.database)[0] == "on"


def test_what_nobody_waits_for_any_more_writes_nothing(
    chat: Chat, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(calls, "is_wanted", lambda *_: False)
    monkeypatch.setattr(calls, "PATIENCE", timedelta(seconds=0.5))
    assert chat.ask("acmejira care 1").title == "Jira did not answer in time"
    assert stored(chat.database) == []


def test_an_upgrade_keeps_the_rows_and_falls_back_with_them(
    chat: Chat, root: Path, now: datetime
) -> None:
    chat.ask("acmejira care 1")
    wider = TICKETS.replace('index = ["key"]', 'due = "time?"')
    install_extension(chat.database, root, now, wider, code="1 / 0", version="1.3.0")
    until(lambda: "1.3.0 did not start" in str(chat.ask("extensions")), "it is declined")
    assert chat.ask("acmejira hello").title == "1 OPS-1 of 1"
    assert version(chat.database) == "1.2.0"
    install_extension(chat.database, root, now, wider, code=CODE, version="1.4.0")
    until(lambda: version(chat.database) == "1.4.0", "it takes its place")
    assert "'due': None" in chat.ask("acmejira add 0 5").title
    assert stored(chat.database) == [(1, "OPS-1", 1)]


def version(database: Database) -> str:
    """Which one is installed, as its own tables say."""
    with database.read() as session:
        return noted(session, "acmejira")["version"]


def test_what_was_removed_finds_its_rows_again_until_it_is_purged(
    database: Database, database_url: str, root: Path, now: datetime
) -> None:
    make_world(database, now, "solved").report(saw("solved", "p1", BAD))
    before = sorted(sa.inspect(database.engine).get_table_names())
    installed_here(database, root, now)
    install_extension(database, root, now, TICKETS, code=CODE)
    with database.write() as session:
        session.connection().exec_driver_sql(
            "INSERT INTO plugin_acmejira_ticket (key, incident) VALUES ('OPS-7', 1)"
        )
    run = shell(database_url)
    assert run("remove", "acmejira").code == 0
    install_extension(database, root, datetime.now(UTC), TICKETS, code=CODE)
    assert stored(database) == [(1, "OPS-7", 1)]
    run("remove", "acmejira")
    assert run("purge", "acmejira", typed="acmejira\n").code == 0
    assert sorted(sa.inspect(database.engine).get_table_names()) == before


def test_a_version_that_would_change_rows_is_not_installed(
    database: Database, root: Path, now: datetime
) -> None:
    installed_here(database, root, now)
    install_extension(database, root, now, TICKETS, code=CODE)
    other = TICKETS.replace('key = "text"', 'key = "integer"')
    with pytest.raises(ValueError, match=r"table\.ticket: key is 'text' where rows may be"):
        install_extension(database, root, now, other, code=CODE, version="1.3.0")
