"""Plugins as they are installed, and hosts that load them through the Guard."""

import os
import shutil
import signal
import subprocess
import sys
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from tests.waiting import LONG, until

# Which Python the hosts run on; the Guard is for 3.9 and newer.
PYTHON = os.environ.get("GUARD_PYTHON", sys.executable)
KIT = Path(__file__).parents[2] / "kit"

# What a plugin does at start-up, by a name that says it.
DEEDS = {
    "good": "",
    "raises": "raise RuntimeError('no password=hunter2 here')",
    "exits": "import sys; sys.exit(3)",
    "ends": "import os; os._exit(0)",
    "crashes": "import ctypes; ctypes.string_at(0)",
    "forks": "import os\nfor _ in range(3): os.fork()",
    "hangs": "import time; time.sleep(60)",
}
# What ends the host's process; `exits` it survives.
FATAL = ("ends", "crashes", "hangs")
# A shell lets what runs in its background ignore SIGINT, and so would the hosts.
HOST = """\
import signal
import sys
signal.signal(signal.SIGINT, signal.default_int_handler)
from pluginwatch_kit.guard import Guard
guard = Guard("sample", sys.argv[1], "sample.plugins", patience=float(sys.argv[2]))
print(" ".join(["loaded", *sorted(name for name, plugin in guard.load()), "and up"]), flush=True)
"""


@dataclass
class Workplace:
    """A folder with plugins, and one where the Guard keeps what it knows."""

    folder: Path
    patience: float = 5
    settings: dict[str, str] = field(default_factory=dict)
    code: str = HOST

    def install(
        self,
        name: str,
        version: str = "1.0",
        deed: str = "good",
        more: str = "",
        group: str = "sample.plugins",
        entry: str = "",
    ) -> None:
        """A plugin of this name, which does this at start-up. It takes the place of another version."""
        module = name.replace("-", "_")
        site = self.folder / "site"
        for old in site.glob(f"{module}-*.dist-info"):
            shutil.rmtree(old)
        info = site / f"{module}-{version}.dist-info"
        info.mkdir(parents=True)
        code = f"{DEEDS[deed]}\n{more}\nWHO = {name!r}\n"
        (site / f"{module}.py").write_text(code)
        (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n")
        (info / "entry_points.txt").write_text(f"[{group}]\n{name}-entry = {module}{entry}\n")
        (info / "RECORD").write_text(f"{module}.py,,\n{info.name}/METADATA,,\n")

    @property
    def environment(self) -> dict[str, str]:
        """What a host of this place has in its environment."""
        path = f"{KIT}{os.pathsep}{self.folder / 'site'}"
        own = {"PYTHONPATH": path, "PLUGINWATCH_GUARD_FOLDER": str(self.folder / "state")}
        own |= {"PYTHONDONTWRITEBYTECODE": "1", "TMPDIR": str(self.folder)}
        return {**os.environ, **own, **self.settings}

    def begin(self, host: str = "1.0", code: str = "") -> "subprocess.Popen[str]":
        """Start a host of this version."""
        return subprocess.Popen(
            [PYTHON, "-c", code or self.code, host, str(self.patience)],
            env=self.environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )

    def start(self, host: str = "1.0", code: str = "") -> str:
        """Start a host, and wait until it ends; what it said."""
        with self.begin(host, code) as running:
            try:
                return running.communicate(timeout=LONG)[0]
            finally:
                running.kill()

    def start_and_kill(self, told: str, by: signal.Signals = signal.SIGKILL) -> str:
        """Start a host, and end it as soon as the marker of what it loads holds this; what it said."""
        host = self.begin()
        markers = self.folder / "state" / "sample" / "loading"
        until(lambda: any(told in _text(path) for path in markers.glob("*.marker")))
        host.send_signal(by)
        said: str = host.communicate(timeout=LONG)[0]
        assert host.returncode == -by
        return said

    def ask(self, *words: str) -> str:
        """What the Guard's command line says."""
        command = [PYTHON, "-m", "pluginwatch_kit.guard", *words]
        done = subprocess.run(
            command, env=self.environment, capture_output=True, text=True, check=False, timeout=LONG
        )
        return done.stdout + done.stderr


def _text(path: Path) -> str:
    """What the file holds; nothing, when it is gone meanwhile."""
    with suppress(FileNotFoundError):
        return path.read_text()
    return ""
