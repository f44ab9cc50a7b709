"""The rows, one file a noun. Importing this package registers every table with the metadata."""

import models.tables.naming  # noqa: F401  # names constraints, so it stands before the tables
from models.tables.api_key import ApiKey, KeyKind
from models.tables.commit import Commit
from models.tables.incident import Incident, StoryEntry
from models.tables.outbox import Action, Announcement, MessageReference
from models.tables.outbreak import Outbreak
from models.tables.plugin import Alias, Plugin
from models.tables.report import Report
from models.tables.room import RoomMessage
from models.tables.site import Installation, Site, SiteKind, Statistic
from models.tables.status import SourceVerdict, Status
from models.tables.subscription import Destination, Subscription

__all__ = [
    "Action",
    "Alias",
    "Announcement",
    "ApiKey",
    "Commit",
    "Destination",
    "Incident",
    "Installation",
    "KeyKind",
    "MessageReference",
    "Outbreak",
    "Plugin",
    "Report",
    "RoomMessage",
    "Site",
    "SiteKind",
    "SourceVerdict",
    "Statistic",
    "Status",
    "StoryEntry",
    "Subscription",
]
