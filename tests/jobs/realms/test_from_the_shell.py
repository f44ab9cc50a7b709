"""`python -m models extensions on|off|retry`, beside a jobs process, on both databases."""

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pytest
from sqlmodel import col, select

from jobs.realms.hosting import hosting
from models.database.engine import Database
from models.settings import Settings
from models.tables import AuditEntry, Extension, Person
from tests.jobs.realms.chatting import state
from tests.jobs.realms.extensions import install_extension
from tests.models.extensions.operator import Run, shell


@pytest.fixture
def run(database: Database, database_url: str, root: Path, now: datetime) -> Iterator[Run]:
    """A shell on a machine where the extension is installed, and the jobs process runs."""
    install_extension(database, root, now)
    with hosting(database, Settings(extensions_folder=root)):
        yield shell(database_url)


def test_it_is_turned_on_and_off_from_the_shell(run: Run, database: Database) -> None:
    on = run("on", "acmejira")
    assert (on.code, on.err) == (0, "")
    assert "Jira 1.2.0 is on" in on.out
    assert "/plugin acmejira hello" in on.out
    assert "To use it in a channel: /plugin use acmejira" in on.out
    assert not everywhere(database)
    assert state(database)[0] == "on"
    again = run("on", "acmejira")
    assert (again.code, again.out) == (0, "Jira is on already\n")
    for_all = run("on", "acmejira", "--everywhere")
    assert (for_all.code, for_all.out) == (0, "Jira is used everywhere from now on\n")
    assert everywhere(database)
    assert run("retry", "acmejira").code == 0
    assert run("off", "acmejira") == (0, "Jira is off\n", "")
    assert state(database)[0] == "off"
    with database.read() as session:
        entries = select(Person.platform, AuditEntry.action, AuditEntry.outcome).join(
            AuditEntry, col(AuditEntry.person_id) == col(Person.id)
        )
        tried = session.exec(entries.order_by(col(AuditEntry.id))).all()
    assert [tuple(each) for each in tried[1:]] == [
        ("shell", "extension on", "done"),
        ("shell", "extension on", "already"),
        ("shell", "extension on", "done"),
        ("shell", "extension retry", "already"),
        ("shell", "extension off", "done"),
    ]


def everywhere(database: Database) -> bool:
    with database.read() as session:
        return session.exec(select(Extension.everywhere)).one()


def test_a_quarantined_one_is_retried_and_what_is_not_there_is_said(
    run: Run, database: Database
) -> None:
    with database.write() as session:
        row = session.exec(select(Extension)).one()
        row.state, row.why = "quarantined", "it hung"
        session.add(row)
    retried = run("retry", "acmejira")
    assert (retried.code, state(database)) == (0, ("on", None))
    unknown = run("on", "acmewiki")
    assert (unknown.code, unknown.out) == (1, "")
    assert "No extension is called “acmewiki”" in unknown.err


def test_one_that_does_not_start_ends_with_the_reason(
    run: Run, database: Database, root: Path, now: datetime
) -> None:
    install_extension(database, root, now, code="raise SystemExit('no')")
    turned = run("on", "acmejira")
    assert turned.code == 1
    assert "It did not start: SystemExit: no" in turned.err
    assert state(database)[0] == "quarantined"
