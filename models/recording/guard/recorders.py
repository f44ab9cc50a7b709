"""The recorders of what Guards report, and extensions that judge as they do."""

from models.events import GuardReport, Registration
from models.events.extensions import CiSaid, Decorated, ExtensionDelivery, ExtensionVerdict
from models.events.statistics import Statistics
from models.recorders import OnIncidents, Recorders, WithoutIncidents, one_by_one, without_incidents
from models.recording.guard.decorating import record_decorated
from models.recording.guard.extension_sources import record_ci_said, record_extension_delivery
from models.recording.guard.extensions import record_extension_verdict
from models.recording.guard.guard import record_reports
from models.recording.guard.registration import record_registration
from models.recording.guard.statistics import record_statistics

_BATCHES: Recorders = {
    GuardReport: record_reports,
}
_ON_INCIDENTS: OnIncidents = {
    ExtensionVerdict: record_extension_verdict,
    CiSaid: record_ci_said,
}
_OTHERS: WithoutIncidents = {
    Registration: record_registration,
    Statistics: record_statistics,
    ExtensionDelivery: record_extension_delivery,
    Decorated: record_decorated,
}
RECORDERS: Recorders = _BATCHES | one_by_one(_ON_INCIDENTS) | without_incidents(_OTHERS)
