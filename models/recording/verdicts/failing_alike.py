"""What is open and fails alike, read as far as it matters for the causes of others: a few stand for hundreds."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from functools import lru_cache
from typing import NamedTuple

from sqlmodel import Session

from models.database import bulk
from models.rules.blame import Suspect
from models.rules.causes import TOLD_APART, WINDOW, Breakage, is_telling
from models.rules.fingerprint import fingerprint
from models.rules.sources import IN_REPOSITORY, JudgingSource
from models.tables import Incident


class OpenIncident(NamedTuple):
    """An open incident, as far as it matters for the causes of others: an outbreak may have hundreds.

    Of those that are alike in `reading`, one has its plugin's handle and what it says: read there, it holds for all.
    """

    number: int
    handle: str | None
    message: str | None
    plugin_id: int
    plugin_branch: str
    host_branch: str
    bad_host_sha: str
    fingerprint: str
    suspect: str
    opened_at: str | datetime
    origin: str
    cause: str
    cause_words: str
    lead_id: int | None
    has_message: bool
    has_backtrace: bool

    @property
    def reading(self) -> tuple[object, ...]:
        """Those that are alike in this fail in the same words."""
        return self.fingerprint, self.origin, self.has_message, self.has_backtrace

    @property
    def shows_its_cause(self) -> bool:
        """Whether it fails in the words for which its cause was named: with other words, the cause may be another."""
        return not self.cause or self.cause_words == self.fingerprint


class _ReadWords(NamedTuple):
    """The fingerprint by which an error is compared with others, and whether its words alone are enough for that."""

    fingerprint: str
    founds: bool


def failing_alike(
    session: Session,
    asked: Sequence[Incident],
    ranges: Iterable[tuple[str, str]],
    times: Sequence[datetime],
    *,
    each_of_them: bool = False,
) -> list[OpenIncident]:
    """What is open, and fails in the words of those `asked` or since these host commits where the plugin stood still.

    A few stand for all that the rules of causes cannot tell from them, if what is `asked` opened at these times; of
    each plugin that is asked for, all that fails in its words is among them. Those that are asked for stand for none.
    """
    first, last = min(times), max(times)
    found = bulk.fetch(
        session,
        KNOWN,
        words=sorted({(each.fingerprint,) for each in asked}),
        ranges=sorted(ranges),
        asked=[(each.id, each.plugin_id, each.plugin_branch, each.fingerprint) for each in asked],
        near_all_since=last - WINDOW,
        near_all_until=first + WINDOW,
        near_any_since=first - WINDOW,
        near_any_until=last + WINDOW,
        told_apart=TOLD_APART,
        each_of_them=each_of_them,
    )
    return [OpenIncident(*row) for row in found["known"]]


def known(row: Incident, handle: str) -> OpenIncident:
    """The incident, of the plugin with this handle, as if it had been found."""
    columns = [getattr(row, name) for name in OpenIncident._fields[3:-2]]
    said = bool(row.message), bool(row.backtrace)
    return OpenIncident._make([row.id or 0, handle, row.message, *columns, *said])


def breakage_of(incident: Incident, handle: str) -> Breakage:
    """The incident, of the plugin with this handle, as far as it matters for what it shares with others."""
    return breakages_of([known(incident, handle)])[0]


def breakages_of(incidents: Sequence[OpenIncident]) -> list[Breakage]:
    """The same, as far as it matters for what they share.

    Of those with one fingerprint the first one's words are read alone: there may be thousands, and reading takes long.
    """
    read: dict[tuple[object, ...], _ReadWords] = {}
    made: list[Breakage] = []
    for each in incidents:
        alike = each.reading
        if alike not in read:
            read[alike] = _read(each)
        made.append(_breakage(each, read[alike]))
    return made


def _read(incident: OpenIncident) -> _ReadWords:
    bare = incident.origin in IN_REPOSITORY and not incident.has_backtrace
    founds = is_telling(incident.message, by_ci_without_frames=bare)
    # Each plugin has frames of its own; what all say tells more, but a browser's step says where, and not what.
    if founds and incident.origin != JudgingSource.CANARY:
        return _ReadWords(_words(incident.handle or "", incident.message), founds)
    return _ReadWords(incident.fingerprint, founds)


def _breakage(incident: OpenIncident, read: _ReadWords) -> Breakage:
    return Breakage(
        incident.number,
        incident.plugin_id,
        incident.host_branch,
        incident.bad_host_sha,
        read.fingerprint,
        Suspect(incident.suspect),
        _time_of(incident.opened_at),
        read.founds,
        incident.cause,
        in_browser=incident.origin == JudgingSource.CANARY,
    )


@lru_cache(maxsize=1_000)
def _time_of(opened_at: str | datetime) -> datetime:
    """When it opened. Of an outbreak many did at once."""
    return bulk.time_of(opened_at)


@lru_cache(maxsize=2_000)
def _words(handle: str, message: str | None) -> str:
    """The error without the frames where it was met. An outbreak's members are asked for with each that joins."""
    return fingerprint(handle, message, None)


