"""What a batch asks the database about, to be asked again, all at once, once nobody else changes states."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlmodel import Session

from models.database import bound, bulk
from models.recording.guard.statements import ANEW

Answers = Mapping[str, Sequence[Any]]
_Queries = Mapping[str, tuple[str, str]]


@dataclass(slots=True)
class Asking:
    """Questions with the values that they have, and what answers them."""

    _queries: dict[str, tuple[str, str]] = field(default_factory=dict)
    _values: dict[str, Any] = field(default_factory=dict)
    _found: dict[str, Sequence[Any]] = field(default_factory=dict)

    def ask(self, session: Session, queries: _Queries, **values: Any) -> Answers:
        """The answers, as `bulk.fetch` gives them, or those to the same questions that were asked again."""
        if not self._is_answered(queries, values):
            self.note(queries, **values)
            # The hot path.
            fetch = bound.fetch if queries is ANEW else bulk.fetch
            self._found |= fetch(session, queries, **values)
        return self._found

    def note(self, queries: _Queries, **values: Any) -> None:
        """Let these be asked with the others that are asked again; nothing answers them before."""
        self._queries |= queries
        self._values |= values
        for name in queries:
            self._found.pop(name, None)

    def ask_again(self, session: Session) -> None:
        """Ask all that was asked so far, in one statement."""
        self._found = dict(bulk.fetch(session, self._queries, **self._values))

    def _is_answered(self, queries: _Queries, values: Mapping[str, Any]) -> bool:
        is_same = all(self._values.get(name) == value for name, value in values.items())
        return is_same and queries.keys() <= self._found.keys()
