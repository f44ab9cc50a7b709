"""Records a run of our own canary through `record`, as an external canary's run is."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from time import monotonic

from jobs.canary.site import SiteFacts
from models.database.engine import Database
from models.events.canary import ArtefactUpload, CanaryReport
from models.record import record
from models.rules.kinds import ArtefactKind
from models.rules.smoke import EarlierAttempt, RunStep
from models.settings.canary import Server

# Steps that follow each other faster are reported together.
_GAP_SECONDS = 0.5


@dataclass
class RunReporter:
    """Reports one run as it goes on, and how it ended."""

    database: Database
    server: Server
    run_id: str
    started_at: datetime
    found: SiteFacts
    planned: int
    earlier: tuple[EarlierAttempt, ...] = ()
    _told_at: float = 0.0

    def tell(self, steps: Sequence[RunStep], doing: str) -> None:
        """Report which steps are done, and which is next."""
        if monotonic() - self._told_at < _GAP_SECONDS and steps:
            return
        self._told_at = monotonic()
        self._record(replace(self._report(steps), doing=doing))

    def end(self, steps: Sequence[RunStep], left: Mapping[ArtefactKind, bytes]) -> None:
        """Report how the run ended and its artefacts, at once, because it is judged by its log."""
        now = datetime.now(UTC)
        server = self.server.name
        uploads = [
            ArtefactUpload(None, server, self.run_id, kind, content)
            for kind, content in left.items()
        ]
        self._record(self._report(steps), *uploads, replace(self._report(steps), finished_at=now))

    def _report(self, steps: Sequence[RunStep]) -> CanaryReport:
        return CanaryReport(
            key_id=None,
            run_id=self.run_id,
            server=self.server.name,
            host_branch=self.server.branch,
            host_sha=self.found.host_sha,
            started_at=self.started_at,
            finished_at=None,
            steps=tuple(steps),
            plugins=self.found.plugins,
            earlier=self.earlier,
            planned=self.planned,
        )

    def _record(self, *events: CanaryReport | ArtefactUpload) -> None:
        with self.database.write() as session:
            record(session, events, datetime.now(UTC))
