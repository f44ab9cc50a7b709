"""Spares tests what libraries find out again for each database and each row.

Compiling each statement for each database took a quarter of the tests' time.
"""

from functools import cache
from typing import Any

from pydantic._internal import _fields
from sqlalchemy import Connection, Engine, event
from sqlalchemy.engine.default import DefaultDialect
from sqlalchemy.util import LRUCache

_MOST = 5_000


def share_compiled() -> None:
    """From now on an engine takes what another one of the same driver compiled.

    What is compiled is kept by dialect, and each engine has one of its own. Here all of a driver
    speak to the same server, so they count as one.
    """
    compiled: dict[str, LRUCache[Any, Any]] = {}

    @event.listens_for(Engine, "engine_connect")
    def share(connection: Connection) -> None:
        cache = compiled.setdefault(connection.dialect.driver, LRUCache(_MOST))
        connection.execution_options(compiled_cache=cache)

    DefaultDialect.__eq__ = lambda self, other: type(self) is type(other)
    DefaultDialect.__hash__ = lambda self: hash(type(self))


def know_factories() -> None:
    """From now on a column's default is looked at once, not for each row: that took 3 % of the tests' time."""
    _fields.takes_validated_data_argument = cache(_fields.takes_validated_data_argument)
