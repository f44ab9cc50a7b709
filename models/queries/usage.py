"""On how many sites plugins run, as the clock counted last."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime, timedelta
from typing import TypeVar

from sqlmodel import Session, col, func, select

from models.operating.usage import DAYS_KEPT
from models.tables import Plugin, StatisticDay
from models.views.usage import InstallsView, UsageView, VersionUse

_Key = TypeVar("_Key")

# The clock counts once a day; a count that is older says nothing of now.
_COUNT_LASTS = timedelta(days=3)


def runs_anywhere(session: Session, now: datetime) -> bool:
    """Whether it was counted lately on how many sites plugins run."""
    return _newest_day(session, now) is not None


def usage_of(session: Session, handle: str, now: datetime) -> UsageView:
    """Where the plugin of this handle runs, and on how many sites it did on each of the last days that are kept."""
    days = _days(session, handle, now)
    newest = _newest_day(session, now)
    if newest is None:
        return UsageView(days=tuple(days.items()))
    versions = _versions(session, handle, newest)
    return UsageView(days.get(newest, InstallsView()), versions, tuple(days.items()))


def _newest_day(session: Session, now: datetime) -> date | None:
    """The last day that was counted; None if that says nothing of now."""
    newest = session.exec(select(func.max(StatisticDay.day))).first()
    return newest if newest and newest >= (now - _COUNT_LASTS).date() else None


def _days(session: Session, handle: str, now: datetime) -> Mapping[date, InstallsView]:
    rows = session.exec(
        select(col(StatisticDay.day), col(StatisticDay.keyed), func.sum(StatisticDay.sites))
        .join(Plugin, col(Plugin.id) == col(StatisticDay.plugin_id))
        .where(Plugin.handle == handle, StatisticDay.day > (now - timedelta(days=DAYS_KEPT)).date())
        .group_by(col(StatisticDay.day), col(StatisticDay.keyed))
        .order_by(col(StatisticDay.day))
    )
    return _gathered((day, keyed, sites) for day, keyed, sites in rows)


def _versions(session: Session, handle: str, day: date) -> tuple[VersionUse, ...]:
    rows = session.exec(
        select(StatisticDay)
        .join(Plugin, col(Plugin.id) == col(StatisticDay.plugin_id))
        .where(Plugin.handle == handle, StatisticDay.day == day)
    )
    found = _gathered(
        ((row.host_branch, row.plugin_branch, row.plugin_sha), row.keyed, row.sites) for row in rows
    )
    uses = [VersionUse(*version, installs) for version, installs in found.items()]
    return tuple(sorted(uses, key=_most_first))


def _most_first(use: VersionUse) -> tuple[int, int, str, str, str]:
    """The order of versions; what anyone may say without a key decides last."""
    installs = use.installs
    return -installs.keyed, -installs.told, use.host_branch, use.plugin_branch, use.sha


def _gathered(rows: Iterable[tuple[_Key, bool, int]]) -> dict[_Key, InstallsView]:
    """The counts of sites with a key and without one, together."""
    counts: dict[_Key, dict[bool, int]] = {}
    for key, keyed, sites in rows:
        counts.setdefault(key, {})[keyed] = int(sites)
    return {
        key: InstallsView(keyed=each.get(True, 0), told=each.get(False, 0))
        for key, each in counts.items()
    }
