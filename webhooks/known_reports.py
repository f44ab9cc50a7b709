"""Reports that were read before: a Guard sends the same bytes until something changes, and they say the same."""

from collections import OrderedDict
from typing import NamedTuple

from models.events import GuardReport
from webhooks.verified import Verified

# Of a report of forty plugins. All of them together take some 15 MB at the most, and a tenth of that as a rule.
LONGEST = 4 * 1024
MOST = 2_048


class SentReport(NamedTuple):
    """All that decides what a report says: its bytes, by which key they came, and as which media type."""

    body: bytes
    key: Verified
    sent_as: str


class KnownReports:
    """What such reports say, of those that came last.

    Words that plugins fail with are not kept in this way: before they are redacted, they may hold secrets.
    """

    def __init__(self) -> None:
        self._reports: OrderedDict[SentReport, GuardReport] = OrderedDict()

    def get(self, sent: SentReport) -> GuardReport | None:
        """What it says, if that is known."""
        return self._reports.get(sent)

    def remember(self, sent: SentReport, report: GuardReport) -> None:
        """Remember what it says, if it is short, and nothing failed."""
        if len(sent.body) > LONGEST or not _is_plain(report):
            return
        self._reports[sent] = report
        if len(self._reports) > MOST:
            self._reports.popitem(last=False)


def _is_plain(report: GuardReport) -> bool:
    return not report.rejected and all(
        seen.message is None and seen.backtrace is None for seen in report.observations
    )
