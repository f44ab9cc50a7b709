"""Real hosts with plugins that raise, exit, end or crash the process, fork or hang."""

import ast
import signal

import pytest

from tests.kit.hosts import DEEDS, FATAL, HOST, KIT, Workplace
from tests.waiting import LONG, until

SAYS = {
    "raises": "RuntimeError: no password=[redacted secret] here",
    "exits": "SystemExit: 3",
    "ends": "the process ended while this plugin was loaded",
    "crashes": "the process died while this plugin was loaded: Segmentation fault",
    "forks": "this plugin forked the host",
}


@pytest.mark.parametrize("deed", SAYS)
def test_a_bad_plugin_is_quarantined_and_the_host_is_up_at_the_second_start(
    place: Workplace, deed: str
) -> None:
    place.install("a-good")
    place.install("bad", deed=deed)
    place.install("z-good")
    first = place.start()
    assert ("loaded a-good-entry" in first) == (deed not in FATAL)
    assert first.count("and up") <= 1
    assert "loaded a-good-entry z-good-entry and up" in place.start()
    said = place.ask("list", "--backtraces")
    assert "quarantined bad 1.0 (bad-entry)" in said
    assert SAYS[deed] in said
    assert ("bad.py" in said) == (deed in {"raises", "exits", "crashes"})
    assert said.count("quarantined") == 1


def test_one_that_hangs_is_blamed_when_the_host_was_killed(place: Workplace) -> None:
    place.patience = 0.5
    place.install("bad", deed="hangs")
    place.install("good")
    place.start_and_kill("Timeout")
    place.patience = 5
    assert "loaded good-entry and up" in place.start()
    said = place.ask("list", "--backtraces")
    assert "this plugin hangs: the process was ended when it had been loaded for more than" in said
    assert "bad.py" in said


@pytest.mark.parametrize(
    "deed",
    [
        "import os; os.closerange(3, 256)",
        "import os, sys; os.closerange(3, 256)\nkept = [open(sys.executable) for _ in range(20)]",
    ],
)
def test_one_that_closes_all_files_is_well_and_hides_no_other(place: Workplace, deed: str) -> None:
    place.install("a-good", more=deed)
    place.install("bad", deed="crashes")
    assert "and up" not in place.start()
    assert "loaded a-good-entry and up" in place.start()
    assert place.ask("list").count("quarantined") == 1


def test_a_stop_in_time_blames_nobody(place: Workplace) -> None:
    place.install("slow", deed="hangs")
    place.start_and_kill("slow", by=signal.SIGTERM)
    place.install("slow")
    assert "loaded slow-entry and up" in place.start()


# Whoever stops the host does so just as the marker reaches the disk.
STOPPED_AT_THE_MARKER = """
import os, signal, stat
on_disk = os.fsync
def stopped(number):
    about = os.fstat(number)
    if stat.S_ISREG(about.st_mode) and about.st_size:
        os.kill(os.getpid(), signal.SIGTERM)
    on_disk(number)
os.fsync = stopped
"""


def test_a_stop_while_the_marker_is_written_blames_nobody(place: Workplace) -> None:
    place.install("good")
    host = place.begin(code=STOPPED_AT_THE_MARKER + place.code)
    host.communicate(timeout=LONG)
    assert host.returncode == -signal.SIGTERM
    assert "loaded good-entry and up" in place.start()


@pytest.mark.parametrize("by", [signal.SIGTERM, signal.SIGINT])
def test_a_stop_of_one_that_hangs_blames_it(place: Workplace, by: signal.Signals) -> None:
    place.patience = 0.3
    place.install("slow", deed="hangs")
    place.start_and_kill("Timeout", by=by)
    assert "loaded and up" in place.start()
    assert "this plugin hangs" in place.ask("list")


