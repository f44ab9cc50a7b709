"""What a batch of guard reports asks the database about: the rows and times that `statements` take."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

from models.database import bulk
from models.events import GuardReport
from models.rules.incidents import FIELD_WORD_LASTS
from models.rules.namesakes import has_prefix, prefixed
from models.rules.registration import REGISTRATION_LASTS
from models.rules.rounds import REPEATED_WITHIN
from models.rules.sources import DESCRIPTORS, JudgingSource

# When a key was used last, and a site or a verdict was heard last, is noted once a minute, not with every report.
RESOLUTION = timedelta(minutes=1)


class ReportingSite(NamedTuple):
    """A site as a report has it. The statements read its fields by their order."""

    kind: str
    domain: str
    host_branch: str
    host_sha: str
    key_id: int

    @property
    def name(self) -> tuple[str, str]:
        """What tells the site apart from all others."""
        return self.kind, self.domain


def sites_of(reports: Sequence[GuardReport]) -> list[ReportingSite]:
    """The sites of the reports in the order of their names, each as its last report says."""
    sites: dict[tuple[str, str], ReportingSite] = {}
    for report in reports:
        by = report.reporter
        site = ReportingSite(by.kind, by.domain, report.host_branch, report.host_sha, by.key_id)
        sites[site.name] = site
    return sorted(sites.values())


def rows_naming(reports: Sequence[GuardReport]) -> dict[str, Sequence[bulk.Row]]:
    """The rows that `NAMED` asks about: whom and what the reports name, each once."""
    handles: set[str] = set()
    for report in reports:
        handles.update([seen.handle for seen in report.observations])
        if report.ecosystem is not None and has_prefix(report.ecosystem):
            handles.update(
                [prefixed(each.handle, report.ecosystem) for each in report.observations]
            )
    return {
        "used_keys": [(key_id,) for key_id in {report.reporter.key_id for report in reports}],
        "sites": sites_of(reports),
        "handles": [(handle,) for handle in handles],
    }


def times_around(now: datetime) -> dict[str, datetime]:
    """The times with which the statements compare."""
    return {
        "recent": now - RESOLUTION,
        "since": now - REGISTRATION_LASTS,
        "word_since": now - FIELD_WORD_LASTS,
        "settled": now - REPEATED_WITHIN,
        "stale": now - DESCRIPTORS[JudgingSource.GUARD].deadline,
    }
