"""Whether a set of plugins works, as people ask it."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

import pytest
from sqlmodel import select

from models.actions.asking import Asker
from models.database.engine import Database
from models.messages.message import Items, Message, Table, Tone
from models.tables import Plugin
from tests.asking import ANYONE, ask
from tests.hub import a_repository
from tests.models.messages.samples import said
from tests.staff import ADMIN, staffed
from tests.world import BAD, GOOD, World, make_world, saw

SHA, OLD, HOST = "a1" * 20, "b2" * 20, "c3" * 20
MEMBER = Asker("slack", "T1", "U-none", "Nobody", "D1", is_direct=True)
STRANGER = replace(MEMBER, workspace="T9")

Ask = Callable[..., Message]


@pytest.fixture
def world(database: Database, now: datetime) -> World:
    """On stable, solved, voting and chat work and broken does not; nobody has heard of quiet."""
    world = make_world(database, now, "solved", "voting", "chat", "broken", "quiet")
    staffed(world)
    good = [saw(handle, SHA, GOOD) for handle in ("solved", "voting", "chat")]
    world.report(*good, saw("broken", SHA, BAD), host=HOST, branch="stable")
    return world


@pytest.fixture
def check(world: World) -> Ask:
    def check(text: str, asker: Asker = ANYONE) -> Message:
        return ask(world.database, f"check {text}", world.now, asker)

    return check


def declare(world: World, text: str) -> None:
    admin = Asker("slack", "T1", ADMIN.user, ADMIN.name, "D1", is_direct=True)
    assert ask(world.database, f"edit {text}", world.now, admin).tone is Tone.INFO


def plugin(world: World, handle: str, **values: object) -> int:
    with world.database.write() as session:
        row = session.exec(select(Plugin).where(Plugin.handle == handle)).one()
        row.sqlmodel_update(values)
        session.add(row)
        return row.id or 0


def lines(message: Message) -> list[str]:
    return [line for block in message if isinstance(block, Items) for line in block.items]


def rows(message: Message) -> dict[str, tuple[str, ...]]:
    (table,) = (block for block in message if isinstance(block, Table))
    return {row[0]: row[1:] for row in table.rows}


def test_what_works_and_what_is_not_known(check: Ask) -> None:
    works = check("Stable: Solved, voting")
    assert (works.title, works.tone) == ("These 2 plugins work on stable", Tone.HEALTHY)
    assert rows(works)["solved"] == ("newest", "✓ compatible", "a canary server")
    unheard = check("stable: solved, quiet, nowhere")
    assert unheard.title == "Whether these 2 plugins work on stable is not known"
    assert lines(unheard) == [
        "no plugin is called “nowhere”",
        "nobody has reported quiet on stable yet",
    ]
    assert check("beta: solved").tone is Tone.UNKNOWN
    assert lines(check("stable: quiet@a1b2c3d4e5")) == [
        "nobody has reported quiet a1b2c3d on stable yet"
    ]
    assert lines(check("stable: slved")) == ["no plugin is called “slved”; did you mean solved?"]
    assert "Did you mean stable?" in said(check("stabel: solved"))
    assert check("stable").title == "Which plugins?"


def test_names_may_stand_with_blanks_between(check: Ask) -> None:
    both = check("stable: solved voting")
    assert (both.title, set(rows(both))) == (
        "These 2 plugins work on stable",
        {"solved", "voting"},
    )
    assert rows(check("stable: voting solved 9.9"))["solved"][0] == "9.9"
    assert lines(check("stable: solved vting chat")) == [
        "no plugin is called “vting”; did you mean voting?"
    ]
    assert lines(check("stable: we all like solved")) == [
        "no plugin is called “we all like solved”"
    ]


@pytest.mark.parametrize("typed", ["solved, chat on stable", "solved chat ON stable"])
def test_the_host_branch_may_follow_the_set(check: Ask, typed: str) -> None:
    assert check(typed) == check("stable: solved, chat")


@pytest.mark.parametrize("typed", ["stable: chat on beta", "stable : chat on beta"])
def test_behind_a_colon_on_is_a_word_of_the_set(check: Ask, typed: str) -> None:
    assert lines(check(typed)) == ["no plugin is called “chat on beta”"]


def test_what_breaks_says_why_and_what_would_not(check: Ask, world: World) -> None:
    declare(world, "solved conflicts voting because both decide")
    declare(world, "voting requires chat")
    breaks = check("stable: solved, voting, broken")
    assert (breaks.title, breaks.tone) == ("These 3 plugins do not all work on stable", Tone.BROKEN)
    assert lines(breaks) == [
        "broken does not load on stable, says a canary server",
        "solved conflicts with voting: both decide",
        "voting requires chat, which is left out",
    ] or lines(breaks) == [
        "broken does not load on stable, says a canary server",
        "voting requires chat, which is left out",
        "solved conflicts with voting: both decide",
    ]
    nearest = "The nearest set of which nothing known breaks: without broken and "
    assert nearest in said(breaks)
    assert "chat added" in said(breaks)
    assert check("stable: voting, chat").tone is Tone.HEALTHY


def test_of_one_that_breaks_nothing_is_said_of_what_is_left(check: Ask, world: World) -> None:
    world.report(saw("solved", "s2", BAD), branch="stable")
    assert "None of them is left" in said(check("stable: solved, broken"))
    assert "left" not in said(check("stable: solved"))


def test_limits_of_hosts_and_pins_need_the_host_s_version(check: Ask, world: World) -> None:
    declare(world, "voting needs >=3.6")
    plugin(world, "solved", compatibility=f"< 3.5.0: {OLD}\n3.4.0: {SHA}", version="0.1")
    assert lines(check("stable: solved, voting")) == [
        "solved pins commits for older hosts; say which version stable is: check stable at 3.5.0: …",
        "voting has a limit, host >=3.6; say which version stable is: check stable at 3.5.0: …",
    ]
    pinned = check("stable at 3.3.0: solved, chat")
    assert pinned.title == "These 2 plugins work on stable (3.3.0) with these pins"
    assert rows(pinned)["solved"][:2] == ("a1a1a1a, pinned", "✓ compatible")
    assert lines(check("stable at 3.4.9: solved")) == [
        "nobody has reported solved b2b2b2b on stable yet"
    ]
    assert lines(check("stable at 3.5.0: voting")) == [
        "voting needs host >=3.6 as declared, and it is 3.5.0"
    ]
    assert (
        check("stable at 3.6.0: solved, voting").title == "These 2 plugins work on stable (3.6.0)"
    )


def test_a_version_that_is_asked_for(check: Ask, world: World) -> None:
    assert check(f"stable: solved {SHA[:8]}").title == "This plugin works on stable with these pins"
    assert check(f"stable: solved {OLD}").tone is Tone.UNKNOWN
    declare(world, "voting conflicts solved <1.2")
    assert lines(check("stable: voting, solved 1.1"))[0] == "voting conflicts with solved <1.2"
    plugin(world, "solved", version="1.2")
    assert check("stable: voting, solved").tone is Tone.HEALTHY


def test_client_sites_are_evidence_and_a_site_s_plugins_are_for_those_inside(
    check: Ask, world: World
) -> None:
    for number in range(3):
        site = world.client(f"site-{number}.example.com", "quiet", "solved")
        world.report(saw("quiet", SHA, GOOD), by=site, host=HOST, branch="stable")
    seen = check("stable: quiet")
    assert seen.title == "This plugin works on stable"
    assert rows(seen)["quiet"] == ("newest", "✓ well at sites", "3 sites")
    of_site = check("stable site Site-1.example.com", MEMBER)
    assert set(rows(of_site)) == {"quiet", "solved"}
    assert check("stable site nowhere.example.com", MEMBER).title.startswith("No site called")
    refused = [check(f"stable site {name}.example.com", STRANGER) for name in ("site-1", "nowhere")]
    assert refused[0] == refused[1], "nobody outside learns which sites report"
    assert "quiet" not in said(refused[0])


def test_what_is_known_of_a_private_plugin_counts_only_for_those_who_may_know(
    check: Ask, world: World
) -> None:
    declare(world, "solved conflicts voting because secret")
    plugin(world, "solved", compatibility="[]", repository_id=7)
    with world.database.write() as session:
        session.add(a_repository(github_id=7, private=True, archived=True))
    for asker in (MEMBER, STRANGER):
        answer = check("stable at 3.5.0: solved, voting", asker)
        assert answer.tone is Tone.HEALTHY
        assert "secret" not in said(answer)
        assert "archived" not in said(answer)
        by_repository = check("stable: example/solved", asker)
        assert "no plugin is called “example/solved”" in said(by_repository)
    assert "secret" in said(check("stable at 3.5.0: solved, voting"))


def test_a_plugin_that_fails_beside_another_one(check: Ask, world: World) -> None:
    for number in range(16):
        both = number < 8
        names = ("quiet", "chat") if both else ("quiet",)
        site = world.client(f"site-{number}.example.com", *names)
        told = [saw("quiet", SHA, BAD if both else GOOD)]
        told += [saw("chat", SHA, GOOD)] if both else []
        world.report(*told, by=site, host=HOST, branch="stable")
    assert lines(check("stable: chat, quiet", STRANGER)) == [
        "quiet fails at 8 of 8 sites that run chat, too, and at 0 of 8 others; "
        "the odds that this is chance: one in 1,609"
    ]
    assert check("stable: quiet, solved", STRANGER).tone is Tone.HEALTHY


def test_what_an_upgrade_changes(check: Ask, world: World) -> None:
    world.report(saw("solved", SHA, BAD), saw("broken", SHA, GOOD), host=HOST, branch="beta")
    plugin(world, "voting", compatibility=f"< 3.6.0: {OLD}")
    answer = check("beta at 3.5.0 from stable: solved, broken, chat, voting")
    changes = next(block for block in answer if isinstance(block, Items) and "→" in block.items[0])
    assert changes.items == (
        "solved: newest, ✓ compatible → newest, ✗ incompatible",
        "broken: newest, ✗ incompatible → newest, ✓ compatible",
        "chat: newest, ✓ compatible → newest, ? unknown",
        "voting: newest, ✓ compatible → b2b2b2b, pinned, ? unknown",
        "no longer: broken does not load on stable, says a canary server",
    )
    assert "as before: broken does not load on stable" in said(check("stable from stable: broken"))
    assert "From stable to stable nothing changes" in said(check("stable from Stable: solved"))
    assert check("stable from nowhere: solved").title.startswith("“nowhere” is no host branch")


def test_what_is_no_version_of_the_host_is_said_and_counts_for_nothing(
    world: World, check: Ask
) -> None:
    plugin(world, "solved", compatibility="< 3.4.0: " + "ab" * 20)
    for odd in ("latest", "-1", "3..5"):
        answer = check(f"stable at {odd}: solved")
        assert f"“{odd}” is no version, as one of the host, such as 3.5.0, is" in lines(answer)
        assert "pins commits for older hosts" in str(answer)
    assert "abababa, pinned" in str(check("stable at v3.3.9: solved"))


def test_limits_are_declared_in_the_words_of_the_answer_and_taken_back_for_all_versions(
    world: World, check: Ask
) -> None:
    declare(world, "solved conflicts with voting >=1 of >=2 because both add a button")
    declare(world, "solved breaks on host >=3.6")
    assert "solved breaks on host >=3.6" in str(check("stable at 3.6.0: solved"))
    declare(world, "solved conflicts voting off")
    declare(world, "solved breaks off")
    assert check("stable at 3.6.0: solved, voting").tone is Tone.HEALTHY
