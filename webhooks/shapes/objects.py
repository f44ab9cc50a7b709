"""Objects and lists of them."""

from dataclasses import dataclass
from typing import Any, Protocol

from webhooks.refusal import Refusal

Schema = dict[str, Any]


class ObjectPart(Protocol):
    """What an object has under a name."""

    @property
    def name(self) -> str:
        """The key."""

    @property
    def required(self) -> bool:
        """Whether nothing is made of an object without it."""

    @property
    def schema(self) -> Schema:
        """The JSON Schema of what stands there."""


@dataclass(frozen=True, slots=True)
class Object:
    """An object with these parts, and whatever else, which is not looked at.

    Refusals call it by its name.
    """

    name: str
    parts: tuple[ObjectPart, ...]
    required: bool = True

    def of(self, value: Any) -> dict[str, Any]:
        """The value, which is an object.

        Raises:
            Refusal: 400: it is something else.
        """
        if not isinstance(value, dict):
            raise Refusal(400, f"{self.name} must be a JSON object")
        return value

    def read(self, fields: dict[str, Any]) -> dict[str, Any]:
        """The object that stands under its name.

        Raises:
            Refusal: 400: there is none.
        """
        return self.of(fields.get(self.name))

    @property
    def schema(self) -> Schema:
        """An object with these properties."""
        return {
            "type": "object",
            "required": [part.name for part in self.parts if part.required],
            "properties": {part.name: part.schema for part in self.parts},
        }


@dataclass(frozen=True, slots=True)
class Rows:
    """A list of 1 to `most` things, or none if it `may_be_empty`. Refusals call each of them `one`."""

    name: str
    one: str
    row: Schema
    most: int
    required: bool = True
    may_be_empty: bool = False

    def read(self, fields: dict[str, Any]) -> list[Any]:
        """The list, of whose rows nothing is known yet.

        Raises:
            Refusal: 400: it is missing, empty though it may not be, or too long.
        """
        rows = fields.get(self.name)
        if not isinstance(rows, list) or not (rows or self.may_be_empty):
            least = "" if self.may_be_empty else f" of at least one {self.one}"
            raise Refusal(400, f"{self.name} must be a list{least}")
        if len(rows) > self.most:
            raise Refusal(
                400, f"{len(rows)} {self.name} are too many; send at most {self.most} at a time"
            )
        return rows

    @property
    def schema(self) -> Schema:
        """A list of rows."""
        least = {} if self.may_be_empty else {"minItems": 1}
        return {"type": "array", **least, "maxItems": self.most, "items": self.row}
