"""Values kept in memory because each may save a request to Discord. Forgetting one does no harm."""

from typing import Generic, TypeVar

Value = TypeVar("Value")

_MOST = 1_000


class Recall(Generic[Value]):
    """The thousand values that were put last, each under its key."""

    def __init__(self) -> None:
        self._kept: dict[str, Value] = {}

    def get(self, key: str) -> Value | None:
        """What was put under the key, unless it was forgotten."""
        return self._kept.get(key)

    def put(self, key: str, value: Value) -> None:
        """Keep the value, and forget the oldest one if there are too many."""
        self._kept.pop(key, None)  # a value that is put again moves to the end, as the newest
        self._kept[key] = value
        if len(self._kept) > _MOST:
            oldest = next(iter(self._kept))
            del self._kept[oldest]

    def forget(self, key: str) -> None:
        """Keep nothing under the key."""
        self._kept.pop(key, None)
