"""What was learned and saves a request; forgetting it loses nothing."""

from typing import Generic, TypeVar

Value = TypeVar("Value")

_MOST = 1_000


class Recall(Generic[Value]):
    """The newest thousand values by their keys."""

    def __init__(self) -> None:
        self._kept: dict[str, Value] = {}

    def get(self, key: str) -> Value | None:
        """What was put under the key, unless it was forgotten."""
        return self._kept.get(key)

    def put(self, key: str, value: Value) -> None:
        """Keep the value, and forget the oldest if there are too many."""
        self._kept.pop(key, None)
        self._kept[key] = value
        if len(self._kept) > _MOST:
            del self._kept[next(iter(self._kept))]

    def forget(self, key: str) -> None:
        """Keep nothing under the key."""
        self._kept.pop(key, None)
