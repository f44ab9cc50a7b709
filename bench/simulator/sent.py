"""What a machine sends, with the truth about it."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any


@dataclass(frozen=True, slots=True)
class TrueLine:
    """What is said of a plugin, and by which cause it fails; -1 where it fails without any, None where it works."""

    plugin: int
    branch: str
    plugin_sha: str
    host_sha: str
    cause: int | None


NO_CAUSE = -1


@dataclass(frozen=True, slots=True)
class SentRequest:
    """A request: what it is, who sends it of which moment, its body, and the truth of its lines."""

    kind: str
    who: str
    at: datetime
    body: dict[str, Any]
    lines: tuple[TrueLine, ...]
    log: str = ""
