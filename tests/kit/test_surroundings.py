"""Plugins that replace what the host works with, stop it, or take away what the Guard knows."""

import signal

from tests.kit.hosts import Workplace
from tests.waiting import LONG

# What a plugin replaces before it fails. Its host goes on with what it had.
REPLACED = {
    "imports": "import builtins\ndef no(*a, **k): raise RuntimeError\nbuiltins.__import__ = no",
    "finders": "import sys\nsys.meta_path.clear(); sys.path.clear(); sys.path_hooks.clear()",
    "files": "import builtins, io, os\ndef no(*a, **k): raise RuntimeError\n"
    "builtins.open = io.open = os.open = os.write = os.fsync = os.getpid = no",
    "json": "import json\njson.dumps = json.loads = lambda *a, **k: 1 / 0",
    "clock": "import time\ntime.time = time.monotonic = time.time_ns = lambda: 1 / 0",
    "sockets": "import socket\nsocket.socket = socket.gethostname = lambda *a: 1 / 0",
    "logs": "import logging, sys\nclass Exits(logging.Handler):\n  def emit(self, record): sys.exit(3)\n"
    "logging.getLogger().addHandler(Exits())",
    "output": "import sys\nclass Exits:\n  def write(self, text): raise SystemExit(2)\n  flush = write\n"
    "sys.stderr = sys.stdout = Exits()",
    "modules": "import sys\nsys.modules.clear()",
    "signals": "import signal\nsignal.signal(15, signal.SIG_IGN); signal.setitimer(signal.ITIMER_REAL, .5)",
    "environment": "import os\nos.environ.clear()",
    "traces": "import sys\ndef no(*a): raise RuntimeError\nsys.settrace(no); sys.setprofile(no)",
    "depth": "import sys\nsys.setrecursionlimit(60)",
    "threads": "import threading, time\ndef run():\n  while True: time.sleep(.01)\n"
    "threading.Thread(target=run).start()",
    "ctrl-c": "raise KeyboardInterrupt",
    "words": "class Silent(Exception):\n  def __str__(self): raise SystemExit(5)\n  __repr__ = __str__\n"
    "raise Silent",
}
LIVES_ON = """
import json, os, signal
assert signal.getsignal(signal.SIGTERM) is signal.SIG_DFL
assert "HOME" in os.environ and json.loads(json.dumps([1])) == [1]
import wave
print("lives on", flush=True)
signal.pause() if signal.getitimer(signal.ITIMER_REAL)[0] else None
"""


def test_what_plugins_that_fail_replaced_is_put_back(place: Workplace) -> None:
    place.install("a-good")
    for name, deed in REPLACED.items():
        place.install(f"that-replaces-{name}", more=f"{deed}\nraise RuntimeError('after that')")
    place.install("z-good")
    host = place.begin(code=place.code + LIVES_ON)
    said = host.communicate(timeout=LONG)[0]
    assert "loaded a-good-entry z-good-entry and up" in said
    assert "lives on" in said
    assert host.returncode == 0, "no thread of theirs is left"
    listed = place.ask("list")
    assert listed.count("quarantined that-replaces-") == len(REPLACED)
    assert listed.count("well ") == 2


def test_one_that_takes_a_module_that_all_need_is_quarantined(place: Workplace) -> None:
    place.install("bad", more="import sys\nsys.modules.pop('os')")
    place.install("z-good")
    assert "loaded z-good-entry and up" in place.start()
    assert "this plugin took os out of sys.modules" in place.ask("list")


def test_what_a_plugin_that_is_well_replaced_ends_no_host(place: Workplace) -> None:
    place.install("bad", more=REPLACED["json"])
    assert "loaded bad-entry and up" in place.start()


def test_one_that_takes_away_the_folder_and_crashes_is_known_nevertheless(
    place: Workplace,
) -> None:
    place.install("a-bad", deed="raises")
    place.start()
    deed = "import os, shutil\nshutil.rmtree(os.environ['PLUGINWATCH_GUARD_FOLDER'])\nos._exit(1)"
    place.install("bad", more=deed)
    place.start()
    assert "loaded and up" in place.start()
    assert "quarantined bad 1.0" in place.ask("list")


def test_what_was_known_outlives_a_plugin_that_takes_away_the_folder(place: Workplace) -> None:
    place.install("bad", deed="raises")
    place.start()
    deed = "import os, shutil\nshutil.rmtree(os.environ['PLUGINWATCH_GUARD_FOLDER'])"
    place.install("other", more=deed)
    assert "loaded other-entry and up" in place.start()
    assert "quarantined bad 1.0" in place.ask("list")


def test_a_stop_blames_whom_no_start_gets_past(place: Workplace) -> None:
    place.install(
        "bad", more="import os, signal, time\nos.kill(os.getpid(), signal.SIGTERM)\ntime.sleep(9)"
    )
    place.install("z-good")
    for _ in range(3):
        assert "and up" not in place.start()
    assert "loaded z-good-entry and up" in place.start()
    assert "was stopped, again and again" in place.ask("list")


def test_stops_count_from_the_last_start_that_came_to_its_end(place: Workplace) -> None:
    for _ in range(2):
        place.install("slow", deed="hangs")
        for _ in range(2):
            place.start_and_kill("slow", by=signal.SIGTERM)
        place.install("slow")
        assert "loaded slow-entry and up" in place.start()
