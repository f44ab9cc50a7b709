"""A line of the clock's table."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from models.database.engine import Database
from models.rules.slots import Rhythm
from models.settings import Settings


@dataclass(frozen=True, slots=True)
class Entry:
    """A job: its name, when it is due (in UTC or a named zone), what it calls, and the longest that it may take."""

    name: str
    trigger: Rhythm
    call: Callable[[], None]
    limit: timedelta


# Each process builds its own table, so that no secret is sent from one process to another.
Table = Callable[[Database, Settings], tuple[Entry, ...]]
