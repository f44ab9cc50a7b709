"""On how many sites plugins run, as the clock counted last."""

from datetime import datetime, timedelta

from sqlmodel import Session, col, func, select

from models.tables import Plugin, StatisticDay
from models.views.usage import InstallsView

# The clock counts once a day; a count that is older says nothing of now.
_COUNT_LASTS = timedelta(days=3)


def installs(session: Session, now: datetime) -> dict[str, InstallsView]:
    """The plugins that run anywhere, by their handles, as of the newest day that was counted."""
    newest = select(func.max(StatisticDay.day)).scalar_subquery()
    rows = session.exec(
        select(Plugin.handle, StatisticDay.keyed, func.sum(StatisticDay.sites))
        .join(Plugin, col(Plugin.id) == col(StatisticDay.plugin_id))
        .where(StatisticDay.day == newest, StatisticDay.day >= (now - _COUNT_LASTS).date())
        .group_by(col(Plugin.handle), col(StatisticDay.keyed))
    )
    counts: dict[str, dict[bool, int]] = {}
    for handle, keyed, sites in rows:
        counts.setdefault(handle, {})[keyed] = int(sites)
    return {
        handle: InstallsView(keyed=each.get(True, 0), told=each.get(False, 0))
        for handle, each in counts.items()
    }
