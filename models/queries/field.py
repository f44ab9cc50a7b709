"""What sites say of plugins: what runs together, and how it does there."""

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlmodel import Session, col, select

from models.database import bulk
from models.metadata.wanted_set import WantedSet
from models.registry.field import FieldOfSites, Spoken
from models.rules.kinds import SiteKind
from models.rules.status import BROKEN
from models.tables import Installation, Plugin, Site

# What a site said last counts for so long after the site was heard last.
HEARD_WITHIN = timedelta(days=30)
# Those that were heard last; more of them would take longer to compare and hardly change the answer.
_MOST_SITES = 1_000


def field_of(session: Session, branch: str, now: datetime) -> FieldOfSites:
    """What the sites that were heard last say of all plugins on the branch."""
    rows: Sequence[Any] = bulk.run(
        session, _SPOKEN, branch=branch, since=now - HEARD_WITHIN, most=_MOST_SITES
    )
    broken = {str(verdict) for verdict in BROKEN}
    return FieldOfSites(
        Spoken(handle, site, sha, verdict in broken, kind == SiteKind.CLIENT)
        for handle, site, kind, sha, verdict in rows
    )


def site_set(session: Session, domain: str) -> WantedSet | None:
    """The plugins that a site runs; None if no site of this domain reports. For people inside only."""
    named = select(Site.id).where(Site.domain == domain.strip().casefold())
    site_ids = [each or 0 for each in session.exec(named)]
    return plugins_at(session, site_ids) if site_ids else None


def plugins_at(session: Session, site_ids: Collection[int]) -> WantedSet:
    """The plugins that these sites run, none of them at a version that is wanted."""
    installed = (
        select(Plugin.handle).join(Installation).where(col(Installation.site_id).in_(site_ids))
    )
    handles = session.exec(installed.distinct().order_by(Plugin.handle))
    return WantedSet(tuple((handle, "") for handle in handles))


# Each site with all its plugins. Which site it is never leaves this query but as a number.
_SPOKEN = """
SELECT p.handle, s.id, s.kind, i.plugin_sha, i.verdict
FROM (SELECT id, kind FROM site WHERE seen_at > :since ORDER BY seen_at DESC, id LIMIT :most) s
JOIN installation i ON i.site_id = s.id
JOIN plugin p ON p.id = i.plugin_id
WHERE i.host_branch = :branch AND i.verdict IS NOT NULL AND i.verdict <> 'unknown'
"""
