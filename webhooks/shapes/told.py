"""What is kept as far as it goes, whatever is sent: no line is refused for it.

All of it is redacted.
"""

import json
from dataclasses import dataclass
from typing import Any

from models.rules.console import uncoloured
from models.rules.excerpt import beginning_without_secrets, without_secrets
from models.rules.redact import redact
from models.rules.secrecy import MARK
from webhooks.shapes.objects import Schema

# What is no secret but by the name before it.
_PROBE = "0a1b2c"
_DEEPEST = 20


@dataclass(frozen=True, slots=True)
class Prose:
    """A message or a backtrace (Ruby's is a list of lines).

    Of what is longer than `limit` both ends are kept.
    """

    name: str
    limit: int
    required: bool = False

    def read(self, fields: dict[str, Any]) -> str | None:
        """What is said, redacted and cut before anything else sees it; None where nothing is."""
        value = fields.get(self.name)
        if value is None:  # nearly every line, so that nothing is done for it
            return None
        lines = value if isinstance(value, list) else [value]
        said = "\n".join(_said(line) for line in lines if line is not None)
        return without_secrets(uncoloured(said), self.limit) or None

    @property
    def schema(self) -> Schema:
        """A text or its lines."""
        about = f"A text or a list of its lines; of what is longer than {self.limit:,} characters both ends are kept"
        return {
            "type": ["string", "array", "null"],
            "items": {"type": ["string", "null"]},
            "description": about,
        }


def _said(value: Any) -> str:
    """A text, or whatever stands in its place as it was written: what a plugin fails with is worth keeping."""
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


@dataclass(frozen=True, slots=True)
class Clipped:
    """A text of which the first `limit` characters are kept."""

    name: str
    limit: int
    required: bool = False

    def read(self, fields: dict[str, Any]) -> str | None:
        """The beginning of the text; None where there is none."""
        value = fields.get(self.name)
        return beginning_without_secrets(value, self.limit) if isinstance(value, str) else None

    @property
    def schema(self) -> Schema:
        """A text."""
        return {
            "type": ["string", "null"],
            "description": f"The first {self.limit:,} characters are kept",
        }


@dataclass(frozen=True, slots=True)
class Entries:
    """An object of anything, of which the first entries are kept, as many as take `limit` characters at the most."""

    name: str
    limit: int
    required: bool = False

    def read(self, fields: dict[str, Any]) -> dict[str, Any]:
        """The first entries; none of them where there is no object."""
        value = fields.get(self.name)
        if not isinstance(value, dict):
            return {}
        kept: dict[str, Any] = {}
        for key, item in value.items():
            entry = {key: item}
            # What is far too long is not searched for secrets.
            if len(json.dumps(entry)) > self.limit:
                break
            kept |= _of_object(entry, 0)
            if len(json.dumps(kept)) > self.limit:
                kept.popitem()
                break
        return kept

    @property
    def schema(self) -> Schema:
        """An object of anything."""
        return {
            "type": ["object", "null"],
            "description": f"The first {self.limit:,} characters are kept",
        }


def _of_object(said: dict[str, Any], depth: int) -> dict[str, Any]:
    return {redact(key): _without_secrets(key, value, depth) for key, value in said.items()}


def _without_secrets(name: str, value: Any, depth: int) -> Any:
    """The value without secrets: values whose names say that they are secret, and what looks like a secret itself."""
    if depth > _DEEPEST:
        return redact(json.dumps(value))
    if isinstance(value, dict):
        return _of_object(value, depth + 1)
    if isinstance(value, list):
        return [_without_secrets(name, each, depth + 1) for each in value]
    if value is None or isinstance(value, bool):
        return value
    if _PROBE not in redact(json.dumps({name: _PROBE})):
        return MARK
    return redact(value) if isinstance(value, str) else value
