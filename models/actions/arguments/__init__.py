"""The types of arguments that actions take."""

from models.actions.arguments.argument import Argument, Schema, Source
from models.actions.arguments.choices import Choice, Flag
from models.actions.arguments.following import Followed, Labels, Topics
from models.actions.arguments.names import (
    ActedOn,
    FreeWords,
    Integer,
    Name,
    NameOrWords,
    Number,
    Selection,
)
from models.actions.arguments.people import Called, Whom, WorkspaceId
from models.actions.arguments.sets import Heading, HostBranch, Members
from models.actions.arguments.times import Length, TimeOfDay, Together, Zone
from models.actions.arguments.versions import Versions

__all__ = [
    "ActedOn",
    "Argument",
    "Called",
    "Choice",
    "Flag",
    "Followed",
    "FreeWords",
    "Heading",
    "HostBranch",
    "Integer",
    "Labels",
    "Length",
    "Members",
    "Name",
    "NameOrWords",
    "Number",
    "Schema",
    "Selection",
    "Source",
    "TimeOfDay",
    "Together",
    "Topics",
    "Versions",
    "Whom",
    "WorkspaceId",
    "Zone",
]
