"""A site names the plugins that it runs."""

from datetime import datetime

from sqlmodel import Session, select

from models.database import bulk
from models.events import Outcome, Registration
from models.events.lines import PluginError
from models.queries.named import plugin_ids
from models.recording.guard.sites import REFUSED, room
from models.tables import ApiKey, Site


def record_registration(session: Session, registration: Registration, now: datetime) -> Outcome:
    """Note the site's registration of those named plugins that the master list knows; `accepted` are their names."""
    reporter = registration.reporter
    key = session.get(ApiKey, reporter.key_id)
    if key is None or key.revoked_at is not None:
        return Outcome(refused="this API key was revoked")
    key.last_used_at = now
    known = plugin_ids(
        session, {handle for _, handle in registration.names}, registration.ecosystem
    )
    site = _site(session, registration, now)
    if site is None:
        return Outcome(errors=tuple(PluginError(name, REFUSED) for name, _ in registration.names))
    rows = sorted({(site.id, known[handle]) for _, handle in registration.names if handle in known})
    if rows:
        bulk.run(session, _REGISTER, rows, now=now)
    accepted = tuple(name for name, handle in registration.names if handle in known)
    return Outcome(accepted=accepted, number=len(rows), at=now)


def _site(session: Session, registration: Registration, now: datetime) -> Site | None:
    """The site, made at first sight; None where its key speaks for too many already."""
    reporter = registration.reporter
    site = session.exec(
        select(Site).where(Site.kind == reporter.kind, Site.domain == reporter.domain)
    ).first()
    if site is None:
        if not room(session, [reporter.key_id])[reporter.key_id]:
            return None
        site = Site(kind=reporter.kind, domain=reporter.domain, seen_at=now)
        session.add(site)
    site.registered_at = site.seen_at = now
    site.key_id = reporter.key_id
    session.flush()
    return site


# A site may name thousands of plugins, of which most are registered already.
_REGISTER = """
INSERT INTO installation (site_id, plugin_id, registered_at)
SELECT site_id, plugin_id, :now FROM {rows(site_id int, plugin_id int)} r WHERE true
ON CONFLICT (site_id, plugin_id) DO UPDATE SET registered_at = excluded.registered_at
"""
