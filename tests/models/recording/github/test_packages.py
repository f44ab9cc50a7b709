"""What releases of Python packages say of themselves, and sets of plugins of a Python host."""

from datetime import datetime

import pytest
from sqlmodel import select

from models.database.engine import Database
from models.messages.message import Items, Message, Table, Tone
from models.metadata.listed_packages import read_listed
from models.metadata.package_facts import PackageFacts
from models.metadata.profile import profile
from models.queries.plugins import handles
from models.queries.registry import all_declarations
from models.recording.github.packages import record_packages
from models.rules.declaring import Fact, Standing
from models.rules.ecosystems import Ecosystem
from models.tables import Plugin
from tests.asking import ask
from tests.models.messages.samples import said
from tests.models.metadata.test_profiles import GIT, listed
from tests.world import BAD, GOOD, World, make_world, saw

HOST = "shelf"
REPOSITORY = "nautilus/shelf-maps"


@pytest.fixture
def world(database: Database, now: datetime) -> World:
    """An application in Python, which reports shelf-pins."""
    world = make_world(database, now, "solved", "shelf-pins")
    with database.write() as session:
        pins = session.exec(select(Plugin).where(Plugin.handle == "shelf-pins")).one()
        pins.ecosystem = "python"
        session.add(pins)
    world.report(saw("shelf-pins", "2.0", GOOD, branch="release"), host="0.64.0", branch=HOST)
    return world


def take(world: World, package: PackageFacts) -> str | None:
    with world.database.write() as session:
        refused = record_packages(session, [package], Ecosystem.PYTHON, world.now)
    return refused[0][1] if refused else None


def maps(version: str, *requires: tuple[str, str], **more: object) -> PackageFacts:
    told = {"repository": REPOSITORY, **more}
    return PackageFacts("shelf_maps", version, requires, **told)  # type: ignore[arg-type]  # its fields


def facts(world: World) -> list[tuple[object, ...]]:
    with world.database.read() as session:
        return [
            (each.handle, each.of, each.fact, each.other, each.versions, each.standing)
            for each in all_declarations(session)
        ]


def check(world: World, text: str) -> Message:
    return ask(world.database, f"check {text}", world.now)


def test_a_release_says_what_it_needs_and_requires(world: World) -> None:
    assert (
        take(world, maps("1.0", ("Shelf", ">=0.60"), ("shelf_pins", ">=1"), ("requests", "")))
        is None
    )
    assert take(world, maps("2.0", ("shelf", ">=1"), standing=Standing.DEPRECATED)) is None
    assert facts(world) == [
        ("shelf-maps", "=1.0", Fact.NEEDS, "", ">=0.60", None),
        ("shelf-maps", "=1.0", Fact.REQUIRES, "shelf-pins", ">=1", None),
        ("shelf-maps", "=2.0", Fact.NEEDS, "", ">=1", None),
        ("shelf-maps", "=2.0", Fact.STATUS, "", "", Standing.DEPRECATED),
    ]
    assert take(world, maps("1.0", ("shelf", ">=0.50"))) is None, "in place of what it said before"
    assert [each[4] for each in facts(world) if each[1] == "=1.0"] == [">=0.50"]
    told = said(ask(world.database, "info shelf-maps", world.now))
    assert "By the metadata of its releases:" in told
    assert "shelf-maps =2.0 needs host >=1" in told
    with world.database.read() as session:
        row = session.exec(select(Plugin).where(Plugin.handle == "shelf-maps")).one()
    assert (row.version, row.repository, row.ecosystem) == ("2.0", REPOSITORY, "python")


def test_a_release_says_which_runtime_it_needs_what_it_can_use_and_was_tested_with(
    world: World,
) -> None:
    more = {
        "runtime": ">=3.10",
        "optional": (("shelf_pins", ""), ("pytest", "")),
        "tested": (("Shelf", ">=0.60, <0.63"), ("Django", ">=4")),
    }
    assert take(world, maps("1.0", **more)) is None
    assert facts(world) == [
        ("shelf-maps", "=1.0", Fact.OPTIONAL, "shelf-pins", "", None),
        ("shelf-maps", "=1.0", Fact.TESTED, "", ">=0.60, <0.63", None),
        ("shelf-maps", "=1.0", Fact.RUNTIME, "", ">=3.10", None),
    ]
    told = said(check(world, "shelf: shelf-maps"))
    for line in (
        "shelf-maps was tested with host >=0.60, <0.63 (metadata), and it is 0.64.0",
        "shelf-maps needs runtime >=3.10 (metadata)",
        "shelf-maps can also use shelf-pins",
    ):
        assert line in told
    old = said(check(world, "shelf runtime 3.9: shelf-maps"))
    assert "shelf-maps needs runtime >=3.10 (metadata), and it is 3.9" in old
    info = said(ask(world.database, "info shelf-maps", world.now))
    assert "shelf-maps =1.0 needs runtime >=3.10" in info
    assert "shelf-maps =1.0 can use shelf-pins" in info
    assert "shelf-maps =1.0 was tested with host >=0.60, <0.63" in info


