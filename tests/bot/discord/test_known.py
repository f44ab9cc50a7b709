"""What may be known on Discord: the same table through the real libraries, and at the moment of sending."""

import json
from typing import Any

import pytest
from sqlmodel import select

from models.database.engine import Database
from models.outbox.sending import SendError
from models.tables import Destination
from tests.asking import responder
from tests.bot.discord.conftest import listening, outgoing, sending
from tests.known import GROUP, PEOPLE, PUBLIC_CHANNEL, SHORT, SIGNER, Somebody, found, make_known
from tests.servers.discord import CHANNEL, Discord, until

# The stand-in has one channel; who asks in others stands in the other tables.
ASKED_HERE = {
    name: who
    for name, who in PEOPLE.items()
    if who.channel == PUBLIC_CHANNEL and not who.for_all and who.private is not None
}


async def test_who_gets_to_know_what_over_the_wire(database: Database, server: Discord) -> None:
    make_known(database, "discord")
    async with listening(server, responder(database, SIGNER)):
        await server.connected()
        for name, who in ASKED_HERE.items():
            texts = [await asks(server, who, text) for text in SHORT]
            assert found("".join(texts)) == who.knows, name


async def test_what_is_shared_is_what_all_may_read(database: Database, server: Discord) -> None:
    make_known(database, "discord")
    guardian = PEOPLE["guardian"]
    async with listening(server, responder(database, SIGNER)):
        await server.connected()
        answers = await command(server, guardian, "info hidden")
        assert found(json.dumps(answers)) == {"private plugin"}
        shown = server.message(CHANNEL, answers[0]["data"])
        shared = await server.press(shown, "pw-share:info hidden", person=guardian.user, roles=())
        await until(lambda: len(shared) == 2)
    told = json.dumps([answer for answer in shared if "follows" in answer])
    assert "About hidden" in told
    assert found(told) == set()


async def test_a_member_hears_of_it_in_a_private_channel_that_was_cleared(
    database: Database, server: Discord
) -> None:
    make_known(database, "discord")
    with database.write() as session:
        session.exec(
            select(Destination).where(Destination.address == CHANNEL)
        ).one().hears_private = True
    server.private = {CHANNEL}
    member = PEOPLE["member"]
    async with listening(server, responder(database, SIGNER)):
        await server.connected()
        assert found(await asks(server, member, "info hidden")) == {"private plugin"}
    server.private = set()
    async with listening(server, responder(database, SIGNER)):
        await server.again()
        assert found(await asks(server, member, "info hidden")) == set()
    with database.read() as session:
        assert not session.exec(
            select(Destination.hears_private).where(Destination.address == CHANNEL)
        ).one()


async def test_a_private_message_is_sent_while_discord_hides_the_channel_from_everyone(
    server: Discord,
) -> None:
    server.private = {CHANNEL}
    async with sending(server) as sender:
        assert await sender.send(outgoing(private=True))
    server.private = set()
    async with sending(server) as sender:
        with pytest.raises(SendError) as refused:
            await sender.send(outgoing(private=True))
        assert (refused.value.opened, refused.value.permanent) == (True, True)
        assert await sender.send(outgoing())
    assert len(server.messages[CHANNEL]) == 2


async def command(server: Discord, who: Somebody, text: str) -> list[dict[str, Any]]:
    name, _, rest = text.partition(" ")
    option = {"canary": "server", "list": "filter"}.get(name, "plugin")
    roles = (GROUP,) if who.in_group else ()
    given = [{"name": option, "type": 3, "value": rest}] if rest else []
    chosen = server.chosen(name, given)
    answers = await server.interact(2, chosen, person=who.user, roles=roles, guild=who.workspace)
    await until(lambda: bool(answers))
    return answers


async def asks(server: Discord, who: Somebody, text: str) -> str:
    """What is answered to the asker alone."""
    return json.dumps(await command(server, who, text)).replace(
        text, ""
    )  # what was asked is no answer
