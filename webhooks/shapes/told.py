"""What is kept as far as it goes, whatever is sent: no line is refused for it.

All of it is redacted.
"""

import json
from dataclasses import dataclass
from typing import Any

from models.rules.console import uncoloured
from models.rules.excerpt import beginning_without_secrets, without_secrets
from models.rules.redact import redact
from webhooks.shapes.objects import Schema


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
        entries: list[str] = []
        room = self.limit
        for key, item in value.items():
            text = json.dumps({key: item})[1:-1]
            room -= len(text) + 1
            if room < 0:
                break
            entries.append(text)
        return self._redacted("{" + ",".join(entries) + "}")

    def _redacted(self, text: str) -> dict[str, Any]:
        """The object of this JSON without its secrets; nothing of it where a secret was more than a text."""
        try:
            kept = json.loads(redact(text))
        except json.JSONDecodeError:
            return {}
        return kept if len(json.dumps(kept)) <= self.limit else {}

    @property
    def schema(self) -> Schema:
        """An object of anything."""
        return {
            "type": ["object", "null"],
            "description": f"The first {self.limit:,} characters are kept",
        }
