"""The one way in: events are recorded, and what they mean to people is announced, in the caller's one transaction.

Nothing here commits. The caller answers its sender only after its transaction has committed.
"""

from collections.abc import Callable, Sequence
from datetime import datetime
from itertools import groupby

from sqlmodel import Session

from models.database.engine import be_alone
from models.events import (
    Act,
    Event,
    GuardReport,
    MutesOver,
    Outcome,
    Registration,
)
from models.events.admission import Admission, ChannelOpened
from models.events.canary import ArtefactUpload, CanaryReport, RunWanted
from models.events.closing import IncidentClosing
from models.events.declaring import DeclarationWish, DetailEdit
from models.events.extensions import (
    CiSaid,
    Decorated,
    ExtensionDelivery,
    ExtensionVerdict,
    ExtensionWish,
    InstallWish,
    OptionWish,
    UseWish,
)
from models.events.filing import BugReport, FilingStyle, IssueRefused, IssueStands, StepSaid
from models.events.following import ChannelStyle, Following, LoginClaim, ProfileRead
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
from models.events.key_limits import KeyBeyond
from models.events.key_requests import FileSeen, FileWanted, KeyApproval, KeyAsked, KeyTaken
from models.events.mailboxes import MailWish
from models.events.master_list import (
    PluginRemoval,
    PluginSubmission,
    PreviewRead,
    PreviewTaken,
    PreviewWanted,
    SubmissionDecision,
    SubmissionRead,
)
from models.events.roles import RoleChange
from models.events.silence import (
    BranchesLeft,
    DigestsDue,
    DigestWish,
    GivenUpDue,
    Overdue,
    Ping,
    RemindersDue,
    SilenceCheck,
)
from models.events.statistics import Statistics
from models.events.upgrades import UpgradePlan
from models.recorders import Recorded, by_people, one_by_one, without_steps
from models.recording.canary.orders import record_run_wanted
from models.recording.canary.runs import record_artefact, record_run
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
from models.recording.guard.decorating import record_decorated
from models.recording.guard.extension_sources import record_ci_said, record_extension_delivery
from models.recording.guard.extensions import record_extension_verdict
from models.recording.guard.guard import record_reports
from models.recording.guard.registration import record_registration
from models.recording.guard.statistics import record_statistics
from models.recording.people.acting import record_act
from models.recording.people.admission import record_admission, record_channel_opened
from models.recording.people.approving import (
    record_file_seen,
    record_file_wanted,
    record_key_approval,
    record_key_asked,
    record_key_taken,
)
from models.recording.people.bug_reports import record_bug_report, record_filing_style
from models.recording.people.closing import record_closing
from models.recording.people.declaring import record_declaration
from models.recording.people.digest_wishes import record_digest_wish
from models.recording.people.editing import record_detail_edit
from models.recording.people.extensions import record_extension_wish
from models.recording.people.following import record_channel_style, record_following
from models.recording.people.installing import record_install_wish
from models.recording.people.linking import record_login_claim, record_profile_read
from models.recording.people.mailboxes import record_mail_wish
from models.recording.people.options import record_option
from models.recording.people.removing import record_removal
from models.recording.people.report_steps import record_step_said
from models.recording.people.roles import record_role_change
from models.recording.people.upgrades import record_upgrade_plan
from models.recording.people.using import record_use
from models.recording.settling import settle_within_allowance
from models.recording.silence.flooding import record_key_beyond
from models.recording.silence.pings import record_ping
from models.recording.silence.silences import record_silences
from models.recording.silence.surroundings import settle_surroundings
from models.recording.telling.announcing import announce
from models.recording.telling.digests import record_digests
from models.recording.telling.filing import record_issue_refused, record_issue_stands
from models.recording.telling.given_up import record_given_up
from models.recording.telling.reminders import record_reminders
from models.recording.verdicts.incidents import Told
from models.recording.verdicts.left import record_branches_left
from models.recording.verdicts.muting import end_fixed, record_mutes_over
from models.recording.verdicts.overdue import record_overdue


def record(session: Session, events: Sequence[Event], now: datetime) -> list[Outcome]:
    """Record events that arrived together, in their order; return what became of each.

    `now` is the time of arrival, with its time zone.
    """
    outcomes: list[Outcome] = []
    told: list[Told] = []
    for kind, alike in groupby(events, type):
        if kind not in _LOCK_THEMSELVES:
            be_alone(session)
        recorded, steps = _RECORDERS[kind](session, list(alike), now)
        outcomes += recorded
        told += steps
    announce(session, end_fixed(session, told, now), now)
    return outcomes


