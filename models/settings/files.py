"""The files that settings stand in, looked at line by line: what would do nothing, and who may
read it.
"""

import logging
import re
import stat
from collections.abc import Iterator, Mapping
from pathlib import Path

from dotenv.parser import Binding, parse_stream

from models.settings.realms import OPTION_PREFIX
from models.settings.spelling import meant

_LIKE_A_NAME = re.compile(r"[A-Z][A-Z0-9_]{1,60}")

_WITHOUT_PASSWORD = re.compile(r"[a-z+0-9]+://[^@\s]*")


def troubles(file: Path, settings: Mapping[str, bool]) -> Iterator[str]:
    """What is wrong with the file, in words that show no value; `settings` are their names, and
    which are secret.
    """
    if not file.is_file():
        return
    # The library warns of lines by their numbers, without the file's name; here both are named.
    logging.getLogger("dotenv.main").setLevel(logging.ERROR)
    try:
        with file.open(encoding="utf-8") as stream:
            lines = list(parse_stream(stream))
    except UnicodeDecodeError:
        yield f"{file} is not UTF-8 text"
        return
    except OSError:
        yield f"{file} cannot be read by the user who starts this"
        return
    found = (trouble for line in lines if (trouble := _trouble(line, settings)))
    yield from (f"{file}, {trouble}" for trouble in found)
    secret = next(
        (line.key.upper() for line in lines if line.key and _is_secret(line, settings)),
        None,
    )
    if secret and (who := open_to_all(file)):
        yield f"{file} holds {secret} and {who}: chmod 600 {file}"


def open_to_all(file: Path) -> str:
    """How everybody on this machine may use the file, in words; blank if they may not."""
    mode = file.stat().st_mode
    if mode & stat.S_IROTH:
        return "everybody on this machine may read it"
    return "everybody on this machine may change it" if mode & stat.S_IWOTH else ""


def _is_secret(line: Binding, settings: Mapping[str, bool]) -> bool:
    name = str(line.key).upper()
    may_be = settings.get(name, False) or name.startswith(OPTION_PREFIX)
    return may_be and bool(line.value) and not _WITHOUT_PASSWORD.fullmatch(str(line.value))


def _trouble(line: Binding, settings: Mapping[str, bool]) -> str:
    before = line.original.string[: -len(line.original.string.lstrip()) or None]
    number, name = line.original.line + before.count("\n"), line.key
    if line.error or (name is not None and line.value is None):
        return f"line {number}: this is not NAME=value"
    if name is None or name.upper() in settings or name.upper().startswith(OPTION_PREFIX):
        return ""
    if setting := meant(name, settings):
        return f"line {number}: {name} is no setting; {setting} was probably meant"
    # A piece of a value that broke over several lines may look like a line of its own: it is not shown.
    return f"line {number}: {name if _LIKE_A_NAME.fullmatch(name) else 'this'} is no setting of Pluginwatch"
