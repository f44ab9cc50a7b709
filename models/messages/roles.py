"""The answers to `role grant` and `role revoke`."""

from enum import StrEnum

from models.messages.message import Message, Text, Tone
from models.messages.words import clip
from models.rules.authority import Holder, HolderKind, Role
from models.rules.places import LOCAL
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
    RoleEffect.GRANTED: "{} is {} from now on",
    RoleEffect.REVOKED: "{} is no longer {}",
    RoleEffect.HAS: "{} is {} already",
    RoleEffect.HAS_NOT: "{} is not {}",
    RoleEffect.BY_SETTING: "{} stays {}",
    RoleEffect.LAST_ADMIN: "{} stays {}",
}
_WHY = {
    RoleEffect.BY_SETTING: "The setting ADMINS names them, so that only an operator can take this role.",
    RoleEffect.LAST_ADMIN: "Nobody else here could give roles then. Make somebody else an admin first.",
}


def role_message(
    role: Role,
    holder: Holder,
    plugin: PluginView | None,
    effect: RoleEffect,
) -> Message:
    """Who has, or no longer has, which role; where nothing changed, says why."""
    title = _WORDS[effect].format(_who(holder), _what(role, plugin))
    if effect not in _WHY:
        return Message(title)
    why = _WHY[effect]
    if effect is RoleEffect.BY_SETTING and holder.platform == LOCAL:
        why = "Whoever sits at this machine is an admin of its room."
    return Message(title, Tone.WARNING, (Text(why),))


def _who(holder: Holder) -> str:
    noun = "Everyone in the group" if holder.kind is HolderKind.GROUP else "The user"
    return f"{noun} {clip(holder.id)}"


def _what(role: Role, plugin: PluginView | None) -> str:
    article = "an" if role is Role.ADMIN else "a"
    if plugin is None:
        return f"{article} {role}"
    return f"{article} {role} of {clip(plugin.handle)}"
