"""How the commands are read by which people act."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from models.actions.action import ActionKind
from models.actions.asking import Asker
from models.events import Act
from models.events.roles import RoleChange
from models.rules.authority import Holder, HolderKind, Role
from models.rules.care import Deed
from models.rules.people import Actor
from tests import asking
from tests.asking import DICTIONARY

ASKER = Asker("slack", "T1", "U1", "Gil", "C1", groups=frozenset({"S1"}))
ACTOR = Actor("slack", "T1", "U1", "Gil", frozenset({"S1"}))
HOURS = timedelta(hours=4)


def event(text: str) -> object:
    return asking.event(text, ASKER)


@pytest.mark.parametrize(
    ("text", "act"),
    [
        ("/plugin ack 12", Act(ACTOR, Deed.ACKNOWLEDGE, "12")),
        ("claim solved on stable", Act(ACTOR, Deed.CLAIM, "solved", "stable")),
        ('plugin release "Discourse Solved"', Act(ACTOR, Deed.RELEASE, "Discourse Solved")),
        ("unmute #12", Act(ACTOR, Deed.UNMUTE, "#12")),
        ("ack incident 12", Act(ACTOR, Deed.ACKNOWLEDGE, "12")),
        ("claim Incident #12 on stable", Act(ACTOR, Deed.CLAIM, "#12", "stable")),
        ("ack incident", Act(ACTOR, Deed.ACKNOWLEDGE, "incident")),
        ("mute 12", Act(ACTOR, Deed.MUTE, "12", length=HOURS)),
        ("ack 12 15, #16", Act(ACTOR, Deed.ACKNOWLEDGE, "12 15 #16")),
        ("ack incidents 12,15 on stable", Act(ACTOR, Deed.ACKNOWLEDGE, "12 15", "stable")),
        ("mute 12 15 1d", Act(ACTOR, Deed.MUTE, "12 15", length=timedelta(days=1))),
        ("mute 12 2 days", Act(ACTOR, Deed.MUTE, "12", length=timedelta(days=2))),
        ("mute 12 for 2 hours", Act(ACTOR, Deed.MUTE, "12", length=timedelta(hours=2))),
        ("mute solved 1 Week", Act(ACTOR, Deed.MUTE, "solved", length=timedelta(weeks=1))),
        ("mute 12 30m", Act(ACTOR, Deed.MUTE, "12", length=timedelta(minutes=30))),
        ("mute solved on stable 1d", Act(ACTOR, Deed.MUTE, "solved", "stable", timedelta(days=1))),
        ("mute 12 Until Fixed", Act(ACTOR, Deed.MUTE, "12")),
        ("mute 12 for 4h", Act(ACTOR, Deed.MUTE, "12", length=HOURS)),
        ("mute 12 on stable 1h", Act(ACTOR, Deed.MUTE, "12", "stable", length=timedelta(hours=1))),
        (
            "mute 12 because it's flaky",
            Act(ACTOR, Deed.MUTE, "12", length=HOURS, reason="it's flaky"),
        ),
        (
            "mute 12 until fixed because “the host” waits",
            Act(ACTOR, Deed.MUTE, "12", reason="the host waits"),
        ),
        (
            "mute 12 4h because token=abcdefgh",
            Act(ACTOR, Deed.MUTE, "12", length=HOURS, reason="token=[redacted secret]"),
        ),
    ],
)
def test_what_is_typed_becomes_an_event(text: str, act: Act) -> None:
    assert event(text) == act


@pytest.mark.parametrize(
    ("whom", "kind", "id_"),
    [
        ("<@U123>", HolderKind.USER, "U123"),
        ("<@U123|gil>", HolderKind.USER, "U123"),
        ("<@!123>", HolderKind.USER, "123"),
        ("<@123>", HolderKind.USER, "123"),
        ("U123", HolderKind.USER, "U123"),
        ("<@&123>", HolderKind.GROUP, "123"),
        ("<!subteam^S123|@devs>", HolderKind.GROUP, "S123"),
        ("group:S123", HolderKind.GROUP, "S123"),
    ],
)
def test_somebody_is_named_as_the_platform_writes_them(
    whom: str, kind: HolderKind, id_: str
) -> None:
    holder = Holder("slack", "T1", kind, id_)
    assert event(f"role grant Guardian {whom}") == RoleChange(ACTOR, True, Role.GUARDIAN, holder)
    assert event(f"role revoke maintainer {whom} of solved") == RoleChange(
        ACTOR, False, Role.MAINTAINER, holder, "solved"
    )


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("ack", "ack needs the number of an incident, the name of a plugin, or “outbreak”"),
        ("claim solved on", "“on” needs a host branch"),
        (
            "claim solved stable",
            "“stable” was not understood; a name with spaces needs quotes, and a host branch follows “on”",
        ),
        ("close 12 gone", "“gone” was not understood; a reason follows “because”"),
        (
            "remove solved gone",
            "“gone” was not understood; a name with spaces needs quotes, and a reason follows “because”",
        ),
        (
            "mute 12 flaky",
            "“flaky” was not understood; how long is 30m, 4h, 1d, “until 2030-12-31” or",
        ),
        ("mute 12 91d", "A mute lasts from 1 minute to 90 days"),
        ("mute 12 because", "“because” needs a reason"),
        ("role", "Say whether to grant or to revoke a role"),
        ("role grant owner U1", "A role is guardian, maintainer or admin"),
        ("role grant guardian", "Name whom you mean"),
        ("role grant guardian @gil", "Name whom you mean"),
        ("role grant guardian <@U1", "Name whom you mean"),
        ("role grant maintainer U1", "add “of NAME”"),
        ("role grant guardian U1 of solved", "“of” was not understood"),
        ("role grant maintainer U1 of solved now", "“now” was not understood"),
    ],
)
def test_what_is_not_understood_is_told(text: str, problem: str) -> None:
    assert problem in asking.problem(text)


def test_every_example_becomes_an_event() -> None:
    acts = [action for action in DICTIONARY if action.kind is ActionKind.ACT]
    examples = [f"{action.name} {example}" for action in acts for example in action.examples]
    assert len(examples) > len(acts)
    assert all(event(example) for example in examples)


@pytest.mark.parametrize("verb", ["ack", "claim", "release", "unmute"])
def test_an_outbreak_is_named_by_two_words_or_by_one_value(verb: str) -> None:
    typed = event(f"/plugin {verb} Outbreak 3 on stable")
    assert isinstance(typed, Act)
    assert (typed.subject, typed.branch) == ("outbreak 3", "stable")
    action = DICTIONARY.get(verb)
    assert action is not None
    read = DICTIONARY.given(action, {"incident": "outbreak 3"})
    assert event(read.text) == replace(typed, branch="")


def test_a_mute_is_until_a_day() -> None:
    typed = event("mute 12 until 2030–12–31 because of the freeze")
    assert isinstance(typed, Act)
    assert (typed.length, typed.reason) == (date(2030, 12, 31), "of the freeze")
    assert "was not understood" in asking.problem("mute 12 until 2030-13-31")