def _reports(session: Session, events: list[GuardReport], now: datetime) -> Recorded:
    recorded = record_reports(session, events, now)
    told = settle_within_allowance(session, recorded.changes, now)
    settle_surroundings(session, recorded.surroundings, now)
    return recorded.outcomes, told


def _extension_verdict(
    session: Session, event: ExtensionVerdict | CiSaid, now: datetime
) -> tuple[Outcome, list[Told]]:
    if isinstance(event, CiSaid):
        outcome, changes = record_ci_said(session, event, now)
    else:
        outcome, changes = record_extension_verdict(session, event, now)
    return outcome, settle_within_allowance(session, changes, now)


# A batch of reports takes the lock itself, where it changes a state; statistics of strangers change none.
_LOCK_THEMSELVES = {GuardReport, Statistics}
_RECORDERS: dict[type[Event], Callable[..., Recorded]] = {
    GuardReport: _reports,
    Registration: without_steps(record_registration),
    Statistics: without_steps(record_statistics),
    Overdue: one_by_one(record_overdue),
    GithubDelivery: record_deliveries,
    CanaryReport: one_by_one(record_run),
    ArtefactUpload: one_by_one(record_artefact),
    Act: by_people(one_by_one(record_act)),
    IncidentClosing: by_people(one_by_one(record_closing)),
    PluginRemoval: by_people(one_by_one(record_removal)),
    PluginSubmission: by_people(without_steps(record_submission)),
    SubmissionDecision: by_people(without_steps(record_submission_decision)),
    SubmissionRead: without_steps(record_submission_read),
    PreviewWanted: by_people(without_steps(record_preview_wanted)),
    PreviewRead: without_steps(record_preview_read),
    PreviewTaken: by_people(without_steps(record_preview_taken)),
    RoleChange: by_people(without_steps(record_role_change)),
    MutesOver: one_by_one(record_mutes_over),
    Following: by_people(without_steps(record_following)),
    ChannelStyle: by_people(without_steps(record_channel_style)),
    LoginClaim: by_people(without_steps(record_login_claim)),
    ProfileRead: without_steps(record_profile_read),
    GithubReading: one_by_one(record_reading),
    PluginFilesReading: without_steps(record_plugin_files),
    CompatBranchesReading: without_steps(record_compat_branches),
    TopicsReading: without_steps(record_topics),
    HistoryReading: one_by_one(record_history),
    HostCommitReading: one_by_one(record_host_commit),
    LikelyCommit: one_by_one(record_likely),
    FixLanded: one_by_one(record_fix),
    HostVersionReading: without_steps(record_host_version),
    OwnerReading: without_steps(record_owner),
    FolderReading: without_steps(record_folder),
    RunWanted: by_people(without_steps(record_run_wanted)),
    BugReport: by_people(without_steps(record_bug_report)),
    FilingStyle: by_people(without_steps(record_filing_style)),
    StepSaid: without_steps(record_step_said),
    IssueStands: one_by_one(record_issue_stands),
    IssueRefused: one_by_one(record_issue_refused),
    BranchesLeft: one_by_one(record_branches_left),
    SilenceCheck: one_by_one(record_silences),
    Ping: one_by_one(record_ping),
    DigestWish: by_people(without_steps(record_digest_wish)),
    DigestsDue: without_steps(record_digests),
    RemindersDue: without_steps(record_reminders),
    GivenUpDue: without_steps(record_given_up),
    Admission: by_people(without_steps(record_admission)),
    ExtensionVerdict: one_by_one(_extension_verdict),
    CiSaid: one_by_one(_extension_verdict),
    ExtensionDelivery: without_steps(record_extension_delivery),
    Decorated: without_steps(record_decorated),
    UpgradePlan: by_people(without_steps(record_upgrade_plan)),
    DeclarationWish: by_people(without_steps(record_declaration)),
    DetailEdit: by_people(without_steps(record_detail_edit)),
    InstallWish: by_people(without_steps(record_install_wish)),
    UseWish: by_people(without_steps(record_use)),
    OptionWish: by_people(without_steps(record_option)),
    ExtensionWish: by_people(without_steps(record_extension_wish)),
    MailWish: without_steps(record_mail_wish),
    ChannelOpened: without_steps(record_channel_opened),
    KeyAsked: without_steps(record_key_asked),
    FileWanted: without_steps(record_file_wanted),
    FileSeen: without_steps(record_file_seen),
    KeyApproval: by_people(without_steps(record_key_approval)),
    KeyTaken: without_steps(record_key_taken),
    KeyBeyond: without_steps(record_key_beyond),
}
