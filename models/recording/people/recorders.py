"""The recorders of what people do, and what is found out for them."""

from models.events import Act
from models.events.admission import Admission, ChannelOpened
from models.events.closing import IncidentClosing
from models.events.declaring import DeclarationWish, DetailEdit
from models.events.extensions import ExtensionWish, InstallWish, OptionWish, UseWish
from models.events.filing import BugReport, FilingStyle, StepSaid
from models.events.following import ChannelStyle, Following, LoginClaim, ProfileRead
from models.events.key_requests import FileSeen, FileWanted, KeyApproval, KeyAsked, KeyTaken
from models.events.mailboxes import MailWish
from models.events.master_list import PluginRemoval
from models.events.roles import RoleChange
from models.events.silence import DigestWish
from models.events.upgrades import UpgradePlan
from models.recorders import (
    OnIncidents,
    Recorders,
    WithoutIncidents,
    by_people,
    one_by_one,
    without_incidents,
)
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

_OTHERS: WithoutIncidents = {
    ProfileRead: record_profile_read,
    StepSaid: record_step_said,
    MailWish: record_mail_wish,
    ChannelOpened: record_channel_opened,
    KeyAsked: record_key_asked,
    FileWanted: record_file_wanted,
    FileSeen: record_file_seen,
    KeyTaken: record_key_taken,
}
_ACTS_ON_INCIDENTS: OnIncidents = {
    Act: record_act,
    IncidentClosing: record_closing,
    PluginRemoval: record_removal,
}
_ACTS: WithoutIncidents = {
    RoleChange: record_role_change,
    Following: record_following,
    ChannelStyle: record_channel_style,
    LoginClaim: record_login_claim,
    BugReport: record_bug_report,
    FilingStyle: record_filing_style,
    DigestWish: record_digest_wish,
    Admission: record_admission,
    UpgradePlan: record_upgrade_plan,
    DeclarationWish: record_declaration,
    DetailEdit: record_detail_edit,
    InstallWish: record_install_wish,
    UseWish: record_use,
    OptionWish: record_option,
    ExtensionWish: record_extension_wish,
    KeyApproval: record_key_approval,
}
RECORDERS: Recorders = (
    without_incidents(_OTHERS)
    | by_people(one_by_one(_ACTS_ON_INCIDENTS))
    | by_people(without_incidents(_ACTS))
)
