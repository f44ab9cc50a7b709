"""The answers to `roles` and `mine`: who may do what, and the plugins that are somebody's own."""

from collections.abc import Sequence

from models.messages.message import Buttons, Items, Message, Table, Text, Tone
from models.messages.times import clock
from models.messages.words import clip, count, joined, signed, tone
from models.rules.authority import HolderKind, Role
from models.views.people import MyPlugin, RoleLine

_ROWS = 100
_DETAILS = 5
_BRANCHES = 3

_POWERS = (
    "Everyone may ask, and follow for themselves. Maintainers act on their plugins, guardians on all, and they say "
    "what channels follow; admins may also give roles: /plugin help role"
)
_HOW_TO_BE = (
    "Follow one for yourself: /plugin follow me NAME",
    "Prove that a GitHub login is yours, to be recognised as the maintainer of its plugins: /plugin help link",
    "Ask an admin for the role: /plugin roles",
)


def roles_message(lines: Sequence[RoleLine]) -> Message:
    """Who may do what in a workspace. A name is what its bearer chose; the id is the platform's."""
    if not lines:
        how = "An operator names the first admin in the setting ADMINS, as platform:workspace:user."
        return Message("Nobody has a role here yet", Tone.INFO, (Text(how), Text(_POWERS, quiet=True)))
    table = Table(("Role", "Who", "Since"), tuple(map(_role_row, lines[:_ROWS])))
    more = (Text(f"and {len(lines) - _ROWS:,} more"),) if len(lines) > _ROWS else ()
    return Message("Who may do what here", Tone.INFO, (table, *more, Text(_POWERS, quiet=True)))


def mine_message(plugins: Sequence[MyPlugin]) -> Message:
    """The plugins that who asks maintains or follows, the worst first."""
    if not plugins:
        return Message("No plugin is yours yet", Tone.INFO, (Text("To change that:"), Items(_HOW_TO_BE)))
    broken = [each.line for each in plugins if each.line.verdict.broken]
    title = f"Your plugins: {len(broken):,} of {len(plugins):,} broken" if broken else "Your plugins: none is broken"
    table = Table(("Plugin", "Status", "On", "Yours because"), tuple(map(_my_row, plugins[:_ROWS])))
    more = (Text(f"and {count(len(plugins) - _ROWS, 'plugin')} more"),) if len(plugins) > _ROWS else ()
    details = tuple(
        (f"Details of {clip(line.plugin.handle)}", f"log {clip(line.plugin.handle)}") for line in broken[:_DETAILS]
    )
    return Message(title, tone(plugins[0].line.verdict), (table, *more, *((Buttons(details),) if details else ())))


def _role_row(line: RoleLine) -> tuple[str, ...]:
    role = f"{line.role} of {clip(line.handle)}" if line.role is Role.MAINTAINER else str(line.role)
    if line.login:
        since = f"{clock(line.since)}, as {clip(line.login)} on GitHub"
    else:
        since = "by the setting ADMINS" if line.by_setting else clock(line.since)
    return role, _who(line), since


def _who(line: RoleLine) -> str:
    if line.kind is HolderKind.GROUP:
        return f"everyone in the group {clip(line.holder)}"
    return f"{clip(line.name)} ({clip(line.holder)})" if line.name else clip(line.holder)


def _my_row(mine: MyPlugin) -> tuple[str, ...]:
    line = mine.line
    branches = line.host_branches[:_BRANCHES]
    rest = len(line.host_branches) - len(branches)
    where = joined((*map(clip, branches), *((f"{rest} more",) if rest else ()))) or "no report"
    return clip(line.plugin.handle), signed(line.verdict), where, _because(mine)


def _because(mine: MyPlugin) -> str:
    reasons = (
        *(("you maintain it",) if mine.is_maintained else ()),
        *(f"you are {clip(login)} on GitHub" for login in mine.logins),
        *(("you follow it",) if mine.is_followed else ()),
    )
    return joined(reasons)
