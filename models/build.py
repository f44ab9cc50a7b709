"""Which build of Pluginwatch this is: its version, and the commit that it was made of."""

import subprocess
import sys
from functools import cache
from pathlib import Path

from models.version import VERSION

_ROOT = Path(__file__).parent.parent
# What puts the files in place without their history writes the commit here, as deploy/Containerfile does.
_WRITTEN = _ROOT / "REVISION"
_SHOWN = 12


@cache
def revision() -> str:
    """The commit, shortened; nothing where it is not known."""
    if _WRITTEN.is_file():
        return _WRITTEN.read_text(encoding="utf-8").strip()[:_SHOWN]
    return _of_git()[:_SHOWN]


def python() -> str:
    """The version of Python that runs it."""
    return ".".join(map(str, sys.version_info[:3]))


def build() -> str:
    """All of it in words."""
    of = f"commit {revision()}, " if revision() else ""
    return f"Pluginwatch {VERSION} ({of}Python {python()})"


def _of_git() -> str:
    """The commit that is checked out, unless the files lie within another repository."""
    ask = ["git", "-C", str(_ROOT), "rev-parse", "--show-toplevel", "HEAD"]
    try:
        answer = subprocess.run(ask, capture_output=True, text=True, timeout=5, check=False)  # noqa: S603 - nothing of it is from outside
    except (OSError, subprocess.TimeoutExpired):
        return ""
    place, _, commit = answer.stdout.strip().partition("\n")
    return commit if answer.returncode == 0 and Path(place) == _ROOT else ""
