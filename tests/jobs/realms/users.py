"""Running tests as other users, by a Python that these may read."""

import os
import subprocess
import sys
import sysconfig
from pathlib import Path

ROOT = Path(__file__).parents[3]
# A user whom nobody knows.
ORDINARY = 61_200
_VERSION = "import sys; print(sys.version_info[:2])"


def readable_by_all() -> bool:
    """Whether an ordinary user may run the Python of these tests."""
    return all(each.stat().st_mode & 0o005 == 0o005 for each in _way(Path(sys.executable)))


def _way(path: Path) -> list[Path]:
    whole = path.resolve()
    return [whole, *whole.parents]


def shared_python() -> str | None:
    """A Python of the same version that every user may run; None where there is none."""
    if readable_by_all():
        return str(Path(sys.executable).resolve())
    found = f"/usr/bin/python3.{sys.version_info.minor}"
    return found if Path(found).exists() else None


def run_as(user: int, python: str, folder: Path, *files: str) -> "subprocess.CompletedProcess[str]":
    """These test files, run as this user."""
    path = os.pathsep.join([sysconfig.get_path("purelib"), str(ROOT)])
    environment = {"PYTHONPATH": path, "PATH": os.environ["PATH"], "TMPDIR": str(folder)}
    options = ["-q", "-p", "no:cacheprovider", "-p", "no:xdist", f"--basetemp={folder}/{user}"]
    return subprocess.run(
        [python, "-B", "-m", "pytest", *options, *files],
        cwd=ROOT,
        env=environment,
        user=user,
        group=user,
        extra_groups=[],
        capture_output=True,
        text=True,
        timeout=100,
        check=False,
    )
