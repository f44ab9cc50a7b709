"""What people do about incidents, and the roles they give: the events that these acts become."""

from datetime import date, timedelta

from models.actions.arguments.people import NamedHolder
from models.actions.asking import Asker
from models.events import Act, Event
from models.events.admission import Admission
from models.events.closing import IncidentClosing
from models.events.key_requests import KeyApproval
from models.events.roles import RoleChange
from models.messages.closing import NO_NUMBER, NO_REASON
from models.rules.authority import API, Holder, Role
from models.rules.care import Deed
from models.rules.inert import inert
from models.rules.mutes import USUAL
from models.rules.redact import redact
from models.rules.speaking import marked

_REASON_LIMIT = 200
_MOST_DIGITS = 10  # no database has an incident with a number of so many


def act(deed: Deed, asker: Asker, incident: str, branch: str = "") -> Event:
    """An act on the incident of a number, or on the open ones of a plugin."""
    return Act(asker.actor, deed, incident, branch, allowed=asker.allowed)


def mute(
    asker: Asker,
    incident: str,
    branch: str = "",
    length: timedelta | date | None = USUAL,
    because: str = "",
) -> Event:
    """A mute, for a length of time, until a day or, where that is None, until the incident is fixed."""
    reason = " ".join(inert(redact(because)).split())[:_REASON_LIMIT]
    return Act(asker.actor, Deed.MUTE, incident, branch, length, reason, asker.allowed)


def admit(admits: bool, asker: Asker, workspace: tuple[str, str]) -> Event:
    """A workspace that is admitted, or dismissed."""
    return Admission(asker.actor, *workspace, admits=admits)


def approve(asker: Asker, site: str, code: str) -> Event:
    """A site whose admin is known, and may have the key that they ask for."""
    return KeyApproval(asker.actor, site, code)


def close(asker: Asker, incident: str, because: str = "") -> Event:
    """An incident that can never end by itself.

    Raises:
        ValueError: no reason is given, or no number.
    """
    number = incident.removeprefix("#")
    if not (number.isascii() and number.isdigit() and len(number) < _MOST_DIGITS):
        raise ValueError(NO_NUMBER)
    reason = " ".join(inert(redact(because)).split())[:_REASON_LIMIT]
    if not reason:
        raise ValueError(NO_REASON)
    return IncidentClosing(asker.actor, int(number), reason, asker.allowed)


def change_role(asker: Asker, change: str, role: str, whom: NamedHolder, plugin: str = "") -> Event:
    """A role that is given or taken.

    Raises:
        ValueError: a plugin is named for a role that is not one of a plugin.
    """
    if role != Role.MAINTAINER and plugin:
        raise ValueError(marked("“of” was not understood"))
    platform, workspace = (API, API) if whom.is_robot else (asker.platform, asker.workspace)
    holder = Holder(platform, workspace, whom.kind, whom.id)
    return RoleChange(asker.actor, change == "grant", Role(role), holder, plugin, asker.allowed)
