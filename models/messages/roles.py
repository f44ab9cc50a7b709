"""The answers to `role grant` and `role revoke`."""

from enum import StrEnum

from models.messages.message import Message, Text, Tone
from models.messages.words import clip
from models.rules.authority import Holder, HolderKind, Role
from models.rules.places import LOCAL
from models.rules.speaking import marked, say
from models.views import PluginView


class RoleEffect(StrEnum):
    """What became of a role that was to be given or taken."""

    GRANTED = "granted"
    REVOKED = "revoked"
    HAS = "has"
    HAS_NOT = "has not"
    BY_SETTING = "by setting"
    LAST_ADMIN = "last admin"


_WORDS = {
    RoleEffect.GRANTED: marked("{who} is {what} from now on"),
    RoleEffect.REVOKED: marked("{who} is no longer {what}"),
    RoleEffect.HAS: marked("{who} is {what} already"),
    RoleEffect.HAS_NOT: marked("{who} is not {what}"),
    RoleEffect.BY_SETTING: marked("{who} stays {what}"),
    RoleEffect.LAST_ADMIN: marked("{who} stays {what}"),
}
_NAMED = {
    Role.ADMIN: marked("an admin"),
    Role.GUARDIAN: marked("a guardian"),
    Role.MAINTAINER: marked("a maintainer"),
}
_WHY = {
    RoleEffect.BY_SETTING: marked(
        "The setting ADMINS names them, so that only an operator can take this role."
    ),
    RoleEffect.LAST_ADMIN: marked(
        "Nobody else here could give roles then. Make somebody else an admin first."
    ),
}


def role_message(
    role: Role,
    holder: Holder,
    plugin: PluginView | None,
    effect: RoleEffect,
) -> Message:
    """Who has, or no longer has, which role; where nothing changed, says why."""
    title = say(_WORDS[effect], who=_who(holder), what=_what(role, plugin))
    if effect not in _WHY:
        return Message(title)
    why = say(_WHY[effect])
    if effect is RoleEffect.BY_SETTING and holder.platform == LOCAL:
        why = say("Whoever sits at this machine is an admin of its room.")
    return Message(title, Tone.WARNING, (Text(why),))


def _who(holder: Holder) -> str:
    if holder.kind is HolderKind.GROUP:
        return say("Everyone in the group {id}", id=clip(holder.id))
    return say("The user {id}", id=clip(holder.id))


def _what(role: Role, plugin: PluginView | None) -> str:
    named = say(_NAMED[role])
    if plugin is None:
        return named
    return say("{role} of {plugin}", role=named, plugin=clip(plugin.handle))
