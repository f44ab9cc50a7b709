"""The extensions that come with Pluginwatch: folders as their authors work in them, installed only where wanted."""

import json
import re
from pathlib import Path

from models.extensions.contents import MANIFEST
from models.extensions.manifest.words import HANDLE
from models.extensions.refusal import PackageError

BUNDLED = Path(__file__).parents[2] / "bundled"
SAMPLE = "helloworld"
_TITLE = "Hello world"
_WORDS = (".toml", ".md", ".py", ".po")
_PUBLISHER = re.compile(r'^publisher = ".*"$', re.MULTILINE)
_VERSION = re.compile(r'^version = ".*"$', re.MULTILINE)


def bundled() -> list[Path]:
    """The folder of each, by name."""
    return sorted(path.parent for path in BUNDLED.glob(f"*/{MANIFEST}"))


def copy_sample(handle: str, publisher: str, target: Path) -> None:
    """Begin an extension of one's own: a copy of the sample under another handle.

    Raises:
        PackageError: the handle is none, or the folder is there already.
        OSError: the disk does not take it.
    """
    if HANDLE.fullmatch(handle) is None:
        raise PackageError([f"handle: is {handle!r}; it must be 3 to 32 letters from a to z"])
    if target.exists():
        raise PackageError([f"{target} is there already"])
    sample = BUNDLED / SAMPLE
    for path in sorted(sample.rglob("*")):
        if path.suffix not in _WORDS and path.name != "LICENSE":
            continue
        name = path.relative_to(sample).as_posix().replace(SAMPLE, handle)
        (target / name).parent.mkdir(parents=True, exist_ok=True)
        text = path.read_text(encoding="utf-8")
        (target / name).write_text(_renamed(text, handle, publisher), encoding="utf-8")


def _renamed(text: str, handle: str, publisher: str) -> str:
    words = text.replace(SAMPLE, handle).replace(_TITLE, handle.capitalize())
    # Its settings in the environment are named after it, in capitals.
    words = words.replace(SAMPLE.upper(), handle.upper())
    whole = _PUBLISHER.sub(
        lambda _: f"publisher = {json.dumps(publisher, ensure_ascii=False)}", words
    )
    return _VERSION.sub('version = "0.1.0"', whole)
