"""Headers that a request carries once."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from webhooks.refusal import Refusal


@dataclass(frozen=True, slots=True)
class RequestHeader:
    """A header whose value fits a pattern.

    `wanted` ends its refusal, and `about` is what the interface tells of it.
    """

    name: str
    pattern: re.Pattern[bytes]
    wanted: str
    about: str
    status: int = 400

    def read(self, headers: Iterable[tuple[bytes, bytes]]) -> bytes:
        """The value among these headers, whose names are in lower case as ASGI has them.

        Raises:
            Refusal: with `status`: it is missing, there twice, or does not fit.
        """
        key = self.name.lower().encode()
        sent = [value for name, value in headers if name == key]
        if len(sent) != 1 or not self.pattern.fullmatch(sent[0]):
            raise Refusal(self.status, f"send one header {self.name}{self.wanted}")
        return sent[0]

    @property
    def parameter(self) -> dict[str, Any]:
        """The header as OpenAPI describes it."""
        schema = {"type": "string", "pattern": whole(self.pattern.pattern.decode())}
        return {
            "name": self.name,
            "in": "header",
            "required": True,
            "description": self.about,
            "schema": schema,
        }


def whole(pattern: str) -> str:
    """The pattern as JSON Schema means a whole text, for it looks anywhere within."""
    return f"^(?:{pattern})$"
