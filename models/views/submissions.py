"""What the queries answer of submissions."""

from dataclasses import dataclass
from datetime import datetime

from models.metadata.header import Header


@dataclass(frozen=True, slots=True)
class SubmissionView:
    """A plugin that somebody wants on the master list; `header` is what its plugin.rb says, once it was read."""

    number: int
    place: str
    by: str
    asked_at: datetime
    read_at: datetime | None
    header: Header | None
    tags: tuple[str, ...]
    problem: str
    decided_at: datetime | None
    decided_by: str
    accepted: bool
    reason: str
