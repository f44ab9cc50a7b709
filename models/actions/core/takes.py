"""The arguments that several of the core's actions take."""

from dataclasses import replace

from models.actions.action import Reading
from models.actions.arguments import (
    ActedOn,
    Choice,
    Flag,
    Followed,
    Name,
    Selection,
    Source,
    TimeOfDay,
    Together,
    WorkspaceId,
    Zone,
)
from models.messages.help import EXAMPLE
from models.rules.digest import Digest
from models.rules.speaking import marked

# The plugin of examples.
SOLVED = EXAMPLE

IN_QUOTES = marked("; a name with spaces needs quotes")
# Of an action that takes a plugin's name: the word too many may be the rest of it.
READING_NAMES = Reading(hint=IN_QUOTES)
READING_BRANCHES = Reading(
    hint=marked("; a name with spaces needs quotes, and a host branch follows “on”")
)

PLUGIN = Name(
    name="plugin",
    about=marked("A plugin's name, now or before"),
    of=Source.PLUGINS,
    required=True,
    missing=marked("{action} needs the name of a plugin"),
)
_NO_INCIDENT = marked(
    "{action} needs the number of an incident, the name of a plugin, or “outbreak” and its number"
)
INCIDENT = ActedOn(
    name="incident",
    about=marked("An incident's number, a plugin's name, or outbreak and its number"),
    of=Source.PLUGINS,
    required=True,
    missing=_NO_INCIDENT,
)
INCIDENTS = Selection(
    name="incident",
    about=marked("Incidents' numbers, a plugin's name, or outbreak and its number"),
    of=Source.PLUGINS,
    required=True,
    missing=_NO_INCIDENT,
)
BRANCH = Name(
    name="branch",
    about=marked("A host branch: tests-passed, beta or stable"),
    lead="on",
    called="BRANCH",
    of=Source.BRANCHES,
    missing=marked("“on” needs a host branch, such as tests-passed, beta or stable"),
)
# Whose name is kept, and so is one.
FOLLOWED_BRANCH = replace(
    BRANCH, missing=marked("“on” needs a host branch, such as tests-passed or stable"), longest=100
)
ME = Flag(
    name="me",
    about=marked("You yourself, and not this channel"),
    word="me",
    also=("myself",),
    hidden=True,
    for_forms=True,
)
FOLLOWED = Followed(
    name="plugins",
    about=marked("A plugin's name, tag:TAG, mine, or all"),
    required=True,
    missing=marked(
        "name a plugin, or a tag as tag:TAG, “mine” for those that you maintain, or “all” for all plugins"
    ),
)
WORKSPACE = WorkspaceId(
    name="workspace",
    about=marked("A workspace as platform:ID, such as slack:T0123 or discord:456"),
    required=True,
    missing=marked("Name the workspace as platform:ID, such as slack:T012 or discord:123"),
)
SERVER = Name(
    name="server",
    about=marked("A canary server's name"),
    called="SERVER",
    of=Source.SERVERS,
    lower=True,
)
HOW_OFTEN = marked("say daily, weekly or off, and perhaps when: daily at 09:00 in Europe/Berlin")
OFTEN = Choice(
    name="often", about=marked("How often a digest comes"), of=tuple(Digest)[1:] + tuple(Digest)[:1]
)
AT = TimeOfDay(
    name="at", about=marked("The local time at which it comes, such as 09:00"), lead="at"
)
ZONE = Zone(name="zone", about=marked("Your time zone, such as Europe/Berlin"), lead="in")
DIGEST = Together(
    name="digest",
    about=marked("How often this channel gets a digest, and when: daily 09:00 Europe/Berlin"),
    lead="digest",
    parts=(OFTEN, AT, ZONE),
    missing=HOW_OFTEN,
    repeats=True,
)
