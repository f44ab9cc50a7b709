"""`/plugin canary`, answered from a real database."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from pydantic import SecretStr

from models.actions.action import Asked, Misunderstood
from models.actions.asking import Asker
from models.actions.completion import names
from models.database.engine import Database
from models.messages.message import Links, Message, Tone
from models.operating import slots
from models.operating.signing import Signer
from models.rules.kinds import ArtefactKind
from models.rules.people import Actor
from models.rules.smoke import SmokeJob
from tests import asking
from tests.asking import ADDRESS, DICTIONARY, SIGNED
from tests.canaries import BLAMES, FAILED, SERVER, a_canary, a_log, a_run, unfinished
from tests.models.messages.samples import said
from tests.staff import GUARDIAN, MAINTAINER, STRANGER, staffed
from tests.world import World, make_world

DAY = timedelta(days=1)

Ask = Callable[..., Message]


@pytest.fixture
def world(database: Database, now: datetime) -> World:
    """Three servers: one whose newest run blames a plugin, one that is fine, and one whose run never ended."""
    world = make_world(database, now, "solved", "voting")
    stable = a_canary(world)
    world.record(a_run(stable, "s1", world.now - DAY))
    failed = a_run(stable, "s2", world.now, FAILED)
    world.record(unfinished(failed), a_log(failed, BLAMES.format("solved")), failed)
    beta, silent = "beta.example.com", "silent.example.com"
    world.record(a_run(a_canary(world, beta), "b1", world.now - DAY, server=beta))
    world.record(unfinished(a_run(a_canary(world, silent), "x1", world.now, server=silent)))
    return world


@pytest.fixture
def ask(world: World) -> Ask:
    staffed(world)

    def ask(text: str, who: Actor = GUARDIAN, signer: Signer = SIGNED) -> Message:
        asker = Asker(who.platform, who.workspace, who.user, who.name, "C1")
        return asking.ask(world.database, text, world.now, asker, signer)

    return ask


def test_all_servers(world: World, ask: Ask) -> None:
    assert ask("/plugin canary").title == "The smoke test fails on 1 of 3 servers"
    assert "… running" in said(ask("/plugin canary"))
    world.now += timedelta(minutes=31)
    assert "? never finished" in said(ask("/plugin canary"))


def test_one_server_in_any_spelling(ask: Ask) -> None:
    message = ask("/plugin canary Stable.Example.COM.")
    assert (message.title, message.tone) == (
        "stable.example.com: the last smoke test failed",
        Tone.BROKEN,
    )
    assert "Attributed to solved. The error: /plugin log solved" in said(message)
    assert ask("/plugin canary beta.example.com").tone is Tone.HEALTHY


def test_links_that_the_web_process_takes(world: World, ask: Ask) -> None:
    (block,) = [
        block for block in ask("/plugin canary stable.example.com") if isinstance(block, Links)
    ]
    ((label, address),) = block.links
    assert (label, address.partition("?")[0]) == (
        "Console log",
        f"{ADDRESS}/canary/runs/s2/console-log",
    )
    SIGNED.check(
        address.partition("&token=")[2], f"{SERVER}/s2", ArtefactKind.CONSOLE_LOG, world.now
    )


def test_no_links_without_a_key(ask: Ask) -> None:
    message = ask("/plugin canary stable.example.com", signer=Signer(SecretStr("")))
    assert not any(isinstance(block, Links) for block in message)


def test_links_are_for_those_who_may_test(ask: Ask) -> None:
    for who in (STRANGER, MAINTAINER):
        message = ask("/plugin canary stable.example.com", who)
        assert "are shown to guardians and admins" in said(message)
        assert not any(isinstance(block, Links) for block in message)


def test_a_server_of_ours_can_be_tested_now(world: World, ask: Ask) -> None:
    with world.database.write() as session:
        lines = [
            slots.JobDescription(SmokeJob(name).name, "daily at 03:15 UTC", DAY)
            for name in ("stable.example.com", "new")
        ]
        slots.put_up(session, lines, world.now)
    assert "canary run stable.example.com" in str(ask("/plugin canary stable.example.com").blocks)
    assert "canary run" not in str(ask("/plugin canary beta.example.com").blocks)
    assert ask("/plugin canary new").title == "new: no smoke test has run yet"
    assert "– none yet" in said(ask("/plugin canary"))


@pytest.mark.parametrize(
    ("text", "asked"),
    [
        ("canary run Stable", ("canary run", {"server": "stable"})),
        ("canary RUN stable trace", ("canary run", {"server": "stable", "trace": True})),
        ("canary stable", ("canary", {"server": "stable"})),
    ],
)
def test_how_a_run_is_asked_for(text: str, asked: tuple[str, dict[str, object]]) -> None:
    read = DICTIONARY.typed(text).read
    assert isinstance(read, Asked)
    assert (read.action.name, read.values) == asked


@pytest.mark.parametrize(
    "text", ["canary run", "canary run stable twice", "canary run stable trace now"]
)
def test_what_is_not_understood_names_the_command(text: str) -> None:
    read = DICTIONARY.typed(text).read
    assert isinstance(read, Misunderstood)
    assert read.action is not None
    assert DICTIONARY.command(read.action).name == "canary"


def test_an_unknown_server_is_answered_with_near_names(ask: Ask) -> None:
    assert "Did you mean beta.example.com" in said(ask("/plugin canary beat.example.com"))
    assert "was not understood" in ask("/plugin canary a b").title


def test_the_servers_can_be_completed(world: World) -> None:
    with world.database.read() as session:
        assert names(session, DICTIONARY)["servers"] == [
            "beta.example.com",
            "silent.example.com",
            "stable.example.com",
        ]


def test_the_incident_tells_where_to_look(ask: Ask) -> None:
    assert "/plugin canary stable.example.com" in said(ask("/plugin log solved")) + said(
        ask("/plugin failing")
    )
