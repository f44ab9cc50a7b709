"""What lies in `incoming`, and what `check` says of what is installed, on both databases."""

import shutil
from pathlib import Path

import pytest
from sqlmodel import update

from models.database.engine import Database
from models.tables import Extension
from tests.models.extensions.operator import Run, allocate, folders, put, rows, shell
from tests.models.extensions.packages import archive, contents
from tests.models.extensions.samples import LEAST

INCOMING = "extensions/incoming"


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return allocate(tmp_path)


@pytest.fixture
def run(database_url: str) -> Run:
    return shell(database_url)


def incoming(run: Run) -> dict[str, str]:
    """The lines of the list below incoming, by the name of the file."""
    _, _, found = run("list").out.partition(f"In {INCOMING}:\n")
    return {line.split()[0]: " ".join(line.split()[1:]) for line in found.splitlines()[1:]}


def test_packages_are_detected_and_installed_by_their_handle(
    run: Run, place: Path, database: Database
) -> None:
    assert incoming(run) == {}
    put(place, name=f"{INCOMING}/jira.zip")
    put(place, LEAST.replace("1.2.0", "1.10"), name=f"{INCOMING}/jira-10.zip")
    put(place, LEAST.replace('">=0.2"', '">=7"'), f"{INCOMING}/wiki.zip", "acmewiki")
    (place / INCOMING / "note.txt").write_text("no package")
    (place / INCOMING / "jira.zip.minisig").write_text("a signature")
    assert incoming(run) == {
        "jira-10.zip": "acmejira 1.10 ACME detected",
        "jira.zip": "acmejira 1.2.0 ACME detected",
        "note.txt": "refused is no ZIP archive: File is not a zip file",
        "wiki.zip": "acmewiki 1.2.0 ACME refused needs Pluginwatch >=7; this is 0.2.0",
    }
    assert run("install", "acmejira", "--agree").out.endswith(
        "acmejira 1.10 is installed, and off.\n"
    )
    assert rows(database) == [("acmejira", "off", "1.10")]
    assert incoming(run)["jira-10.zip"] == "acmejira 1.10 ACME installed"
    assert incoming(run)["jira.zip"] == "acmejira 1.2.0 ACME older than 1.10"
    put(place, LEAST.replace("1.2.0", "2.0"), name=f"{INCOMING}/jira-20.zip")
    assert incoming(run)["jira-20.zip"] == "acmejira 2.0 ACME newer than 1.10"
    refused = run("install", "acmewiki", "--agree")
    assert "needs Pluginwatch >=7" in refused.err
    assert rows(database) == [("acmejira", "off", "1.10")]


def test_only_the_manifest_is_looked_at_until_it_is_installed(run: Run, place: Path) -> None:
    (place / INCOMING).mkdir()
    (place / INCOMING / "jira.zip").write_bytes(
        archive({**contents(), "wheels/evil-1.tar.gz": b"1"})
    )
    assert incoming(run) == {"jira.zip": "acmejira 1.2.0 ACME detected"}
    assert "source distribution" in run("install", "acmejira", "--agree").err


def test_a_folder_is_detected_and_one_without_a_manifest_refused(run: Run, place: Path) -> None:
    for name in ("good", "bad"):
        (place / INCOMING / name).mkdir(parents=True)
    (place / INCOMING / "good" / "extension.toml").write_text(LEAST)
    (place / INCOMING / "linked").symlink_to(place / INCOMING / "good")
    found = incoming(run)
    assert found["good"] == "acmejira 1.2.0 ACME detected"
    assert found["bad"] == "refused extension.toml cannot be read: No such file or directory"
    assert found["linked"].startswith("refused extension.toml cannot be read")


def test_a_host_that_is_too_old_or_too_new_is_told_and_strict_ends_with_1(
    run: Run, place: Path, database: Database
) -> None:
    assert run("check", "--strict").out == "Nothing keeps the extensions from running: 0.\n"
    run("install", put(place), "--agree")
    assert run("check", "--strict") == (0, "Nothing keeps the extensions from running: 1.\n", "")
    for needs, words in (
        ('needs = ">=7"', "needs Pluginwatch >=7; this is 0.2.0"),
        ('needs = "*", breaks = ">=0.2"', "does not work with Pluginwatch >=0.2; this is"),
    ):
        changed = LEAST.replace('needs = ">=0.2"', needs)
        for state in ("off", "on"):
            with database.write() as session:
                session.exec(update(Extension).values(manifest=changed, state=state))
            shown = "held" if state == "on" else "off"
            assert f"acmejira 1.2.0 ({shown}) {words}" in run("check").out
            assert (run("check").code, run("check", "--strict").code) == (0, 1)
            assert f" {shown} " in run("list").out


def test_a_manifest_of_a_later_pluginwatch_stops_nothing(
    run: Run, place: Path, database: Database
) -> None:
    run("install", put(place), "--agree")
    with database.write() as session:
        session.exec(update(Extension).values(manifest="api = 2", state="on"))
    assert run("check", "--strict") == (
        1,
        "acmejira 1.2.0 (held) api: is 2; this Pluginwatch knows 1, so it needs a newer Pluginwatch\n",
        "",
    )
    assert run("list").code == 0


def test_a_folder_that_is_gone_is_told(run: Run, place: Path) -> None:
    run("install", put(place), "--agree")
    (folder,) = folders(place)
    shutil.rmtree(place / "extensions" / "installed" / folder)
    done = run("check", "--strict")
    assert done.code == 1
    assert done.out == (
        f"acmejira 1.2.0 (off) is not in extensions/installed/{folder}: install it again\n"
    )
    assert run("install", put(place)).code == 0
    assert run("check", "--strict").code == 0
