"""The recorders of what canaries report, and runs that people ask for."""

from models.events.canary import ArtefactUpload, CanaryReport, RunWanted
from models.recorders import (
    OnIncidents,
    Recorders,
    WithoutIncidents,
    by_people,
    one_by_one,
    without_incidents,
)
from models.recording.canary.orders import record_run_wanted
from models.recording.canary.runs import record_artefact, record_run

_ON_INCIDENTS: OnIncidents = {
    CanaryReport: record_run,
    ArtefactUpload: record_artefact,
}
_ACTS: WithoutIncidents = {
    RunWanted: record_run_wanted,
}
RECORDERS: Recorders = one_by_one(_ON_INCIDENTS) | by_people(without_incidents(_ACTS))
