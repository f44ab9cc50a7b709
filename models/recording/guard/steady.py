"""The heartbeats of a batch: lines that repeat what their site said before, of plugins that still work.

Nearly all lines are heartbeats. The database finds out which are not: only of those is state loaded, which costs most.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlmodel import Session

from models.database import bound, bulk
from models.events import GuardReport
from models.recording.guard.statements import INSERT_STEADY
from models.rules.kinds import SiteKind
from models.rules.status import Verdict

# The columns of `said` are: plugin, site, plugin's branch and commit, host's branch and commit, and whether the site
# must have registered the plugin; those of `judged`: plugin, branches of plugin and host, and their commits.
Row = tuple[object, ...]


@dataclass(slots=True)
class Steady:
    """Lines that change nothing, each once: what sites `said`, and the verdicts that this confirms (`judged`).

    Plugins are `moving` of which the batch says something new, or may do so: no line of theirs is kept here. The
    `unnoted` ones of the judged verdicts were not noted within the last minute.
    """

    said: set[Row] = field(default_factory=set)
    judged: set[Row] = field(default_factory=set)
    unnoted: set[Row] = field(default_factory=set)
    moving: set[int] = field(default_factory=set)

    def sort_out(self, report: GuardReport, site_id: int | None, ids: Mapping[str, int]) -> None:
        """Add the report's lines. `ids` are those of plugins by their handles; an unknown site has no `site_id` yet."""
        host_branch, host_sha = report.host_branch, report.host_sha
        registers = int(report.reporter.kind is not SiteKind.CANARY)
        # This runs for each line of every report: a function call would cost more than what it does.
        for seen in report.observations:
            plugin_id = ids.get(seen.handle)
            is_plain = (
                seen.verdict is Verdict.COMPATIBLE
                and seen.message is None
                and seen.backtrace is None
            )
            if plugin_id is None:
                continue
            if site_id is None or not is_plain:
                self.moving.add(plugin_id)
                continue
            self.said.add(
                (plugin_id, site_id, seen.branch, seen.sha, host_branch, host_sha, registers)
            )

    def lines(self) -> dict[str, Sequence[bulk.Row]]:
        """The rows with which `ANEW` asks about what was said."""
        self.judged = {
            (plugin_id, branch, host_branch, sha, host_sha)
            for plugin_id, _, branch, sha, host_branch, host_sha, registers in self.said
            if not registers
        }
        return {"said": list(self.said), "judged": list(self.judged)}

    def leave_out(self, anew: Mapping[str, Sequence[Any]]) -> None:
        """Keep only the lines of plugins of which nothing is new, by what answers `ANEW`."""
        self.moving.update(plugin_id for (plugin_id,) in anew["said"])
        self.moving.update(row[0] for *row, is_new in anew["judged"] if is_new)
        self.unnoted = _without({tuple(row) for *row, _ in anew["judged"]}, self.moving)
        if self.moving:
            self.said = _without(self.said, self.moving)
            self.judged = _without(self.judged, self.moving)

    def store(self, session: Session, now: datetime) -> None:
        """Write what was said. The verdicts are noted with those of other lines."""
        if self.said:
            bound.run(session, INSERT_STEADY, list(self.said), now=now)


def _without(rows: set[Row], plugin_ids: Collection[int]) -> set[Row]:
    return {row for row in rows if row[0] not in plugin_ids}
