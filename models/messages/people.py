"""The answers to `roles` and `mine`: who may do what, and which plugins somebody cares for."""

from collections.abc import Iterable, Sequence
from dataclasses import replace

from models.messages.blocks import and_more, some_more
from models.messages.message import Block, Buttons, Items, Message, Table, Text, Tone
from models.messages.times import clock
from models.messages.words import clip, joined, signed, tone
from models.rules.authority import HolderKind, Role
from models.rules.speaking import count, marked, say
from models.views.people import MyPlugin, RoleLine

_ROWS = 100
_DETAILS = 5
_BRANCHES = 3

_POWERS = marked(
    "Everyone may ask, and follow for themselves. Maintainers act on their plugins, guardians on all, and "
    "they say what channels follow; admins may also give roles: /plugin help role"
)
_ROLES = {
    Role.ADMIN: marked("admin"),
    Role.GUARDIAN: marked("guardian"),
    Role.MAINTAINER: marked("maintainer"),
}
_HOW_TO_BE = (
    marked("Follow one for yourself: /plugin follow me NAME"),
    marked(
        "Prove that a GitHub login is yours, to be recognised as the maintainer of its plugins: /plugin help link"
    ),
    marked("Ask an admin for the role: /plugin roles"),
)


def roles_message(lines: Sequence[RoleLine]) -> Message:
    """Who may do what in a workspace. People choose their names themselves, so ids are shown
    too.
    """
    if not lines:
        how = say(
            "An operator names the first admin in the setting ADMINS, as platform:workspace:user."
        )
        return Message(
            say("Nobody has a role here yet"),
            Tone.INFO,
            (Text(how), Text(say(_POWERS), quiet=True)),
        )
    table = Table((say("Role"), say("Who"), say("Since")), tuple(map(_role_row, lines[:_ROWS])))
    more = map(Text, and_more(len(lines), _ROWS))
    return Message(
        say("Who may do what here"), Tone.INFO, (table, *more, Text(say(_POWERS), quiet=True))
    )


def mine_message(plugins: Sequence[MyPlugin]) -> Message:
    """The plugins that the person who asks maintains or follows, the worst first."""
    if not plugins:
        hint = (Text(say("To change that:")), Items(tuple(map(say, _HOW_TO_BE))))
        return Message(say("No plugin is yours yet"), Tone.INFO, hint)
    rows = tuple(map(_my_row, plugins[:_ROWS]))
    blocks: list[Block] = [
        Table((say("Plugin"), say("Status"), say("On"), say("Yours because")), rows)
    ]
    rest = len(plugins) - _ROWS
    if rest > 0:
        blocks.append(Text(count(rest, "and {number} plugin more", "and {number} plugins more")))
    broken = [each.line.plugin.handle for each in plugins if each.line.verdict.broken]
    title = say("Your plugins: none is broken")
    if broken:
        title = say(
            "Your plugins: {broken:,} of {all:,} broken", broken=len(broken), all=len(plugins)
        )
        blocks.append(Buttons(tuple(map(_details_button, broken[:_DETAILS]))))
    return Message(title, tone(plugins[0].line.verdict), tuple(blocks))


def with_panels(message: Message, panels: Iterable[tuple[str, Message]]) -> Message:
    """The message with what extensions add at its end, each behind its title."""
    blocks = list(message.blocks)
    for title, said in panels:
        blocks += [Text(f"{clip(title)}: {said.title}"), *said.blocks]
    return replace(message, blocks=tuple(blocks))


def _details_button(handle: str) -> tuple[str, str]:
    return say("Details of {handle}", handle=clip(handle)), f"log {clip(handle)}"


def _role_row(line: RoleLine) -> tuple[str, ...]:
    role = say(_ROLES[Role(line.role)])
    if line.role is Role.MAINTAINER:
        role = say("{role} of {handle}", role=role, handle=clip(line.handle))
    return role, _who(line), _since(line)


def _since(line: RoleLine) -> str:
    if line.login:
        return say("{since}, as {login} on GitHub", since=clock(line.since), login=clip(line.login))
    if line.by_setting:
        return say("by sitting at this machine") if line.is_here else say("by the setting ADMINS")
    return clock(line.since)


def _who(line: RoleLine) -> str:
    if line.kind is HolderKind.GROUP:
        return say("everyone in the group {holder}", holder=clip(line.holder))
    if line.name in {"", line.holder}:
        return clip(line.holder)
    return f"{clip(line.name)} ({clip(line.holder)})"


def _my_row(mine: MyPlugin) -> tuple[str, ...]:
    line = mine.line
    branches = map(clip, line.host_branches[:_BRANCHES])
    where = joined((*branches, *some_more(len(line.host_branches), _BRANCHES))) or say("no report")
    return clip(line.plugin.handle), signed(line.verdict), where, _because(mine)


def _because(mine: MyPlugin) -> str:
    reasons = []
    if mine.is_maintained:
        reasons.append(say("you maintain it"))
    reasons += [say("you are {login} on GitHub", login=clip(login)) for login in mine.logins]
    if mine.is_followed:
        reasons.append(say("you follow it"))
    return joined(tuple(reasons))
