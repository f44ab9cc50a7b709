"""What canary servers said of commits, gone through once more in the order that is known now.

This is the one place that reads reports: they arrived in an order that turned out to be wrong.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlmodel import Session, col, select

from models.queries.plugins import ON_THE_LIST
from models.recording.verdicts.changes import Change, Failure, Key
from models.recording.verdicts.commits import CommitOrder
from models.rules.blame import Pair, known_pair
from models.rules.fingerprint import fingerprint
from models.rules.history_lines import host_line, plugin_line
from models.rules.kinds import SiteKind
from models.rules.ordering import Arrival, arrival, is_late
from models.rules.rounds import HEALING_ROUNDS, REPEATED_WITHIN, Round, is_another
from models.rules.sources import BY_COMMITS, JudgingSource
from models.rules.status import Verdict
from models.rules.surroundings import is_of_surroundings
from models.tables import Plugin, Report, Site, SourceVerdict


def restore(session: Session, line: str, now: datetime) -> list[Change]:
    """Set the Guards' verdicts on the line's commits anew where the order makes another one the newest."""
    rows = session.exec(
        select(SourceVerdict)
        .join(Plugin, col(Plugin.id) == col(SourceVerdict.plugin_id))
        .where(col(SourceVerdict.source).in_(BY_COMMITS), ON_THE_LIST)
    ).all()
    concerned = [row for row in rows if line in _lines(row)]
    changes = [_restored(session, row, now) for row in concerned]
    return [change for change in changes if change]


def _lines(row: SourceVerdict) -> tuple[str, str]:
    return plugin_line(row.plugin_id, row.plugin_branch), host_line(row.host_branch)


def _restored(session: Session, row: SourceVerdict, now: datetime) -> Change | None:
    key = Key(row.plugin_id, row.plugin_branch, row.host_branch)
    reports = _reports(session, key, row.source)
    newest, good = _newest(session, key, reports, now)
    if newest is None or (newest.plugin_sha, newest.host_sha, newest.verdict) == (
        row.plugin_sha,
        row.host_sha,
        row.verdict,
    ):
        return None
    verdict, pair = Verdict(newest.verdict), Pair(newest.plugin_sha, newest.host_sha)
    failure = _failure(session, newest) if verdict.broken else None
    before = (
        Pair(good.plugin_sha, good.host_sha)
        if good
        else known_pair(row.good_plugin_sha, row.good_host_sha)
    )
    described = failure._asdict() if failure else dict.fromkeys(Failure._fields)
    row.sqlmodel_update(
        {**described, "verdict": verdict, "plugin_sha": pair.plugin_sha, "host_sha": pair.host_sha}
    )
    row.changed_at = now
    if good is not None:
        row.good_plugin_sha = good.plugin_sha
        row.good_host_sha = good.host_sha
        row.good_at = good.received_at
    session.add(row)
    return Change(key, JudgingSource(row.source), verdict, pair, before, failure)


def _newest(
    session: Session, key: Key, reports: Sequence[Report], now: datetime
) -> tuple[Report | None, Report | None]:
    """The report that holds when all are taken one by one as they came, and the last good one before or at it."""
    order = CommitOrder()
    pairs = [(key, Pair(report.plugin_sha, report.host_sha)) for report in reports]
    order.load(session, pairs, now)
    newest: Report | None = None
    good: Report | None = None
    healing, words = _Healing(), _LastSaid()
    for report in reports:
        pair, says = Pair(report.plugin_sha, report.host_sha), Verdict(report.verdict)
        before, is_settled = words.replaced_by(report)
        if is_of_surroundings(report.message):
            continue
        if newest is not None:
            current = Pair(newest.plugin_sha, newest.host_sha)
            places = order.compare(key, current, pair)
            found = arrival(current, Verdict(newest.verdict), pair, says, places)
            if found is Arrival.HEARTBEAT and not healing.ends(newest, report):
                continue
            if found is not Arrival.HEARTBEAT and is_late(
                found,
                places,
                says=says,
                is_well_again=_is_well_again(newest, report),
                had_newer=before == newest.plugin_sha,
                is_settled=says.broken if before is None else is_settled,
            ):
                continue
        healing = _Healing(report.received_at)
        newest = report
        good = report if says is Verdict.COMPATIBLE else good
    return newest, good


def _is_well_again(newest: Report, report: Report) -> bool:
    """Whether the server that found it failing finds it good."""
    was_broken = Verdict(newest.verdict).broken and newest.site_id == report.site_id
    return was_broken and report.verdict == Verdict.COMPATIBLE


@dataclass(slots=True)
class _LastSaid:
    """Which commit of the plugin each server said last that it runs, and since when."""

    said: dict[int | None, tuple[str, datetime]] = field(default_factory=dict)

    def replaced_by(self, report: Report) -> tuple[str | None, bool]:
        """What the report's server said before, and whether it had said so for an hour."""
        before, since = self.said.get(report.site_id, (None, report.received_at))
        if before != report.plugin_sha:
            self.said[report.site_id] = report.plugin_sha, report.received_at
        return before, report.received_at - since >= REPEATED_WITHIN


@dataclass(slots=True)
class _Healing:
    """How often the server that found the commits failing found them good since."""

    last: datetime | None = None
    rounds: int = 0

    def ends(self, newest: Report, again: Report) -> bool:
        """Whether one more report on the same commits shows that it was bad luck."""
        if newest.verdict == Verdict.COMPATIBLE or newest.site_id != again.site_id:
            return False
        if again.verdict != Verdict.COMPATIBLE:
            self.rounds = 0
        elif is_another(Round(self.last, "") if self.last else None, Round(again.received_at, "?")):
            self.last, self.rounds = again.received_at, self.rounds + 1
        return self.rounds >= HEALING_ROUNDS


def _reports(session: Session, key: Key, source: str) -> Sequence[Report]:
    """What was said of the key by canary servers, as it came. No index serves this: it is asked very seldom."""
    return session.exec(
        select(Report)
        .join(Site, col(Site.id) == col(Report.site_id))
        .where(
            Site.kind == SiteKind.CANARY,
            Report.source == source,
            Report.plugin_id == key.plugin_id,
            Report.plugin_branch == key.plugin_branch,
            Report.host_branch == key.host_branch,
            Report.verdict != Verdict.UNKNOWN,
        )
        .order_by(col(Report.id))
    ).all()


def _failure(session: Session, report: Report) -> Failure:
    handle = session.exec(select(Plugin.handle).where(Plugin.id == report.plugin_id)).one()
    said_by = session.exec(select(Site.domain).where(Site.id == report.site_id)).first()
    return Failure(
        fingerprint(handle, report.message, report.backtrace),
        report.message,
        report.backtrace,
        said_by,
        None,
    )
