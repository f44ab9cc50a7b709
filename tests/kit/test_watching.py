"""What fails later: the plugin with the deepest frame is to blame, and where there is none, the error goes on."""

import sys
from pathlib import Path
from typing import Any

import pytest

from pluginwatch_kit.guard import Guard
from pluginwatch_kit.guard.standing import StandingFile
from tests.kit.hosts import Workplace

FAILS = "def hook(call=None):\n    return call() if call else 1 / 0\ndef leave():\n    raise SystemExit(1)"


@pytest.fixture
def guard(place: Workplace, monkeypatch: pytest.MonkeyPatch) -> Guard:
    place.install("one", more=FAILS)
    place.install("two", more=FAILS)
    monkeypatch.syspath_prepend(str(place.folder / "site"))
    for name in ("one", "two"):
        monkeypatch.delitem(sys.modules, name, raising=False)
    return Guard("sample", "1", "sample.plugins", folder=place.folder / "state")


def states(place: Workplace) -> dict[str, str]:
    records = StandingFile(place.folder / "state" / "sample").read().values()
    return {record["name"]: record["state"] for record in records}


def test_the_deepest_frame_of_a_plugin_is_to_blame(place: Workplace, guard: Guard) -> None:
    plugins: dict[str, Any] = dict(guard.load())
    with guard.watch(plugins["one-entry"]):
        plugins["one-entry"].hook(plugins["two-entry"].hook)
    assert states(place) == {"one": "well", "two": "failing"}


def test_one_that_fails_often_is_quarantined_for_the_next_start(
    place: Workplace, guard: Guard
) -> None:
    plugins: dict[str, Any] = dict(guard.load())
    for _ in range(5):
        with guard.watch("one-entry"):
            plugins["one-entry"].leave()
    assert states(place) == {"one": "quarantined", "two": "well"}
    assert [name for name, _ in guard.load()] == ["two-entry"]


def test_where_nobody_is_to_blame_it_is_raised_again(place: Workplace, guard: Guard) -> None:
    list(guard.load())

    @guard.watch()
    def own() -> float:
        return 1 / 0

    with pytest.raises(ZeroDivisionError):
        own()
    assert set(states(place).values()) == {"well"}


def test_what_a_plugin_calls_back_is_not_its_failure(place: Workplace, guard: Guard) -> None:
    plugins: dict[str, Any] = dict(guard.load())
    with pytest.raises(ZeroDivisionError), guard.watch():
        plugins["one-entry"].hook(lambda: 1 / 0)
    assert set(states(place).values()) == {"well"}
    with guard.watch():
        plugins["one-entry"].hook(Path("nowhere").read_text)  # of a library
    assert states(place)["one"] == "failing"


def test_what_the_host_wants_to_hear_passes(place: Workplace, guard: Guard) -> None:
    plugins: dict[str, Any] = dict(guard.load())
    with pytest.raises(ZeroDivisionError), guard.watch(passing=(ZeroDivisionError,)):
        plugins["one-entry"].hook()
    assert set(states(place).values()) == {"well"}


def test_a_plugin_behind_the_hosts_own_error_is_found(place: Workplace, guard: Guard) -> None:
    plugins: dict[str, Any] = dict(guard.load())
    with guard.watch():
        try:
            plugins["one-entry"].hook()
        except ZeroDivisionError as error:
            raise LookupError("the host's own words") from error
    assert states(place)["one"] == "failing"


def test_a_plugin_that_another_one_breaks_is_not_blamed(place: Workplace) -> None:
    place.install("a", more="import b")
    place.install("b", deed="raises")
    place.start()
    assert states(place) == {"b": "quarantined"}
    place.install("b", "1.1")
    assert "loaded a-entry b-entry and up" in place.start()


def test_one_that_is_installed_to_be_edited_is_found(place: Workplace, tmp_path: Path) -> None:
    place.install("one", more=FAILS)
    package = tmp_path / "elsewhere" / "one"
    package.mkdir(parents=True)
    (package / "__init__.py").write_text("from one.deep import hook, leave\n")
    (package / "deep.py").write_text(FAILS)
    (tmp_path / "site" / "one.py").unlink()
    (tmp_path / "site" / "one-1.0.dist-info" / "RECORD").write_text("one.pth,,\n")
    code = f"""\
import sys
sys.path.insert(0, {str(package.parent)!r})
from pluginwatch_kit.guard import Guard
guard = Guard("sample", "1", "sample.plugins")
(name, plugin), = guard.load()
with guard.watch():
    plugin.hook()
print("up")
"""
    assert "up" in place.start(code=code)
    assert states(place) == {"one": "failing"}


def test_from_git_a_commit_stands_for_the_version(place: Workplace) -> None:
    place.install("one", deed="raises")
    origin = '{"url": "x", "vcs_info": {"vcs": "git", "requested_revision": "main", "commit_id": "c0ffee1"}}'
    (place.folder / "site" / "one-1.0.dist-info" / "direct_url.json").write_text(origin)
    place.start()
    assert "quarantined one c0ffee1" in place.ask("list")
