"""The rows, one file a noun. Importing this package registers every table with the metadata."""

import models.tables.naming  # noqa: F401  # names constraints, so it stands before the tables
from models.tables.api_key import ApiKey, KeyKind
from models.tables.canary import Artefact, ArtefactKind, CanaryRun, SigningKey, SourceIncident
from models.tables.ci import CiRun
from models.tables.commit import Commit
from models.tables.delivery import Delivery
from models.tables.incident import Incident, StoryEntry
from models.tables.issue import Issue, Label
from models.tables.outbox import Action, Announcement, MessageReference
from models.tables.outbreak import Outbreak
from models.tables.people import AuditEntry, Person, RoleGrant
from models.tables.plugin import Alias, Plugin
from models.tables.release import Release
from models.tables.report import Report
from models.tables.repository import AppInstallation, Repository, RepositoryName
from models.tables.room import RoomMessage
from models.tables.site import Installation, Site, SiteKind, Statistic
from models.tables.status import SourceVerdict, Status
from models.tables.subscription import Destination, GithubLink, Subscription

__all__ = [
    "Action",
    "Alias",
    "Announcement",
    "ApiKey",
    "AppInstallation",
    "Artefact",
    "ArtefactKind",
    "AuditEntry",
    "CanaryRun",
    "CiRun",
    "Commit",
    "Delivery",
    "Destination",
    "GithubLink",
    "Incident",
    "Installation",
    "Issue",
    "KeyKind",
    "Label",
    "MessageReference",
    "Outbreak",
    "Person",
    "Plugin",
    "Release",
    "Report",
    "Repository",
    "RepositoryName",
    "RoleGrant",
    "RoomMessage",
    "SigningKey",
    "Site",
    "SiteKind",
    "SourceIncident",
    "SourceVerdict",
    "Statistic",
    "Status",
    "StoryEntry",
    "Subscription",
]