# What is open, and fails in the words of what opens, or broke by the same host commits where the plugin stood still. Of
# those that the rules of causes cannot tell apart, it is the oldest of each of the first plugins and of those that are
# asked for. The very first brings what it says: each of hundreds may bring a long message. The rules look also at which
# had opened near those that are asked for; what is near some of these stands for itself, and so does what may be told
# by the same card.
_COMPARED = "fingerprint, origin, has_message, has_backtrace, cause, suspect, host_branch, bad_host_sha, alone"
_MEMBER = """i.id, i.plugin_id, i.fingerprint, i.origin, coalesce(i.message, '') <> '' AS has_message,
        coalesce(i.backtrace, '') <> '' AS has_backtrace, i.cause, i.suspect, i.host_branch, i.bad_host_sha,
        i.cause = '' OR i.cause_words = i.fingerprint AS shows,
        CASE WHEN (i.plugin_id, i.plugin_branch, i.fingerprint)
                  IN (SELECT plugin_id, plugin_branch, fingerprint FROM asked) THEN i.id
             WHEN i.opened_at BETWEEN :near_all_since AND :near_all_until THEN 0
             WHEN i.opened_at BETWEEN :near_any_since AND :near_any_until THEN i.id ELSE -1 END AS alone"""
KNOWN = {"known": (", ".join(OpenIncident._fields), f"""
WITH asked AS (SELECT * FROM {{asked(number int, plugin_id int, plugin_branch text, fingerprint text)}} q),
words AS (SELECT * FROM {{words(fingerprint text)}} q),
known AS (
    SELECT {_MEMBER} FROM words r
    {{each incident i where i.fingerprint = r.fingerprint AND i.resolved_at IS NULL AND i.confirmed}}
    UNION ALL
    SELECT {_MEMBER} FROM {{ranges(host_branch text, bad_host_sha text)}} r
    {{each incident i where i.bad_host_sha = r.bad_host_sha AND i.host_branch = r.host_branch
     AND i.resolved_at IS NULL AND i.suspect = 'host' AND i.confirmed}}
    WHERE i.fingerprint NOT IN (SELECT fingerprint FROM words)
),
places AS (
    SELECT min(id) AS id, plugin_id, row_number() OVER (PARTITION BY {_COMPARED} ORDER BY min(id)) AS place
    FROM known WHERE alone > 0 OR (shows AND id NOT IN (SELECT number FROM asked))
    GROUP BY plugin_id, {_COMPARED}, CASE WHEN :each_of_them THEN id END
)
SELECT o.id AS number,
    CASE WHEN f.place = 1 THEN (SELECT p.handle FROM plugin p WHERE p.id = o.plugin_id) END AS handle,
    CASE WHEN f.place = 1 THEN o.message END AS message,
    o.plugin_id, o.plugin_branch, o.host_branch, o.bad_host_sha, o.fingerprint, o.suspect, o.opened_at, o.origin,
    o.cause, o.cause_words, o.lead_id, coalesce(o.message, '') <> '' AS has_message,
    coalesce(o.backtrace, '') <> '' AS has_backtrace
FROM places f {{each incident o where o.id = f.id}}
WHERE f.place <= :told_apart OR :each_of_them OR f.plugin_id IN (SELECT plugin_id FROM asked)
ORDER BY o.id
""")}  # fmt: skip  # noqa: S608 - built from this file's own SQL
