"""The browser's own record of a run, without what it holds of secrets."""

import io
import json
import zipfile
from pathlib import Path
from typing import Any

from models.rules.secrecy import MARK, KnownSecrets

# In bytes, as it is kept, and unpacked.
MAX_TRACE = 20 * 1024 * 1024
_MAX_UNPACKED = 400 * 1024 * 1024

_RECORDS = (".trace", ".network", ".stacks")
# The names of headers and cookies by which a session could be taken over.
_SESSIONS = {
    "cookie",
    "set-cookie",
    "authorization",
    "proxy-authorization",
    "x-csrf-token",
    "_t",
    "_forum_session",
}


def without_secrets(path: Path, known: KnownSecrets) -> bytes | None:
    """The trace packed again without known secrets, cookies and authorizations; None if too large."""
    made = io.BytesIO()
    with zipfile.ZipFile(path) as trace, zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as clean:
        if sum(member.file_size for member in trace.infolist()) > _MAX_UNPACKED:
            return None
        for name in trace.namelist():
            content = known.removed_from(trace.read(name))
            clean.writestr(name, _without_sessions(content) if name.endswith(_RECORDS) else content)
    return made.getvalue() if made.tell() <= MAX_TRACE else None


def _without_sessions(lines: bytes) -> bytes:
    return b"\n".join(_line(line) for line in lines.split(b"\n"))


def _line(line: bytes) -> bytes:
    try:
        record = json.loads(line)
    except ValueError:
        return line
    return json.dumps(_cleaned(record), separators=(",", ":")).encode()


def _cleaned(value: Any) -> Any:
    if isinstance(value, list):
        return [_cleaned(each) for each in value]
    if not isinstance(value, dict):
        return value
    if str(value.get("name", "")).lower() in _SESSIONS and "value" in value:
        return {**value, "value": MARK}
    return {name: _cleaned(each) for name, each in value.items()}
