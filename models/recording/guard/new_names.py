"""How many branches and commits of which nobody spoke before the keys of a batch may still name."""

from collections.abc import Collection
from dataclasses import dataclass, field

from models.events import GuardReport

REFUSED = (
    "is not recorded: its key named more new branches and commits than are taken; "
    "send it again in an hour, and revoke the key if it was stolen"
)


@dataclass(slots=True)
class NewNames:
    """What each key has left, and what was named in the batch meanwhile."""

    _left: dict[int, int] = field(default_factory=dict)
    _named: set[object] = field(default_factory=set)

    def left(self, report: GuardReport) -> int:
        """How many the report's key may still name."""
        return self._left.setdefault(report.reporter.key_id, report.most_new)

    def take(self, report: GuardReport, new: Collection[object]) -> bool:
        """Whether the report may name these; they count then, each once."""
        named = set(new) - self._named
        left = self.left(report) - len(named)
        if left < 0:
            return False
        self._left[report.reporter.key_id] = left
        self._named |= named
        return True
