"""What a batch found to have changed, handed to `settle`."""

from dataclasses import dataclass
from typing import NamedTuple

from models.rules.blame import Pair
from models.rules.status import Source, Verdict


class Key(NamedTuple):
    """What a status and an incident are about."""

    plugin_id: int
    plugin_branch: str
    host_branch: str


@dataclass(frozen=True, slots=True)
class Change:
    """A source's verdict changed, or stayed bad at newer commits, or came back from silence.

    `last_good` is the last pair that worked before; the rest describes the failure, if it is one.
    """

    key: Key
    source: Source
    verdict: Verdict
    pair: Pair
    last_good: Pair | None
    fingerprint: str = ""
    message: str | None = None
    backtrace: str | None = None
    site_domain: str | None = None


@dataclass(frozen=True, slots=True)
class FieldChange:
    """A client site says something new of a plugin."""

    change: Change
