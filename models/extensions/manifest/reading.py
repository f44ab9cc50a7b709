"""From the text of `extension.toml` to a Manifest, or to everything that is wrong with it. Pure."""

from collections.abc import Iterator
from typing import Any

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from models.extensions.manifest.contributions import NOUNS
from models.extensions.manifest.handles import Handles
from models.extensions.manifest.manifest import Manifest
from models.extensions.manifest.references import wrong_references
from models.rules.bounded_toml import parsed
from models.rules.inert import inert
from models.rules.places import PLATFORMS

# The newest interface for extensions that this Pluginwatch knows.
API = 1
_LONGEST = 256 << 10
_MOST_WORDS = 300


class ManifestError(ValueError):
    """A manifest makes no sense; `problems` has every reason, each with what would be right."""

    def __init__(self, problems: tuple[str, ...]) -> None:
        super().__init__("; ".join(problems))
        self.problems = problems


def read(text: str, handles: Handles, commands: frozenset[str]) -> Manifest:
    """Read a manifest of a package. `commands` are the core's, which no handle may be.

    Raises:
        ManifestError: something is wrong; all of it is named.
    """
    raw = _parsed(text)
    return _read(raw, list(_wrong_handle(raw, handles, commands)))


def reread(text: str) -> Manifest:
    """Read the manifest of what is installed, which had its handle allocated then.

    Raises:
        ManifestError: this version of Pluginwatch does not understand it.
    """
    return _read(_parsed(text), [])


def _read(raw: dict[str, Any], problems: list[str]) -> Manifest:
    _refuse_newer(raw.get("api"))
    manifest: Manifest | None = None
    try:
        manifest = Manifest.model_validate(raw)
    except ValidationError as error:
        problems += [_words(found) for found in error.errors(include_url=False)]
    problems += wrong_references(raw)
    if problems or manifest is None:
        raise ManifestError(tuple(inert(problem)[:_MOST_WORDS] for problem in problems))
    return manifest


def _parsed(text: str) -> dict[str, Any]:
    try:
        return parsed("extension.toml", text, _LONGEST)
    except ValueError as error:
        raise ManifestError((inert(str(error)),)) from error


def _refuse_newer(api: object) -> None:
    """What was written for a newer interface may well say more than we know, so nothing else is said of it."""
    if isinstance(api, int) and api > API:
        words = f"api: is {api}; this Pluginwatch knows {API}, so it needs a newer Pluginwatch"
        raise ManifestError((words,))


def _wrong_handle(raw: dict[str, Any], handles: Handles, commands: frozenset[str]) -> Iterator[str]:
    handle = raw.get("handle")
    publisher = raw.get("publisher")
    if not isinstance(handle, str):
        return
    if handle in commands or handle in NOUNS or handle in PLATFORMS:
        yield f"handle: {handle!r} is a word of Pluginwatch's own"
    elif isinstance(publisher, str) and (trouble := handles.trouble(handle, publisher)):
        yield f"handle: {trouble}"


def _words(found: ErrorDetails) -> str:
    location = found["loc"]
    where = _where(location)
    match found["type"]:
        case "missing":
            return f"{where}: is missing"
        case "extra_forbidden":
            return f"{where}: is not known here; known are {', '.join(_known(location[:-1]))}"
        case "value_error":
            return f"{where}: {found['ctx']['error']}"
        case _:
            said = (
                found["msg"]
                .replace("Input should", "it should")
                .replace("String should", "it should")
            )
            return f"{where}: {said[:1].lower()}{said[1:]}"


def _where(location: tuple[int | str, ...]) -> str:
    """`may.fetch`, or `action 2.name` for one of a list; lists are counted from 1, as people do."""
    words = ""
    for step in location:
        if isinstance(step, int):
            words += f" {step + 1}"
        elif step != "[key]":
            words += f".{step}" if words else step
    return words


def _known(location: tuple[int | str, ...]) -> list[str]:
    """The fields of the part at this place."""
    part: Any = Manifest
    for step in location:
        if isinstance(step, str) and _is_part(part) and step in part.model_fields:
            part = part.model_fields[step].annotation
        while not _is_part(part) and getattr(part, "__args__", None):
            inner = [each for each in part.__args__ if each not in {type(None), ...}]
            part = inner[-1] if inner else None
    return (
        [field.alias or name for name, field in part.model_fields.items()] if _is_part(part) else []
    )


def _is_part(thing: Any) -> bool:
    return isinstance(thing, type) and issubclass(thing, BaseModel)
