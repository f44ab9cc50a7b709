"""`python -m models`, as an operator runs it, on both databases."""

import os
import re
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import NamedTuple

import pytest
import sqlalchemy
from sqlmodel import select
from typer.testing import CliRunner

from models.__main__ import app
from models.cli.command_group import CommandGroup, _command
from models.database.engine import Database
from models.messages.message import Message
from models.operating import keys
from models.outbox import enqueue
from models.people.persons import appoint
from models.rules.authority import Holder, HolderKind
from models.settings import Settings
from models.tables import ApiKey, Destination, Plugin, Posting
from tests.asking import ask
from tests.world import BAD, GOOD, make_world, saw

ROOT = Path(__file__).parents[2]
_SETTINGS = {name.upper() for name in Settings.model_fields}


class Done(NamedTuple):
    """What a command left: its exit code, and what it printed."""

    returncode: int
    stdout: str
    stderr: str


Run = Callable[..., Done]


@pytest.fixture
def place(tmp_path: Path) -> Path:
    """An empty directory."""
    made = tmp_path / "anywhere"
    made.mkdir()
    return made


@pytest.fixture
def process(place: Path) -> Run:
    """Runs the command line as a process of its own in an empty directory, with no setting but those given."""
    ordinary = {name: value for name, value in os.environ.items() if name not in _SETTINGS}

    def run(*arguments: str, **given: str) -> Done:
        environment = ordinary | {"PYTHONPATH": str(ROOT), "LINK_SIGNING_KEY": "k" * 32} | given
        command = [sys.executable, "-m", "models", *arguments]
        done = subprocess.run(
            command,
            cwd=place,
            env=environment,
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
        return Done(done.returncode, done.stdout, done.stderr)

    return run


@pytest.fixture
def anywhere(place: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """The same within this process, which spares most tests the second that it takes to start one."""
    monkeypatch.chdir(place)
    for name in _SETTINGS:
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("LINK_SIGNING_KEY", "k" * 32)

    def run(*arguments: str, **given: str) -> Done:
        done = CliRunner().invoke(
            app, arguments, prog_name="python -m models", env=given, catch_exceptions=False
        )
        return Done(done.exit_code, done.stdout, done.stderr)

    return run


@pytest.fixture
def run(anywhere: Run, database_url: str) -> Run:
    return lambda *arguments, **given: anywhere(*arguments, DATABASE_URL=database_url, **given)


@pytest.fixture
def run_apart(process: Run, database_url: str) -> Run:
    return lambda *arguments, **given: process(*arguments, DATABASE_URL=database_url, **given)


def test_migrate(process: Run, empty_database_url: str) -> None:
    for _ in range(2):
        done = process("migrate", DATABASE_URL=empty_database_url)
        assert (done.returncode, done.stdout, done.stderr) == (0, "The schema is up to date.\n", "")


def test_what_the_list_says_of_a_command_it_says_itself() -> None:
    """The list imports none of them: it took 1.4 seconds of processor time."""
    for name, place in CommandGroup.__subclasses__()[0].LISTED.items():
        itself = _command(name, place.found()).help.splitlines()[0]
        assert place.help == itself
    script = "import sys; from models.__main__ import app; app(['--help'], standalone_mode=False); print(*sys.modules)"
    listed = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, check=True, text=True
    )
    assert not {"models.cli.keys", "models.settings", "sqlalchemy"} & {*listed.stdout.split()}


def test_every_command_is_listed_and_a_slip_is_forgiven(anywhere: Run) -> None:
    listed = anywhere("--help").stdout
    for name in CommandGroup.__subclasses__()[0].LISTED:
        assert f" {name} " in listed
    assert "'check'" in anywhere("chekc").stderr


READS = [
    ("keys", "list"),
    ("plugins", "list"),
    ("plugins", "limits"),
    ("hooks", "list"),
    ("sources", "list"),
    ("heartbeats", "list"),
    ("extensions", "list"),
    ("extensions", "check"),
    ("check",),
]


@pytest.mark.parametrize("command", READS, ids=" ".join)
def test_what_only_reads_makes_no_database(
    anywhere: Run, place: Path, command: tuple[str, ...]
) -> None:
    for _ in range(2):
        done = anywhere(*command)
        assert done.returncode == 1
        assert "python -m models migrate" in done.stdout + done.stderr
    assert list(place.glob("*.sqlite3*")) == []


@pytest.mark.parametrize("command", READS, ids=" ".join)
def test_what_only_reads_changes_no_schema(
    anywhere: Run, empty_database_url: str, command: tuple[str, ...]
) -> None:
    with closing(Database(empty_database_url)) as database, database.read() as session:
        session.exec(select(1)).one()
    done = anywhere(*command, DATABASE_URL=empty_database_url)
    assert done.returncode == 1
    assert "python -m models migrate" in done.stdout + done.stderr
    with closing(Database(empty_database_url)) as database:
        assert sqlalchemy.inspect(database.engine).get_table_names() == []


def test_a_key_stands_alone_on_standard_output(run_apart: Run, database: Database) -> None:
    done = run_apart("keys", "create", "--kind", "site", "--name", "canary one")
    assert done.returncode == 0
    assert re.fullmatch(r"pw_site_[0-9a-f]{64}\n", done.stdout)
    assert "Api-Key" in done.stderr
    with database.read() as session:
        found = keys.find(session, done.stdout.strip())
        assert found is not None
        assert found.name == "canary one"


def test_a_canary_key_is_told_how_to_be_sent(run: Run) -> None:
    done = run("keys", "create", "--kind", "canary", "--name", "stable.example.com")
    assert re.fullmatch(r"pw_canary_[0-9a-f]{64}\n", done.stdout)
    assert "Send it in the header Authorization, after the word Bearer." in done.stderr
    assert "stable.example.com" in run("keys", "list").stdout


def test_the_life_of_a_key(run: Run) -> None:
    assert "no keys yet" in run("keys", "list").stdout
    text = run("keys", "create", "--kind", "user", "--domain", "Forum.Example.com").stdout.strip()
    listed = run("keys", "list").stdout
    assert "forum.example.com" in listed
    assert text not in listed
    assert text[-4:] in listed
    assert run("keys", "revoke", text[-4:]).stdout == "Key 1 (forum.example.com) is revoked.\n"
    assert "revoked 2" in run("keys", "list").stdout
    again = run("keys", "revoke", "1")
    assert (again.returncode, again.stderr) == (
        1,
        "Nothing was revoked: key 1 was revoked before.\n",
    )


def test_a_key_without_its_domain_is_refused(run: Run) -> None:
    done = run("keys", "create", "--kind", "user")
    assert (done.returncode, done.stdout) == (1, "")
    assert (
        done.stderr == "No key was made: a user key belongs to one client site: give its domain.\n"
    )


def test_plugins_are_imported_and_listed(run: Run, tmp_path: Path) -> None:
    assert "No plugin is watched yet" in run("plugins", "list").stdout
    listing = tmp_path / "list.txt"
    listing.write_text(
        "discourse/discourse-solved\nhttps://github.com/Someone/Émoji\n# a remark\nsomeone/other\n"
    )
    done = run("plugins", "import", str(listing))
    assert done.returncode == 1
    assert done.stdout.startswith(
        "2 plugins taken: 2 added.\n1 line could not be taken:\n  Line 2: "
    )
    again = run("plugins", "import", str(listing))
    assert again.stdout.startswith("2 plugins taken: 2 unchanged.\n")
    assert "discourse-solved" in run("plugins", "list").stdout
    assert run("plugins", "add", "nobody").returncode == 1
    assert run("plugins", "add", "example/voting").stdout == "voting is on the master list\n"
    assert run("plugins", "edit", "voting", "docs", "http://localhost/a").returncode == 1
    edited = run("plugins", "edit", "voting", "about", "Votes for topics")
    assert edited.stdout.startswith("voting: about edited")
    assert edited.stdout.endswith("Page of voting: http://127.0.0.1:8000/plugins/voting\n")
    assert run("plugins", "edit", "voting", "needs", ">=3.5").stdout.startswith(
        "voting needs host >=3.5"
    )
    for words in (("nobody", "about", "x"), ("voting", "requires", "nobody"), ("voting", "docs")):
        assert run("plugins", "edit", *words).returncode == 1
    assert run("plugins", "edit", "voting", "needs", ">=3.5").returncode == 0
    assert run("plugins", "remove", "nobody", "--because", "x").returncode == 1
    gone = run("plugins", "remove", "discourse-solved", "--because", "Discourse does it now")
    assert "discourse-solved is removed from the master list" in gone.stdout, gone.stderr
    assert "discourse-solved" not in run("plugins", "list").stdout
    back = run("plugins", "add", "discourse/discourse-solved")
    assert back.stdout == "discourse-solved is on the master list\n"


def test_what_limits_plugins_is_listed(run: Run, tmp_path: Path, database: Database) -> None:
    file = tmp_path / "plugins.json"
    file.write_text(
        """[{"repo": "example/map", "header": "# name: map\\n# required_version: 3.4.0"},
        {"repo": "example/pin", "header": "# name: pin", "compatibility": "< 3.5.0: old\\n3.3.0: older"},
        {"repo": "example/odd", "header": "# name: odd", "compatibility": "[]"},
        {"repo": "example/free", "header": "# name: free"}]""",
        encoding="utf-8",
    )
    assert run("plugins", "import", str(file)).returncode == 0
    with database.write() as session:
        appoint(session, [Holder("local", "local", HolderKind.USER, "you")], datetime.now(UTC))
    ask(database, "edit map conflicts pin <1.2 because both draw", datetime.now(UTC))
    listed = run("plugins", "limits").stdout
    lines = {line.split()[0]: line for line in listed.splitlines()}
    assert ">=3.4.0" in lines["map"]
    assert "pin <1.2" in lines["map"]
    assert "2, the newest for hosts before 3.5.0" in lines["pin"]
    assert "free" not in lines
    assert lines["odd:"]
    assert (
        "Limits are known of 2 of 4 plugins: 1 say in plugin.rb which host they need, "
        "1 pin commits for older hosts, and of 1 somebody declared something." in listed
    )


def test_metadata_of_packages_is_imported(run: Run, tmp_path: Path) -> None:
    good, bad = tmp_path / "METADATA", tmp_path / "odd.whl"
    good.write_text(
        "Name: shelf-maps\nVersion: 1.0\nHome-page: https://github.com/nautilus/shelf-maps\n"
        "Classifier: Development Status :: 7 - Inactive\nRequires-Dist: odd === nothing\n",
        encoding="utf-8",
    )
    bad.write_bytes(b"no wheel")
    done = run("plugins", "import-metadata", str(good), str(bad))
    assert done.returncode == 1
    assert done.stdout.splitlines() == [
        "1 release taken.",
        "  METADATA: odd === nothing was not understood",
        "  odd.whl: it is no wheel",
    ]
    jenkins = run("plugins", "import-metadata", str(bad), "--ecosystem", "jenkins")
    assert jenkins.stdout.splitlines() == ["0 releases taken.", "  odd.whl: it is no JSON"]
    refused = run("plugins", "import-metadata", str(good), "--ecosystem", "discourse")
    assert (refused.returncode, refused.stderr) == (
        1,
        "Plugins of discourse have no such metadata; import a list: plugins import FILE.\n",
    )
    assert "deprecated (its =1.0)" in run("plugins", "limits").stdout


def test_a_set_is_checked(run: Run, tmp_path: Path, database: Database) -> None:
    world = make_world(database, datetime.now(UTC), "map", "pin")
    world.report(saw("map", "a" * 40, GOOD), saw("pin", "a" * 40, BAD), branch="stable")
    file = tmp_path / "set.txt"
    file.write_text("# ours\nmap\n\nMap  # again\n", encoding="utf-8")
    works = run("check-set", str(file))
    assert (works.returncode, works.stdout.splitlines()[0]) == (0, "This plugin works on stable")
    file.write_text("map\npin\n", encoding="utf-8")
    breaks = run("check-set", str(file), "--at", "3.5.0")
    assert breaks.returncode == 1
    assert "pin does not load on stable, says a canary server" in breaks.stdout
    file.write_text("map 9.9\n", encoding="utf-8")
    assert run("check-set", str(file)).returncode == 2
    file.write_text("# nothing\n", encoding="utf-8")
    nothing = run("check-set", str(file))
    assert (nothing.returncode, nothing.stderr) == (1, f"{file}: This names no plugin.\n")
    file.write_text(
        "hooks:\n  - git clone -b odd https://github.com/example/map\n", encoding="utf-8"
    )
    cloned = run("check-set", str(file))
    assert cloned.returncode == 0
    assert "example/map, cloned from odd" in cloned.stdout


def test_a_clean_import_ends_well(run: Run, tmp_path: Path, database: Database) -> None:
    listing = tmp_path / "list.json"
    listing.write_text(
        '[{"repo": "a/one", "header": "# name: One"}, {"repo": "b/two", "header": "# name: One"}]'
    )
    refused = run("plugins", "import", str(listing))
    assert refused.returncode == 1
    assert "belongs to a/one" in refused.stdout
    listing.write_text('[{"repo": "a/one", "header": "# name: Uno"}]')
    renamed = run("plugins", "import", str(listing))
    assert (renamed.returncode, renamed.stdout) == (
        0,
        "1 plugin taken: 1 renamed.\n  one is now uno\n",
    )
    with database.read() as session:
        assert [plugin.handle for plugin in session.exec(select(Plugin))] == ["uno"]


@pytest.mark.parametrize(
    ("content", "words"), [(b"\xff\xfe\x00", "not UTF-8"), (b"[1,", "not valid JSON")]
)
def test_a_list_that_cannot_be_read(run: Run, tmp_path: Path, content: bytes, words: str) -> None:
    listing = tmp_path / "list"
    listing.write_bytes(content)
    done = run("plugins", "import", str(listing))
    assert done.returncode == 1
    assert words in done.stderr
    assert "Traceback" not in done.stderr


def test_what_the_list_hides_is_shown(run: Run, tmp_path: Path) -> None:
    listing = tmp_path / "list.json"
    listing.write_text('[{"repo": "a/one", "header": "# name: On\\u001b[31me [red]x[/red]"}]')
    assert run("plugins", "import", str(listing)).returncode == 0
    listed = run("plugins", "list").stdout
    assert "\x1b" not in listed
    assert "[red]x[/red]" in listed


def test_backup(run: Run, tmp_path: Path) -> None:
    target = tmp_path / "backup"
    done = run("backup", str(target))
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.endswith("bytes, checked.\n")
    again = run("backup", str(target))
    assert again.returncode == 1
    assert "never overwrites" in again.stderr


def test_check_of_nothing(process: Run, tmp_path: Path) -> None:
    done = process("check")
    assert done.returncode == 1
    assert "FIX   There is no database yet (SQLite, pluginwatch.sqlite3)" in done.stdout
    assert list((tmp_path / "anywhere").iterdir()) == []


def test_check_of_an_empty_database(anywhere: Run, empty_database_url: str) -> None:
    if empty_database_url.startswith("sqlite"):
        Path(empty_database_url.removeprefix("sqlite:///")).touch()
    done = anywhere("check", DATABASE_URL=empty_database_url)
    assert done.returncode == 1
    assert "python -m models migrate" in done.stdout


def test_check_tells_what_is_missing_until_nothing_is(run: Run, tmp_path: Path) -> None:
    done = run("check")
    assert done.returncode == 1
    assert "keys create --kind site" in done.stdout
    assert "plugins import FILE" in done.stdout
    (tmp_path / "list.txt").write_text("a/one\n")
    run("plugins", "import", str(tmp_path / "list.txt"))
    run("keys", "create", "--kind", "site", "--name", "canary")
    done = run("check")
    assert (done.returncode, done.stderr) == (0, "")
    assert "FIX" not in done.stdout


def test_check_points_out_misspelt_settings_and_no_values(run_apart: Run, tmp_path: Path) -> None:
    (tmp_path / "anywhere" / ".env").write_text(
        "DATABSE_URL=postgresql://u:hunter2@h/db\nCOLOUR=hunter2\n"
    )
    done = run_apart("check", LOCALCHAT_PORT="hunter2")
    assert done.returncode == 1
    assert (
        "FIX   .env, line 1: DATABSE_URL is no setting; DATABASE_URL was probably meant"
        in done.stdout
    )
    assert (
        "LOCALCHAT_PORT is no setting and does nothing; LOCAL_CHAT_PORT was probably meant."
        in done.stdout
    )
    assert "FIX   .env, line 2: COLOUR is no setting of Pluginwatch" in done.stdout
    assert "hunter2" not in done.stdout + done.stderr


def test_check_tells_of_wrong_settings(run: Run) -> None:
    done = run("check", PORT="many")
    assert done.returncode == 1
    assert "FIX   PORT should be a valid integer" in done.stdout


def test_check_tells_of_announcements(run: Run, database: Database, now: datetime) -> None:
    with database.write() as session:
        parked = Destination(
            platform="local", address="x", name="Attic", parked_at=now, parked_because="gone\x1b[0m"
        )
        session.add(parked)
        enqueue(session, 1, "incident/1", Posting.POST, Message("late"), now - timedelta(days=1))
    done = run("check")
    assert done.returncode == 1
    assert "Announcements that wait: 1" in done.stdout
    assert "Attic (local) is suspended, its messages are held: gone␛[0m" in done.stdout


@pytest.mark.parametrize("command", [["check"], ["keys", "list"], ["migrate"], ["backup", "new"]])
def test_a_database_that_does_not_answer(anywhere: Run, tmp_path: Path, command: list[str]) -> None:
    done = anywhere(*command, DATABASE_URL="postgresql://u:hunter2@127.0.0.1:1/db")
    said = done.stdout + done.stderr
    assert done.returncode == 1
    assert "hunter2" not in said
    assert "Traceback" not in said
    assert "refused" in said
    assert list((tmp_path / "anywhere").iterdir()) == []


def test_a_wrong_setting_ends_with_words(process: Run) -> None:
    done = process("migrate", DATABASE_URL="mysql://u:hunter2@h/db")
    assert done.returncode == 1
    assert (
        done.stderr
        == "DATABASE_URL is of another kind of database: use sqlite:///FILE or postgresql://…\n"
    )


def test_the_schema_is_made_where_a_command_needs_it(
    anywhere: Run, empty_database_url: str, now: datetime
) -> None:
    assert (
        anywhere(
            "keys", "create", "--kind", "site", "--name", "x", DATABASE_URL=empty_database_url
        ).returncode
        == 0
    )
    with closing(Database(empty_database_url)) as database, database.read() as session:
        (stored,) = session.exec(select(ApiKey)).all()
        assert stored.created_at > now


def test_a_webhook_is_made_listed_and_removed(run: Run) -> None:
    url, secret = "https://ops.example/hook", "0123456789abcdef" * 2
    without = run("hooks", "add", url, "--name", "ops")
    assert (without.returncode, "set WEBHOOK_SIGNING_SECRET first" in without.stderr) == (1, True)
    made = run("hooks", "add", url, "--name", "ops", WEBHOOK_SIGNING_SECRET=secret)
    assert made.returncode == 0
    assert re.fullmatch(r"whsec_[A-Za-z0-9+/]{43}=\n", made.stdout)
    assert "ops   https://ops.example/…  all plugins  0" in run("hooks", "list").stdout
    assert run("hooks", "redeliver", "ops").stdout == "0 events on the way again.\n"
    assert run("hooks", "remove", "other").stderr.startswith(
        "Nothing was removed: no webhook is called other"
    )
    assert run("hooks", "remove", "ops").stdout == "ops is notified of nothing any more.\n"
