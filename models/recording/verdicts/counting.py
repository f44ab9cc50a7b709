"""How many client sites fail in the same way: their last words, without those of sites that are sick themselves."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, NamedTuple

from sqlmodel import Session

from models.database import bulk
from models.rules.incidents import FIELD_SITE_LASTS, FIELD_WORD_LASTS, SICK_FROM, SICK_SHARE

_EVER = datetime.min.replace(tzinfo=UTC)


class Symptom(NamedTuple):
    """A plugin's branch that fails in some way on a host branch."""

    plugin_id: int
    plugin_branch: str
    host_branch: str
    fingerprint: str


class Extent(NamedTuple):
    """On how many sites it fails so by their last words; of those heard lately, on how many, and how many run it.

    Of those that fail and were heard lately, only words count that were not told of before.
    """

    failing: int
    lately: int
    running: int


def extents(
    session: Session,
    symptoms: Iterable[Symptom],
    now: datetime,
    *,
    told_until: datetime | None = None,
) -> dict[Symptom, Extent]:
    """How many client sites each of the symptoms shows on.

    What sites have said since `told_until` or longer, and only say again, was told of and is over.
    """
    asked = about(symptoms, now, told_until=told_until)
    return extents_among(bulk.fetch(session, EXTENTS, **asked)) if asked["symptoms"] else {}


def about(
    symptoms: Iterable[Symptom], now: datetime, *, told_until: datetime | None = None
) -> dict[str, Any]:
    """The values with which `EXTENTS` asks about these symptoms."""
    return {
        "symptoms": sorted(set(symptoms)),
        "since": now - FIELD_WORD_LASTS,
        "gone": now - FIELD_SITE_LASTS,
        "told_until": told_until or _EVER,
        "sick_from": SICK_FROM,
        "sick_share": SICK_SHARE,
    }


def extents_among(found: Mapping[str, Sequence[Any]]) -> dict[Symptom, Extent]:
    """The extent of each symptom, of what answers `EXTENTS`."""
    return {
        Symptom(*symptom): Extent(failing, lately, running)
        for *symptom, failing, lately, running in found["extents"]
    }


# A site is sick where several plugins, and a good part of all, fail in ways that no other site knows, and no open
# incident: a site that updates late is the last one that fails as others did. A plugin that it does not register any
# more is not there any more.
EXTENTS = {"extents": ("plugin_id, plugin_branch, host_branch, fingerprint, failing, lately, running", """
WITH r AS (SELECT * FROM {symptoms(plugin_id int, plugin_branch text, host_branch text, fingerprint text)} q),
failing AS (
    SELECT r.plugin_id, r.plugin_branch, r.host_branch, r.fingerprint, s.seen_at, i.said_at
    FROM r JOIN installation i ON i.plugin_id = r.plugin_id AND i.plugin_branch = r.plugin_branch
     AND i.host_branch = r.host_branch AND i.fingerprint = r.fingerprint AND i.verdict = 'incompatible'
    JOIN site s ON s.id = i.site_id
    WHERE s.kind = 'client' AND s.seen_at >= :gone AND i.registered_at >= s.registered_at AND NOT EXISTS (
        SELECT 1 FROM (
            SELECT count(*) AS alone FROM installation o
            WHERE o.site_id = s.id AND o.verdict = 'incompatible' AND NOT EXISTS (
                SELECT 1 FROM installation p WHERE p.plugin_id = o.plugin_id AND p.fingerprint = o.fingerprint
                AND p.verdict = 'incompatible' AND p.site_id <> o.site_id)
            AND NOT EXISTS (
                SELECT 1 FROM incident n WHERE n.plugin_id = o.plugin_id AND n.fingerprint = o.fingerprint
                AND n.resolved_at IS NULL)
        ) a WHERE a.alone >= :sick_from AND a.alone * :sick_share >= (
            SELECT count(*) FROM installation o WHERE o.site_id = s.id AND o.verdict IS NOT NULL))
)
SELECT r.plugin_id, r.plugin_branch, r.host_branch, r.fingerprint,
    (SELECT count(*) FROM failing f WHERE f.plugin_id = r.plugin_id AND f.plugin_branch = r.plugin_branch
     AND f.host_branch = r.host_branch AND f.fingerprint = r.fingerprint) AS failing,
    (SELECT count(*) FROM failing f WHERE f.plugin_id = r.plugin_id AND f.plugin_branch = r.plugin_branch
     AND f.host_branch = r.host_branch AND f.fingerprint = r.fingerprint AND f.seen_at >= :since
     AND f.said_at > :told_until) AS lately,
    (SELECT count(*) FROM installation i JOIN site s ON s.id = i.site_id
     WHERE i.plugin_id = r.plugin_id AND i.plugin_branch = r.plugin_branch AND i.host_branch = r.host_branch
     AND i.verdict IS NOT NULL AND s.kind = 'client' AND s.seen_at >= :since
     AND i.registered_at >= s.registered_at) AS running
FROM r
""")}  # fmt: skip
