"""What a machine sends, with the truth about it."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

NO_CAUSE = -1


@dataclass(frozen=True, slots=True)
class TrueLine:
    """What is said of a plugin, and by which cause it fails: NO_CAUSE where it is bad luck, None where it works.

    `is_said` is not where bad luck met it at the same time, and has the words.
    """

    plugin: int
    branch: str
    plugin_sha: str
    host_sha: str
    cause: int | None
    is_said: bool = True


@dataclass(frozen=True, slots=True)
class SentRequest:
    """A request: its kind, who sends it, the moment that it tells of, its body, and the truth of its lines."""

    kind: str
    who: str
    at: datetime
    body: dict[str, Any]
    lines: tuple[TrueLine, ...]
    log: str = ""