def test_what_cannot_be_taken_is_refused(world: World) -> None:
    nowhere = maps("1.0", repository=None)
    assert take(world, nowhere) == "it is not in the master list, and names no repository on GitHub"
    of_discourse = PackageFacts("solved", "1.0", repository="example/solved")
    assert take(world, of_discourse) == (
        "it is not in the master list, and its repository is that of solved"
    )
    taken = maps("1.0", repository="example/shelf-pins")
    assert take(world, taken) == (
        "it is not in the master list, and its repository is that of shelf-pins"
    )
    assert facts(world) == []


def test_what_was_removed_comes_back_under_its_name_alone(world: World) -> None:
    with world.database.write() as session:
        pins = session.exec(select(Plugin).where(Plugin.handle == "shelf-pins")).one()
        pins.removed_at = world.now
        session.add(pins)
    other = maps("1.0", repository="example/shelf-pins")
    assert "its repository is that of shelf-pins" in (take(world, other) or "")
    same = PackageFacts("shelf_pins", "3.0", repository="example/shelf-pins")
    assert take(world, same) is None
    with world.database.read() as session:
        assert handles(session) == ["shelf-pins", "solved"]


def test_an_older_release_that_fits_the_host_is_the_pin(world: World) -> None:
    take(world, maps("1.0", ("shelf", ">=0.60"), ("shelf-pins", ">=2")))
    take(world, maps("2.0", ("shelf", ">=1")))
    for number in range(3):
        site = world.client(f"site-{number}.example.com", "shelf-maps")
        world.report(
            saw("shelf-maps", "1.0", GOOD, branch="release"), by=site, host="0.64.0", branch=HOST
        )
    answer = check(world, "shelf: shelf-maps, shelf-pins")
    assert answer.title == "These 2 plugins work on shelf (0.64.0) with these pins"
    (table,) = (block for block in answer if isinstance(block, Table))
    assert ("shelf-maps", "1.0", "✓ well at sites", "3 sites") in table.rows
    later = check(world, "shelf at 1.2: shelf-maps")
    assert later.tone is Tone.UNKNOWN, "nobody has seen 2.0"
    asked_for = check(world, "shelf: shelf-maps 2.0")
    (reasons, *_) = (block for block in asked_for if isinstance(block, Items))
    assert reasons.items == ("shelf-maps needs host >=1 (metadata), and it is 0.64.0",)


def test_a_release_that_failed_says_nothing_of_another(world: World) -> None:
    world.report(saw("shelf-pins", "2.1", BAD, branch="release"), host="0.64.0", branch=HOST)
    assert check(world, "shelf: shelf-pins 2.1").tone is Tone.BROKEN
    assert check(world, "shelf: shelf-pins 2.0").title.endswith("with these pins")
    assert check(world, "shelf: shelf-pins 1.0").tone is Tone.UNKNOWN


def test_plugins_of_jenkins_are_compared_as_maven_does(world: World) -> None:
    form = profile(Ecosystem.JENKINS).listing
    assert form
    credentials = {
        "name": "credentials",
        "version": "1320.v1",
        "scm": "jenkinsci/credentials-plugin",
    }
    found, _ = read_listed(listed(GIT, credentials), form)
    with world.database.write() as session:
        assert record_packages(session, found, Ecosystem.JENKINS, world.now) == []
    good = [saw("git", "5.2.2", GOOD), saw("credentials", "1320.v1", GOOD)]
    world.report(*good, host="2.440", branch="lts")
    assert check(world, "lts: git, credentials").title == "These 2 plugins work on lts (2.440)"
    assert "git needs host >=2.426.3 (metadata)" in said(check(world, "lts at 2.401.1: git"))
    assert "git requires credentials >=1319" in said(check(world, "lts: git, credentials 1300.v1"))
    missing = check(world, "lts: git")
    assert "with credentials added" in said(missing)
