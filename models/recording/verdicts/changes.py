"""What a batch found to have changed, handed to `settle`."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from typing import NamedTuple

from models.rules.blame import Pair
from models.rules.doubt import Doubt
from models.rules.sources import JudgingSource
from models.rules.status import Verdict


class Key(NamedTuple):
    """What a status and an incident are about."""

    plugin_id: int
    plugin_branch: str
    host_branch: str


class Failure(NamedTuple):
    """How it fails, who says so, and in which run: the id of a canary run, or the path of a CI run on GitHub."""

    fingerprint: str
    message: str | None = None
    backtrace: str | None = None
    said_by: str | None = None
    reference: str | None = None


@dataclass(frozen=True, slots=True)
class Change:
    """A source's verdict changed, or stayed bad at newer commits, or came back from silence.

    `last_good` is the last pair that worked before; `failure` is there when the verdict is a broken one, and `doubt`
    where it may be bad luck.
    """

    key: Key
    source: JudgingSource
    verdict: Verdict
    pair: Pair
    last_good: Pair | None
    failure: Failure | None = None
    doubt: Doubt | None = None


@dataclass(frozen=True, slots=True)
class FieldChange:
    """A client site says something new of a plugin, which failed there `before`, on the same branches, with this
    fingerprint.
    """

    change: Change
    before: str | None = None


@dataclass(frozen=True, slots=True)
class DetachedWord:
    """A site works with a commit of a plugin that it checked out by itself, as a pin makes it do."""

    plugin_id: int
    host_branch: str
    pair: Pair


# What a batch of reports finds, in the order in which it arrived.
Found = Change | FieldChange | DetachedWord


class SurroundingErrors(NamedTuple):
    """What a server's report tells of its surroundings: the plugins that met errors of them, each with its message."""

    host_branch: str
    host_sha: str
    errors: tuple[tuple[str, str], ...]


def turns(changes: Iterable[Change]) -> list[dict[Key, Change]]:
    """The changes in their order, in groups that have a key once: what comes later of it meets what came before."""
    found: list[dict[Key, Change]] = []
    met: Counter[Key] = Counter()
    for change in changes:
        if met[change.key] == len(found):
            found.append({})
        found[met[change.key]][change.key] = change
        met[change.key] += 1
    return found
