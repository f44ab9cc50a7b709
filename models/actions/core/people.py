"""The questions about people: which plugins are mine, who may do what here, and who did what."""

from models.actions.asking import Asking
from models.extensions.drawn import MINE, drawn_for
from models.extensions.host import this_host
from models.extensions.using import language_of
from models.messages.admission import not_aloud, workspaces_message
from models.messages.audit import audit_message
from models.messages.help import unknown_plugin
from models.messages.message import Message
from models.messages.people import mine_message, roles_message, with_panels
from models.queries.audit import audit_lines
from models.queries.clearances import known_workspaces
from models.queries.people import my_plugins, role_lines
from models.queries.plugins import find_plugin, handles
from models.rules.privacy import Audit

# Entries of the audit log in one answer.
_AUDITED = 30


def mine(asking: Asking) -> Message:
    """The plugins that the asker maintains or follows."""
    asker = asking.asker
    address = asker.place(for_me=True).address
    lines = my_plugins(asking.session, asker.actor, address, asking.now, asking.allowed)
    language = language_of(asking.session, asker.platform, asker.channel)
    panels = drawn_for(asking.session, this_host(), asking.used, MINE, language)
    return with_panels(mine_message(lines), panels)


def audit(asking: Asking, plugin: str = "") -> Message:
    """Who did what, to all plugins or to one: in this workspace, or everywhere for those who act on all plugins."""
    if asking.allowed.audit is Audit.NOTHING:
        return not_aloud()
    found = find_plugin(asking.session, plugin, allowed=asking.allowed) if plugin else None
    if plugin and found is None:
        return unknown_plugin(plugin, handles(asking.session))
    here = (asking.asker.platform, asking.asker.workspace)
    lines = audit_lines(asking.session, found, _AUDITED, asking.allowed, here)
    return audit_message(lines, found, asking.now)


def workspaces(asking: Asking) -> Message:
    """Every workspace that is admitted."""
    return workspaces_message(known_workspaces(asking.session))


def roles(asking: Asking) -> Message:
    """Everyone with a role in the workspace in which it is asked."""
    asker = asking.asker
    lines = role_lines(asking.session, asker.platform, asker.workspace, asking.allowed)
    return roles_message(lines)
