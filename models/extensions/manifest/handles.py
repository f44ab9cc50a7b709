"""Which publisher each handle is allocated to, and by which key one signs. Pure."""

import contextlib
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

from models.extensions.manifest.words import HANDLE


@dataclass(frozen=True, slots=True)
class Handles:
    """The list of allocated handles: `publishers` by handle, and minisign's public `keys` by publisher."""

    publishers: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    keys: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))

    def with_more(self, more: "Handles") -> "Handles":
        """These with more of them; a handle or a key that stands here already stays as it is."""
        return Handles(
            MappingProxyType({**more.publishers, **self.publishers}),
            MappingProxyType({**more.keys, **self.keys}),
        )

    def trouble(self, handle: str, publisher: str) -> str:
        """Why this publisher may not use the handle; empty where it may."""
        held_by = self.publishers.get(handle)
        if held_by is None:
            return f"handle {handle!r} is not allocated; a line in handles.toml allocates it"
        if held_by != publisher:
            return f"handle {handle!r} is {held_by}'s, not {publisher}'s"
        return ""


def read_handles(text: str) -> Handles:
    """Read `handles.toml`: `[handles]` with a publisher for each handle, and `[keys]` with a key for each publisher.

    Raises:
        ValueError: it is no such file; the words say what is wrong.
    """
    try:
        raw = tomllib.loads(text)
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        raise ValueError(f"handles.toml is no TOML: {error}") from error
    unknown = raw.keys() - {"handles", "keys"}
    if unknown:
        raise ValueError(
            f"handles.toml has only [handles] and [keys], and not {', '.join(unknown)}"
        )
    publishers, keys = _texts(raw, "handles"), _texts(raw, "keys")
    wrong = sorted(handle for handle in publishers if HANDLE.fullmatch(handle) is None)
    if wrong:
        raise ValueError(f"a handle is 3 to 32 letters from a to z, not {', '.join(wrong)}")
    return Handles(MappingProxyType(publishers), MappingProxyType(keys))


def _texts(raw: dict[str, Any], name: str) -> dict[str, str]:
    table = raw.get(name, {})
    if not isinstance(table, dict) or not all(isinstance(value, str) for value in table.values()):
        raise ValueError(f'[{name}] in handles.toml has lines such as acmejira = "ACME"')
    return table


def as_if_allocated(text: str) -> Handles:
    """A list in which the handle of this manifest is its publisher's: to be tried or packed, it need not be yet."""
    with contextlib.suppress(ValueError, RecursionError):
        raw = tomllib.loads(text)
        return Handles(MappingProxyType({str(raw.get("handle")): str(raw.get("publisher"))}))
    return Handles()
