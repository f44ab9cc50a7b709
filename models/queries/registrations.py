"""Which plugins a key's site registered."""

from datetime import datetime

from sqlmodel import Session, col, select

from models.rules.kinds import SiteKind
from models.rules.registration import REGISTRATION_LASTS
from models.tables import Installation, Plugin, Site


def registrations(session: Session, domain: str, now: datetime) -> list[tuple[str, str, datetime]]:
    """The plugins that the client site of this domain speaks for at `now`: name, domain, and when it said so last."""
    rows = session.exec(
        select(Plugin.handle, Site.domain, Installation.registered_at)
        .join(Installation, col(Installation.plugin_id) == col(Plugin.id))
        .join(Site, col(Site.id) == col(Installation.site_id))
        .where(
            Site.kind == SiteKind.CLIENT,
            Site.domain == domain,
            col(Installation.registered_at) > now - REGISTRATION_LASTS,
        )
        .order_by(Plugin.handle)
    )
    return [(handle, site, at) for handle, site, at in rows if at is not None]
