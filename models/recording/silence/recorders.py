"""The recorders of what time brings: verdicts and mutes that end, and senders that fall silent."""

from models.events import MutesOver
from models.events.key_limits import KeyBeyond
from models.events.silence import BranchesLeft, Overdue, Ping, SilenceCheck
from models.recorders import OnIncidents, Recorders, WithoutIncidents, one_by_one, without_incidents
from models.recording.silence.flooding import record_key_beyond
from models.recording.silence.pings import record_ping
from models.recording.silence.silences import record_silences
from models.recording.verdicts.left import record_branches_left
from models.recording.verdicts.muting import record_mutes_over
from models.recording.verdicts.overdue import record_overdue

_ON_INCIDENTS: OnIncidents = {
    Overdue: record_overdue,
    MutesOver: record_mutes_over,
    BranchesLeft: record_branches_left,
    SilenceCheck: record_silences,
    Ping: record_ping,
}
_OTHERS: WithoutIncidents = {
    KeyBeyond: record_key_beyond,
}
RECORDERS: Recorders = one_by_one(_ON_INCIDENTS) | without_incidents(_OTHERS)
