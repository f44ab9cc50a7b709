"""The recorders of what GitHub says, and what people do about the master list."""

from models.events.github import (
    CompatBranchesReading,
    FixLanded,
    FolderReading,
    GithubDelivery,
    GithubReading,
    HistoryReading,
    HostCommitReading,
    HostVersionReading,
    LikelyCommit,
    OwnerReading,
    PluginFilesReading,
    TopicsReading,
)
from models.events.master_list import (
    PluginSubmission,
    PreviewRead,
    PreviewTaken,
    PreviewWanted,
    SubmissionDecision,
    SubmissionRead,
)
from models.recorders import (
    OnIncidents,
    Recorders,
    WithoutIncidents,
    by_people,
    one_by_one,
    without_incidents,
)
from models.recording.github.ancestry import record_history
from models.recording.github.deliveries import record_deliveries, record_reading
from models.recording.github.host_versions import record_host_commit, record_host_version
from models.recording.github.owners import record_owner
from models.recording.github.plugin_files import (
    record_compat_branches,
    record_folder,
    record_plugin_files,
)
from models.recording.github.previewing import (
    record_preview_read,
    record_preview_taken,
    record_preview_wanted,
)
from models.recording.github.submitting import (
    record_submission,
    record_submission_decision,
    record_submission_read,
)
from models.recording.github.suspects import record_fix, record_likely
from models.recording.github.topics import record_topics

_BATCHES: Recorders = {
    GithubDelivery: record_deliveries,
}
_ON_INCIDENTS: OnIncidents = {
    GithubReading: record_reading,
    HistoryReading: record_history,
    HostCommitReading: record_host_commit,
    LikelyCommit: record_likely,
    FixLanded: record_fix,
}
_OTHERS: WithoutIncidents = {
    SubmissionRead: record_submission_read,
    PreviewRead: record_preview_read,
    PluginFilesReading: record_plugin_files,
    CompatBranchesReading: record_compat_branches,
    TopicsReading: record_topics,
    HostVersionReading: record_host_version,
    OwnerReading: record_owner,
    FolderReading: record_folder,
}
_ACTS: WithoutIncidents = {
    PluginSubmission: record_submission,
    SubmissionDecision: record_submission_decision,
    PreviewWanted: record_preview_wanted,
    PreviewTaken: record_preview_taken,
}
RECORDERS: Recorders = (
    _BATCHES
    | one_by_one(_ON_INCIDENTS)
    | without_incidents(_OTHERS)
    | by_people(without_incidents(_ACTS))
)
