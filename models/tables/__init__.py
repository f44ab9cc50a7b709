"""The rows, one file a noun. Importing this package registers every table with the metadata."""

import models.tables.base  # noqa: F401  # names constraints, so it stands before the tables
from models.tables.api_key import ApiKey
from models.tables.canary import Artefact, CanaryOrder, CanaryRun, WatchedIncident
from models.tables.card_decoration import CardDecoration
from models.tables.ci import CiRun
from models.tables.commit import Commit
from models.tables.commit_read import CommitFiles, CommitRange
from models.tables.database_file import DatabaseFile
from models.tables.declaration import Declaration
from models.tables.digest import DigestSent, Reminder
from models.tables.extension import Extension
from models.tables.extension_package import ExtensionPackage
from models.tables.extension_upgrade import ExtensionUpgrade
from models.tables.extension_use import ExtensionUse
from models.tables.filing import FiledIssue, OpenChannel
from models.tables.github import CodeOwner, GithubBudget, GithubSync
from models.tables.github_delivery import Delivery
from models.tables.host_branch import HostBranch
from models.tables.host_version import HostCommitVersion, HostVersion
from models.tables.incident import Incident, StoryEntry
from models.tables.issue import Issue, Label
from models.tables.job import Job, JobRun
from models.tables.key_request import KeyRequest
from models.tables.master_list_line import MasterListLine
from models.tables.outbox import Announcement, ClosedPlatform, MessageReference, Posting, Turn
from models.tables.outbreak import Outbreak
from models.tables.people import AuditEntry, Person, RoleGrant, Workspace
from models.tables.plugin import Alias, Plugin
from models.tables.realm_call import RealmCall
from models.tables.release import Release
from models.tables.report import Report
from models.tables.report_draft import ReportDraft
from models.tables.repository import AppInstallation, Repository, RepositoryName
from models.tables.repository_owner import RepositoryOwner
from models.tables.repository_preview import RepositoryPreview
from models.tables.room import RoomMessage
from models.tables.rush import Rush, RushMember
from models.tables.silence import Absence, Attendance, Heartbeat, MassSilence, WatchedSource
from models.tables.site import Installation, Site, Statistic, StatisticDay
from models.tables.source_names import SourceNames
from models.tables.status import SourceVerdict, Status
from models.tables.submission import Submission
from models.tables.subscription import Destination, GithubLink, Subscription
from models.tables.unannounced_step import UnannouncedStep
from models.tables.upgrade_wish import UpgradeWish

__all__ = [
    "Absence",
    "Alias",
    "Announcement",
    "ApiKey",
    "AppInstallation",
    "Artefact",
    "Attendance",
    "AuditEntry",
    "CanaryOrder",
    "CanaryRun",
    "CardDecoration",
    "CiRun",
    "ClosedPlatform",
    "CodeOwner",
    "Commit",
    "CommitFiles",
    "CommitRange",
    "DatabaseFile",
    "Declaration",
    "Delivery",
    "Destination",
    "DigestSent",
    "Extension",
    "ExtensionPackage",
    "ExtensionUpgrade",
    "ExtensionUse",
    "FiledIssue",
    "GithubBudget",
    "GithubLink",
    "GithubSync",
    "Heartbeat",
    "HostBranch",
    "HostCommitVersion",
    "HostVersion",
    "Incident",
    "Installation",
    "Issue",
    "Job",
    "JobRun",
    "KeyRequest",
    "Label",
    "MassSilence",
    "MasterListLine",
    "MessageReference",
    "OpenChannel",
    "Outbreak",
    "Person",
    "Plugin",
    "Posting",
    "RealmCall",
    "Release",
    "Reminder",
    "Report",
    "ReportDraft",
    "Repository",
    "RepositoryName",
    "RepositoryOwner",
    "RepositoryPreview",
    "RoleGrant",
    "RoomMessage",
    "Rush",
    "RushMember",
    "Site",
    "SourceNames",
    "SourceVerdict",
    "Statistic",
    "StatisticDay",
    "Status",
    "StoryEntry",
    "Submission",
    "Subscription",
    "Turn",
    "UnannouncedStep",
    "UpgradeWish",
    "WatchedIncident",
    "WatchedSource",
    "Workspace",
]
