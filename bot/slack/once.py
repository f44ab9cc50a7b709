"""What Slack has sent already: it sends again what was not acknowledged in time."""

from collections import OrderedDict

_MOST = 10_000


class Once:
    """Knows the last keys that it was asked about."""

    def __init__(self) -> None:
        self._keys: OrderedDict[str, None] = OrderedDict()

    def is_first(self, key: str) -> bool:
        """Whether the key is new. From now on it is not."""
        if key in self._keys:
            return False
        self._keys[key] = None
        if len(self._keys) > _MOST:
            self._keys.popitem(last=False)
        return True
