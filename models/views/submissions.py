"""What the queries answer of submissions."""

from dataclasses import dataclass
from datetime import datetime

from models.metadata.header import Header


@dataclass(frozen=True, slots=True)
class SubmissionView:
    """A plugin that somebody wants on the master list; `header` is what its plugin.rb says, once it was read.

    It is in the folder `path` of the repository, where that is not empty.
    """

    number: int
    repository: str
    path: str
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

    @property
    def place(self) -> str:
        """The repository, with the folder behind it."""
        return f"{self.repository}/{self.path}" if self.path else self.repository
