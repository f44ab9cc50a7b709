"""What a batch of guard reports asks the database about: the rows and times that `statements.CONTEXT` takes."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

from models.database import bulk
from models.events import GuardReport
from models.rules.incidents import FIELD_WORD_LASTS
from models.rules.kinds import SiteKind
from models.rules.namesakes import has_prefix, prefixed
from models.rules.registration import REGISTRATION_LASTS
from models.rules.rounds import REPEATED_WITHIN
from models.rules.sources import DESCRIPTORS, JudgingSource

# When a key was used last and a site was heard last is noted once a minute, not with every report.
_RESOLUTION = timedelta(minutes=1)


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


def rows_about(reports: Sequence[GuardReport]) -> dict[str, Sequence[bulk.Row]]:
    """The rows that `CONTEXT` asks about: what the reports are about, each once."""
    keys: set[tuple[object, ...]] = set()
    handles: set[tuple[object, ...]] = set()
    places: defaultdict[tuple[str, str], set[str]] = defaultdict(set)
    judged: set[tuple[object, ...]] = set()
    for report in reports:
        reporter = report.reporter
        keys.add((reporter.key_id,))
        said_there = places[reporter.kind, reporter.domain]
        for handle, branch in _named(report):
            handles.add((handle,))
            said_there.add(handle)
            if reporter.kind is SiteKind.CANARY:
                judged.add((handle, branch, report.host_branch))
    return {
        "keys": list(keys),
        "sites": sites_of(reports),
        "handles": list(handles),
        "places": [(*site, list(named)) for site, named in places.items()],
        "judged": list(judged),
    }


def _named(report: GuardReport) -> Iterator[tuple[str, str]]:
    """The handles that the plugins of the report may have, with their branches."""
    for seen in report.observations:
        yield seen.handle, seen.branch
    if report.ecosystem is not None and has_prefix(report.ecosystem):
        for seen in report.observations:
            yield prefixed(seen.handle, report.ecosystem), seen.branch


def times_around(now: datetime) -> dict[str, datetime]:
    """The times with which `CONTEXT` compares."""
    return {
        "recent": now - _RESOLUTION,
        "since": now - REGISTRATION_LASTS,
        "word_since": now - FIELD_WORD_LASTS,
        "settled": now - REPEATED_WITHIN,
        "stale": now - DESCRIPTORS[JudgingSource.GUARD].deadline,
    }
