"""The answers to `role grant` and `role revoke`."""

from enum import StrEnum

from models.messages.message import Message, Text, Tone
from models.messages.words import clip
from models.rules.authority import Holder, HolderKind, Role
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


def role_message(role: Role, holder: Holder, plugin: PluginView | None, effect: RoleEffect) -> Message:
    """Who has, or has no longer, which role; and why, where it stays as it was."""
    who = f"{'Everyone in the group' if holder.kind is HolderKind.GROUP else 'The user'} {clip(holder.id)}"
    what = f"{'an' if role is Role.ADMIN else 'a'} {role}" + (f" of {clip(plugin.handle)}" if plugin else "")
    why = (Text(_WHY[effect]),) if effect in _WHY else ()
    tone = Tone.WARNING if effect in _WHY else Tone.INFO
    return Message(_WORDS[effect].format(who, what), tone, why)
