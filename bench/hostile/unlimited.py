"""The web process without its limits a minute, so that what lies behind them is tried too.

`python -m bench.hostile.unlimited` reads the settings of `python -m webhooks`.
"""

from webhooks.__main__ import main
from webhooks.access.throttle import LastMinute


def _never(_counts: LastMinute, _name: str) -> float:
    return 0.0


if __name__ == "__main__":
    LastMinute.count = _never  # type: ignore[assignment,method-assign]  # it is no setting
    main()
