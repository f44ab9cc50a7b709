"""How batches of events go to a process that records them, and what became of them comes back."""

import pickle
from collections.abc import Callable, Sequence
from dataclasses import fields
from functools import partial
from operator import attrgetter
from typing import IO, Any

from models.events import Event, GuardReport, Observation, Outcome, Reporter
from webhooks.recording.batches import Written

# What goes wrong when nobody is at the other end any more.
HungUp = (EOFError, OSError, pickle.UnpicklingError)
# Pickle asks a dataclass with slots for each field in Python, which takes four times as long as all of them at once.
_OFTEN = (GuardReport, Observation, Outcome, Reporter)


def send_batch(writer: IO[bytes], events: Sequence[Event], until: float) -> None:
    """Send a batch to be recorded; who sent the last one waits `until` then."""
    _send(writer, (events, until))


def read_batch(reader: IO[bytes]) -> tuple[Sequence[Event], float]:
    """The next batch, and until when somebody waits."""
    events, until = pickle.load(reader)  # noqa: S301 - written by our own web process
    return events, until


def send_written(writer: IO[bytes], written: Written | None) -> None:
    """Send what became of a batch; nothing, if others would have to be waited for."""
    _send(writer, written and tuple(written))


def read_written(reader: IO[bytes]) -> Written | None:
    """What became of the batch."""
    written = pickle.load(reader)  # noqa: S301 - written by our own process
    return written and Written(*written)


def _send(writer: IO[bytes], value: object) -> None:
    pickler = pickle.Pickler(writer)
    pickler.dispatch_table = _REDUCED
    pickler.dump(value)
    writer.flush()


def _reduced(kind: type, values: Callable[[Any], Any], value: Any) -> tuple[type, Any]:
    """How it is made anew: the class, and what that is called with."""
    return kind, values(value)


_REDUCED: dict[type, Callable[[Any], Any]] = {
    kind: partial(_reduced, kind, attrgetter(*(field.name for field in fields(kind))))
    for kind in _OFTEN
}
