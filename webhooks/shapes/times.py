"""Moments, and how long something took."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from webhooks.refusal import Refusal
from webhooks.shapes.objects import Schema

_AS_WRITTEN = "a time with its zone, such as 2026-11-21T03:15:00Z"


@dataclass(frozen=True, slots=True)
class Moment:
    """A moment as ISO 8601 writes it, with its zone."""

    name: str
    about: str = "with its zone"
    required: bool = True

    def read(self, fields: dict[str, Any]) -> datetime:
        """The moment, in UTC.

        Raises:
            Refusal: 400: it is missing, or no such moment.
        """
        try:
            moment = datetime.fromisoformat(fields.get(self.name, ""))
            aware = moment.astimezone(UTC) if moment.tzinfo else None
        except (TypeError, ValueError, OverflowError) as error:
            raise self._refusal() from error
        if aware is None:
            raise self._refusal()
        return aware

    def read_if_sent(self, fields: dict[str, Any]) -> datetime | None:
        """The same; None where there is none.

        Raises:
            Refusal: 400: it is no such moment.
        """
        return None if fields.get(self.name) is None else self.read(fields)

    @property
    def schema(self) -> Schema:
        """A text in this form."""
        kind = "string" if self.required else ["string", "null"]
        return {"type": kind, "format": "date-time", "description": self.about}

    def _refusal(self) -> Refusal:
        return Refusal(400, f"{self.name} must be {_AS_WRITTEN}")


@dataclass(frozen=True, slots=True)
class Milliseconds:
    """How many milliseconds something took, 0 to `most`. Browsers measure fractions, which are rounded."""

    name: str
    most: int
    required: bool = True

    def read(self, fields: dict[str, Any]) -> int:
        """The whole number of them.

        Raises:
            Refusal: 400: it is missing, no number, or beyond these bounds.
        """
        sent = fields.get(self.name)
        number = round(sent) if isinstance(sent, float) else sent
        if type(number) is not int or not 0 <= number <= self.most:
            raise Refusal(400, f"{self.name} must be a number from 0 to {self.most:,}")
        return number

    @property
    def schema(self) -> Schema:
        """A number within these bounds."""
        return {"type": "number", "minimum": 0, "maximum": self.most}
