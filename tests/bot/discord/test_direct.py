"""In a direct message Discord tells nothing of the guild, so it is asked who somebody is there."""

import pytest

from tests.bot.discord.conftest import listening
from tests.servers.discord import GUILD, PERSON, ROLE, Discord, Trouble, until

ASKED = f"GET /guilds/{GUILD}/members/"


@pytest.mark.parametrize(
    ("members", "groups", "workspace"),
    [({PERSON: [ROLE, "7"]}, {ROLE, "7"}, GUILD), ({PERSON: []}, set(), GUILD), ({}, set(), "")],
    ids=["with roles", "without", "not in the guild any more"],
)
async def test_who_acts_directly_has_the_roles_of_the_guild(
    server: Discord, members: dict[str, list[str]], groups: set[str], workspace: str
) -> None:
    server.members = members
    async with listening(server) as asked:
        await server.connected()
        answers = await server.command("mine", direct=True)
        await until(lambda: bool(answers))
        answers = await server.command("failing", direct=True)
        await until(lambda: bool(answers))
    assert [(text, asker.groups, asker.workspace) for text, asker in asked.questions] == [
        ("mine", groups, workspace),
        ("failing", groups, workspace),
    ]


async def test_where_discord_does_not_tell_nobody_has_a_role(server: Discord) -> None:
    server.trouble(ASKED, Trouble(403, {"code": 50001, "message": "no"}))
    async with listening(server) as asked:
        await server.connected()
        answers = await server.command("mine", direct=True)
        await until(lambda: bool(answers))
    ((_, asker),) = asked.questions
    assert (asker.groups, asker.workspace) == (frozenset(), "")
