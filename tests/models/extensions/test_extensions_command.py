"""`python -m models extensions`, as an operator runs it, on both databases."""

import getpass
import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import sqlalchemy
from sqlmodel import select

from models.database.engine import Database
from models.tables import Extension, Person
from tests.models.extensions.operator import (
    Run,
    allocate,
    audited,
    folders,
    put,
    rows,
    shell,
)
from tests.models.extensions.samples import LEAST

TERMS = """\
Jira 1.2.0 by ACME (https://acme.example): Opens tickets for incidents.
  Licence: MIT
  It reads: nothing of Pluginwatch
  It calls: no server
  Memory: 256 MiB
"""
ASKING = (
    'may = { read = "asker", fetch = ["jira.example.com", "option:wiki"], memory = "64 MiB" }\n'
    'option.wiki = { type = "server" }\n'
    'option.token = { type = "secret", for = "jira.example.com" }\n'
)


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where the operator stands."""
    monkeypatch.chdir(tmp_path)
    return allocate(tmp_path)


@pytest.fixture
def run(database_url: str) -> Run:
    return shell(database_url)


def test_it_is_shown_agreed_to_and_installed_off(run: Run, place: Path, database: Database) -> None:
    assert "No extension is installed" in run("list").out
    done = run("install", put(place), typed="y\n")
    assert done == (
        0,
        f"{TERMS}Do you agree to this? [y/N]: y\nacmejira 1.2.0 is installed, and off.\n",
        "",
    )
    assert rows(database) == [("acmejira", "off", "1.2.0")]
    (folder,) = folders(place)
    assert (place / "extensions/installed" / folder / "site/acmejira/__init__.py").is_file()
    assert not (place / "RAN").exists()
    listed = run("list").out
    for words in ("acmejira", "1.2.0", "off", "ACME", "MIT"):
        assert words in listed


def test_who_agreed_to_what_and_when_is_known(run: Run, place: Path, database: Database) -> None:
    run("install", put(place), "--agree")
    with database.read() as session:
        extension = session.exec(select(Extension)).one()
        person = session.get_one(Person, extension.agreed_by_id)
    assert (person.platform, person.user) == ("shell", getpass.getuser())
    assert extension.agreed_terms.splitlines() == [each.strip() for each in TERMS.splitlines()[1:]]
    assert datetime.now(UTC) - extension.agreed_at < timedelta(minutes=2)
    assert audited(database) == [
        "extension install acmejira 1.2.0: Licence: MIT; It reads: nothing of Pluginwatch; "
        "It calls: no server; Memory: 256 MiB"
    ]


@pytest.mark.parametrize("typed", ["n\n", "\n", ""])
def test_whoever_does_not_agree_installs_nothing(
    run: Run, place: Path, database: Database, typed: str
) -> None:
    assert run("install", put(place), typed=typed).code == 1
    assert (rows(database), folders(place), audited(database)) == ([], [], [])


def test_every_permission_is_shown(run: Run, place: Path) -> None:
    out = run("install", put(place, LEAST + ASKING), typed="n\n").out
    assert "  It reads: what the person who asks may know\n" in out
    assert "  It calls: jira.example.com, the server that the option wiki names\n" in out
    assert "  Your secret token is sent to: jira.example.com\n" in out
    assert "  Memory: 64 MiB\n" in out


def test_everything_that_is_wrong_is_named_at_once(
    run: Run, place: Path, database: Database
) -> None:
    manifest = LEAST.replace('">=0.2"', '">=7"') + 'requires = { acmewiki = ">=1" }\n'
    done = run("install", put(place, manifest, name="a.zip"))
    assert (done.code, done.out) == (1, "")
    assert "  needs Pluginwatch >=7; this is 0.2.0" in done.err
    done = run("install", put(place, LEAST + 'requires = { acmewiki = ">=1" }\n'))
    assert "  needs the extension acmewiki >=1" in done.err
    assert "cannot be read: No such file" in run("install", "nowhere.zip").err
    assert (rows(database), folders(place)) == ([], [])


def test_a_list_of_handles_that_makes_no_sense_is_named(run: Run, place: Path) -> None:
    (place / "extensions" / "handles.toml").write_text("handles = 3")
    done = run("install", put(place))
    assert done.code == 1
    assert "handles.toml: [handles] in handles.toml has lines such as" in done.err


def test_terms_are_asked_for_again_when_they_change(
    run: Run, place: Path, database: Database
) -> None:
    run("install", put(place), "--agree")
    (first,) = folders(place)
    done = run("install", put(place, LEAST.replace("1.2.0", "1.3.0")))
    assert "takes the place of 1.2.0; its terms are those agreed to" in done.out
    assert done.code == 0
    assert first not in folders(place)
    assert len(folders(place)) == 1
    wider = LEAST.replace("1.2.0", "1.4.0") + ASKING
    assert run("install", put(place, wider), typed="n\n").code == 1
    assert rows(database) == [("acmejira", "off", "1.3.0")]
    done = run("install", put(place, wider), typed="y\n")
    assert "takes the place of 1.3.0.\n" in done.out
    assert rows(database) == [("acmejira", "off", "1.4.0")]
    assert audited(database)[1] == "extension install acmejira 1.3.0: as agreed to before"


def test_an_older_version_takes_no_place(run: Run, place: Path, database: Database) -> None:
    run("install", put(place), "--agree")
    done = run("install", put(place, LEAST.replace("1.2.0", "1.1.0")), "--agree")
    assert "1.2.0 is newer, and what it stored may be of no use to 1.1.0" in done.err
    run("remove", "acmejira")
    assert run("install", put(place, LEAST.replace("1.2.0", "1.1.0")), "--agree").code == 1
    run("purge", "acmejira", typed="acmejira\n")
    assert run("install", put(place, LEAST.replace("1.2.0", "1.1.0")), "--agree").code == 0
    assert rows(database) == [("acmejira", "off", "1.1.0")]


def test_removed_kept_found_again_and_purged(run: Run, place: Path, database: Database) -> None:
    run("install", put(place), "--agree")
    done = run("remove", "acmejira")
    assert done.out == (
        "acmejira is removed; what it stored is kept. To forget that, too: extensions purge acmejira\n"
    )
    assert (rows(database), folders(place)) == ([("acmejira", "kept", "1.2.0")], [])
    again = run("remove", "acmejira")
    words = "Nothing was changed: there is no extension acmejira that is installed.\n"
    assert (again.code, again.err) == (1, words)
    assert run("install", put(place)).code == 0
    done = run("purge", "acmejira", typed="acmejira\n")
    assert done.err == "Nothing was changed: acmejira is installed; remove it first.\n"
    run("remove", "acmejira")
    assert run("purge", "acmejira", typed="acmejir\n").code == 1
    assert rows(database) == [("acmejira", "kept", "1.2.0")]
    done = run("purge", "acmejira", typed="acmejira\n")
    assert "Nothing is kept of acmejira any more." in done.out
    assert rows(database) == []
    assert run("purge", "acmejira", typed="acmejira\n").code == 1
    assert [words.split(":")[0] for words in audited(database)] == [
        "extension install acmejira 1.2.0",
        "extension remove acmejira 1.2.0",
        "extension install acmejira 1.2.0",
        "extension remove acmejira 1.2.0",
        "extension purge acmejira 1.2.0",
    ]


def test_what_others_need_is_not_removed(run: Run, place: Path, database: Database) -> None:
    run("install", put(place, handle="acmewiki", name="wiki.zip"), "--agree")
    run("install", put(place, LEAST + 'requires = { acmewiki = "<2" }\n'), "--agree")
    done = run("remove", "acmewiki")
    assert done.err == ("Nothing was changed: acmewiki is needed by acmejira; remove that first.\n")
    newer = LEAST.replace("1.2.0", "2.0.0")
    done = run("install", put(place, newer, handle="acmewiki", name="wiki.zip"))
    assert "It does not fit, and would hold: acmejira.\n" in done.out
    assert "needs acmewiki <2; 2.0.0 is there" in run("list").out
    run("remove", "acmejira")
    assert run("remove", "acmewiki").code == 0
    assert rows(database) == [("acmejira", "kept", "1.2.0"), ("acmewiki", "kept", "2.0.0")]


def test_nothing_stands_when_the_database_refuses(
    run: Run, place: Path, database: Database
) -> None:
    with refusing_audit(database):
        done = run("install", put(place), "--agree")
        assert done.code == 1
        assert (rows(database), folders(place)) == ([], [])
    assert run("install", put(place), "--agree").code == 0


def test_what_a_crash_left_is_swept_once_it_is_old(run: Run, place: Path) -> None:
    installed = place / "extensions" / "installed"
    for name in ("acmejira-1.0-old", "acmejira-1.0-young"):
        (installed / name).mkdir(parents=True)
    os.utime(installed / "acmejira-1.0-old", (0, 0))
    run("install", put(place), "--agree")
    assert [name for name in folders(place) if name.startswith("acmejira-1.0")] == [
        "acmejira-1.0-young"
    ]


def test_a_folder_that_takes_no_files_is_named(run: Run, place: Path, database: Database) -> None:
    (place / "extensions" / "installed").write_text("a file is in the way")
    done = run("install", put(place), "--agree")
    assert done.code == 1
    assert "Nothing was installed: extensions takes no files" in done.err
    assert rows(database) == []


@contextmanager
def refusing_audit(database: Database) -> Iterator[None]:
    """The database takes no entry of the audit log."""
    refuse, allow = _REFUSALS[database.is_sqlite]
    with database.engine.begin() as connection:
        connection.execute(sqlalchemy.text(refuse))
    yield
    with database.engine.begin() as connection:
        connection.execute(sqlalchemy.text(allow))


_REFUSALS = {
    True: (
        "CREATE TRIGGER refused BEFORE INSERT ON audit_entry BEGIN SELECT RAISE(ABORT, 'no'); END",
        "DROP TRIGGER refused",
    ),
    False: (
        "ALTER TABLE audit_entry ADD CONSTRAINT refused CHECK (false) NOT VALID",
        "ALTER TABLE audit_entry DROP CONSTRAINT refused",
    ),
}