def test_many_fatal_ones_cost_no_more_than_one_start(place: Workplace) -> None:
    place.patience = 3
    for deed in DEEDS:
        place.install(f"one-that-{deed}", deed=deed)
    if _first_fatal(place) == "hangs":
        place.start_and_kill("one-that-hangs")
    else:
        place.start()
    assert "loaded one-that-good-entry and up" in place.start().replace("one-that-forks-entry ", "")
    place.start()
    said = place.ask("list")
    for deed in DEEDS:
        state = "well" if deed == "good" else "quarantined"
        assert f"{state:<12}one-that-{deed} 1.0" in said


@pytest.mark.parametrize(
    ("name", "damage"),
    [
        ("entry_points.txt", b"[sample.plugins]\nnothing\n"),
        ("entry_points.txt", b"[sample.plugins]\nx : json:dumps\n"),
        ("entry_points.txt", b"\xff\xfe[sample.plugins]\n"),
        ("METADATA", b"\xff\xfeName: x\n"),
        ("direct_url.json", b"[]"),
        ("direct_url.json", b'{"vcs_info": 3}'),
    ],
)
def test_a_damaged_distribution_keeps_no_other_one_from_being_loaded(
    place: Workplace, name: str, damage: bytes
) -> None:
    place.install("damaged")
    place.install("well")
    (place.folder / "site" / "damaged-1.0.dist-info" / name).write_bytes(damage)
    said = place.start()
    assert "well-entry" in said
    assert "Traceback" not in said


def _first_fatal(place: Workplace) -> str:
    """The folder's own order decides which is loaded first."""
    host = "from pluginwatch_kit.guard.points import find\nprint(*[each.plugin for each in find('sample.plugins')])"
    names = [name.removeprefix("one-that-") for name in place.start(code=host).split()]
    return next(name for name in names if name in FATAL)


def test_a_new_version_gets_one_trial_and_so_does_a_new_host(place: Workplace) -> None:
    place.install("bad", deed="ends")
    place.start()
    assert "loaded and up" in place.start()
    place.install("bad", "1.1", deed="raises")
    place.start()
    assert "loaded and up" in place.start()
    assert "quarantined bad 1.1" in place.ask("list")
    place.install("bad", "1.1")  # mended, but under the same version
    assert "loaded and up" in place.start()
    assert "loaded bad-entry and up" in place.start(host="2.0")
    place.install("bad", "1.2")
    assert "loaded bad-entry and up" in place.start()
    assert "well        bad 1.2" in place.ask("list")


def test_an_operator_lists_releases_and_holds(place: Workplace) -> None:
    assert "No Guard has kept anything" in place.ask("list")
    place.install("bad", deed="raises")
    place.start()
    place.install("bad")
    assert "will be loaded at the next start" in place.ask("release", "bad")
    assert "loaded bad-entry and up" in place.start()
    assert "bad is not the name of a plugin that is not loaded" in place.ask("release", "bad")
    assert "It is held." in place.ask("hold", "bad-entry", "--because", "it is slow")
    place.install("bad", "2.0")
    assert "loaded and up" in place.start()
    assert "it is slow" in place.ask("--host", "sample", "list")
    place.ask("release", "bad-entry")
    assert "loaded bad-entry and up" in place.start()
    assert "nobody is not the name of a plugin" in place.ask("hold", "nobody")


def test_a_host_that_ends_by_itself_blames_nobody(place: Workplace) -> None:
    place.install("good")
    code = """\
import os
from pluginwatch_kit.guard import Guard
for name, plugin in Guard("sample", "1", "sample.plugins").load():
    os._exit(1)
"""
    place.start(code=code)
    assert "loaded good-entry and up" in place.start()


def test_what_another_living_process_loads_is_not_blamed(place: Workplace) -> None:
    place.install("slow", deed="hangs")
    slow = place.begin()
    markers = place.folder / "state" / "sample" / "loading"
    until(lambda: any("slow" in path.read_text() for path in markers.glob("*.marker")))
    place.install("slow")
    assert "loaded slow-entry and up" in place.start()
    slow.kill()
    slow.communicate()
    assert "well        slow" in place.ask("list")


