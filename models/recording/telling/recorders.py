"""The recorders of what is told when its time has come, and what became of it."""

from models.events import StepsLeft
from models.events.filing import IssueRefused, IssueStands
from models.events.silence import DigestsDue, GivenUpDue, RemindersDue
from models.recorders import OnIncidents, Recorders, WithoutIncidents, one_by_one, without_incidents
from models.recording.telling.announcing import record_steps_left
from models.recording.telling.digests import record_digests
from models.recording.telling.filing import record_issue_refused, record_issue_stands
from models.recording.telling.given_up import record_given_up
from models.recording.telling.reminders import record_reminders

_ON_INCIDENTS: OnIncidents = {
    IssueStands: record_issue_stands,
    IssueRefused: record_issue_refused,
}
_OTHERS: WithoutIncidents = {
    StepsLeft: record_steps_left,
    DigestsDue: record_digests,
    RemindersDue: record_reminders,
    GivenUpDue: record_given_up,
}
RECORDERS: Recorders = one_by_one(_ON_INCIDENTS) | without_incidents(_OTHERS)
