"""Where the code of an extension was when it raised, hung or died, and which of its packages is to blame."""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from jobs.realms.errors import RealmError
from jobs.realms.last_words import LONGEST, LastWords, ReportLine, dumped, reported, spoken
from jobs.realms.realm import Realm

LIBRARY = """\
import ctypes, time
def fails():
    raise ValueError("ann's own words")
def dies():
    ctypes.string_at(0)
def sleeps():
    time.sleep(60)
def counts():
    sum(range(10**12))
def leaves():
    raise KeyboardInterrupt
class Mute(Exception):
    def __str__(self):
        raise RuntimeError("no words")
def mumbles():
    raise Mute
"""
EXTENSION = """\
import acmelib
def run(call, what):
    getattr(acmelib, what)()
def own(call):
    raise LookupError
"""


@pytest.fixture
def wheels(tmp_path: Path) -> Path:
    """An extension with a library of its own, as they are unpacked."""
    for name, version, code, points in (
        ("acmejira", "1.0", EXTENSION, "[pluginwatch.extensions]\nacmejira = acmejira\n"),
        ("acmelib", "1.2", LIBRARY, ""),
    ):
        info = tmp_path / f"{name}-{version}.dist-info"
        info.mkdir()
        (tmp_path / f"{name}.py").write_text(code)
        (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n")
        (info / "entry_points.txt").write_text(points)
        (info / "RECORD").write_text(f"{name}.py,,\n")
    return tmp_path


@contextmanager
def a_realm(wheels: Path) -> Iterator[Realm]:
    made = Realm("acmejira", wheels, memory=256 << 20)
    try:
        yield made
    finally:
        made.kill()


def failure(realm: Realm, run: str, **arguments: str) -> RealmError:
    params = {"run": run, "asker": {"name": "ann"}, "arguments": arguments}
    with pytest.raises(RealmError) as caught:
        realm.request("call", params, 0.5)
    return caught.value


def test_what_raises_is_told_by_its_frames_and_none_of_its_words(wheels: Path) -> None:
    with a_realm(wheels) as realm:
        error = failure(realm, "run", what="fails")
        lines = error.last.backtrace.splitlines()
        assert lines[0] == '  File "acmejira.py", line 3, in run'
        assert '  File "acmelib.py", line 3, in fails' in lines
        assert "call.handler" not in error.last.backtrace
        assert error.last.brought == "acmelib 1.2"
        assert failure(realm, "own").last.brought == "", "that is its own code"
        for what, words in (("leaves", "KeyboardInterrupt: "), ("mumbles", "Mute: it cannot say")):
            assert str(failure(realm, "run", what=what)).startswith(words)


@pytest.mark.parametrize(
    ("what", "words", "line"),
    [
        ("dies", "its process ended (Segmentation fault)", 5),
        ("sleeps", "it did not answer within 0.5 seconds", 7),
        ("counts", "it did not answer within 0.5 seconds", 9),
    ],
)
def test_what_dies_or_hangs_says_where(wheels: Path, what: str, words: str, line: int) -> None:
    with a_realm(wheels) as realm:
        error = failure(realm, "run", what=what)
    assert str(error) == words
    assert error.last.brought == "acmelib 1.2"
    assert error.last.backtrace.splitlines()[0] == '  File "acmejira.py", line 3 in run'
    assert f'  File "acmelib.py", line {line} in {what}' in error.last.backtrace


def test_what_dies_before_it_greets_says_where(wheels: Path) -> None:
    (wheels / "acmelib.py").write_text("import ctypes\nctypes.string_at(0)\n")
    with pytest.raises(RealmError, match="Segmentation fault") as caught, a_realm(wheels):
        pass
    assert '  File "acmelib.py", line 2 in <module>' in caught.value.last.backtrace


FAILS_AT_START = {
    "raise RuntimeError('no password=hunter2 here')": "RuntimeError: no password=[redacted secret] here",
    "raise SystemExit(3)": "SystemExit: 3",
    "raise KeyboardInterrupt": "KeyboardInterrupt",
    "class Mute(Exception):\n    def __str__(self): raise SystemExit\nraise Mute": "acmelib.Mute: <exception",
    "import sys; sys.modules.pop('os')": "this plugin took os out of sys.modules",
    "import os, traceback\nos.getpid = traceback.TracebackException = None\n1 / 0": "ZeroDivisionError: division",
    "import os; os.fork()": "PermissionError: [Errno 1] Operation not permitted",
    "x = (": "SyntaxError: '(' was never closed",
}


@pytest.mark.parametrize("code", FAILS_AT_START)
def test_what_fails_to_load_is_judged_and_reported_as_by_the_guard(wheels: Path, code: str) -> None:
    (wheels / "acmelib.py").write_text(code)
    with pytest.raises(RealmError) as caught, a_realm(wheels):
        pass
    assert FAILS_AT_START[code] in str(caught.value)
    assert caught.value.raised
    if "sys.modules" in code:
        return
    assert caught.value.last.brought == "acmelib 1.2"
    backtrace = caught.value.last.backtrace
    assert 'File "acmelib.py", line ' in backtrace
    assert FAILS_AT_START[code] in backtrace, "that is public: nobody has asked it anything yet"
    assert "pluginwatch_kit" not in backtrace
    assert "hunter2" not in backtrace


def test_a_realm_that_blames_a_stranger_is_not_believed(wheels: Path) -> None:
    line = ReportLine(
        name="numpy", branch="release", sha="1", status=2, message="", backtrace="no frame"
    )
    assert reported(line, "/extension", wheels, is_loading=False) == LastWords()
    known = line.model_copy(update={"name": "acmelib"})
    assert reported(known, "/extension", wheels, is_loading=True) == LastWords(
        backtrace="no frame", brought="acmelib 1.2"
    )


def test_of_what_a_realm_writes_only_frames_are_taken(tmp_path: Path) -> None:
    told = 'Fatal Python error: Aborted\n  File "/extension/a.py", line 1 in f\nthe words of ann\n'
    found = dumped(f"{told}\0{told}", "/extension", tmp_path)
    assert found.cause == "Aborted"
    assert set(found.backtrace.splitlines()) == {'  File "a.py", line 1 in f'}


def test_who_writes_on_and_on_is_not_listened_to_for_long() -> None:
    """Letter by letter it kept the worker of its extension for minutes, after its time was over."""
    drip = "import os, time\nwhile True: os.write(1, b'x'); time.sleep(0.001)"
    with subprocess.Popen([sys.executable, "-c", drip], stdout=subprocess.PIPE) as dripping:
        assert dripping.stdout is not None
        heard = dripping.stdout.read(1).decode() + spoken(dripping.stdout.fileno())
        dripping.kill()
    assert 1 < len(heard) < LONGEST / 4