def test_a_folder_that_cannot_be_written_does_not_stop_the_host(place: Workplace) -> None:
    place.install("bad", deed="raises")
    place.install("good")
    (place.folder / "state").write_text("a file, where a folder is wanted")
    said = place.start()
    assert "loaded good-entry and up" in said
    assert "nothing of what plugins do is remembered" in said


@pytest.mark.parametrize(
    "content", ["", "{", "[]", "[" * 100_000, '{"x": 1}', '{"x": {"state": "held"}}']
)
def test_a_file_that_somebody_broke_is_put_aside(place: Workplace, content: str) -> None:
    own = place.folder / "state" / "sample"
    (own / "loading").mkdir(parents=True)
    (own / "standing.json").write_text(content)
    (own / "loading" / "x.marker").write_text(f"{content}\n")
    (own / "loading" / "y.marker").write_bytes(b"\xff\xfe\n")
    place.install("good")
    assert "loaded good-entry and up" in place.start()
    assert "well        good" in place.ask("list")
    assert (own / "standing.unreadable").read_text() == content


def test_a_user_without_a_home_has_a_host_that_comes_up(place: Workplace) -> None:
    place.install("good")
    nobody = """\
import os, pwd
def nobody(number):
    raise KeyError(number)
pwd.getpwuid = nobody
for name in ("HOME", "PLUGINWATCH_GUARD_FOLDER"):
    os.environ.pop(name, None)
from pluginwatch_kit.guard.folders import folder_of_all
assert str(folder_of_all()).startswith("/var/lib/")
os.environ["PLUGINWATCH_GUARD_FOLDER"] = "/dev/null/nowhere"
"""
    assert "loaded good-entry and up" in place.start(code=nobody + HOST)


def test_a_full_disk_does_not_stop_the_host(place: Workplace) -> None:
    place.install("bad", deed="raises")
    place.install("good")
    said = place.start(
        code=f"import resource; resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))\n{HOST}"
    )
    assert "loaded good-entry and up" in said
    assert "if good ends this process, the next one does not know" in said


def test_loading_within_loading(place: Workplace) -> None:
    inner = "from pluginwatch_kit.guard import Guard; import __main__"
    inner += "\nprint(*dict(__main__.guard.load('inner.plugins')))"
    place.install("outer", more=inner)
    place.install("one", group="inner.plugins")
    place.install("ends", deed="ends")
    place.start()
    said = place.start()
    assert "one-entry\n" in said
    assert "loaded outer-entry and up" in said
    assert "quarantined ends" in place.ask("list")


def test_what_the_host_does_with_a_plugin_at_start_is_part_of_loading_it(place: Workplace) -> None:
    place.install("bad")
    place.install("good")
    code = """\
from pluginwatch_kit.guard import Guard
def register(name, plugin):
    if plugin.WHO == "bad":
        raise ValueError("its hook is unknown to this host")
print(*dict(Guard("sample", "1", "sample.plugins").load(start=register)), "and up")
"""
    assert "good-entry and up" in place.start(code=code)
    assert "quarantined bad" in place.ask("list")


def test_callables_are_guarded_too(place: Workplace) -> None:
    code = """\
import sys
from pluginwatch_kit.guard import Guard
print(dict(Guard("sample", "1").run({"one": lambda: 1, "two": lambda: sys.exit(2)})))
"""
    assert "{'one': 1}" in place.start(code=code)
    assert "quarantined main 0 (two)" in place.ask("list")


def test_a_damaged_list_of_files_keeps_no_callable_from_being_called(place: Workplace) -> None:
    place.install("damaged")
    site = place.folder / "site"
    (site / "damaged-1.0.dist-info" / "RECORD").write_bytes(b"\xff\xfe")
    (site / "loose.py").write_text("def one(): return 1\n")
    code = """\
import loose
from pluginwatch_kit.guard import Guard
print(dict(Guard("sample", "1").run({"one": loose.one})))
"""
    assert "{'one': 1}" in place.start(code=code)


def test_the_kit_is_written_for_python_3_9() -> None:
    files = list(KIT.rglob("*.py"))
    assert len(files) > 15
    for file in files:
        ast.parse(file.read_text(), feature_version=(3, 9))
