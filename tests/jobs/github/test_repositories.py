"""What is read of repositories beside their issues: themselves, their files, labels and releases."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlmodel import select

from jobs.github.repositories import TASKS, read_repositories
from models import queries
from models.database.engine import Database
from models.messages.info import info_message
from models.metadata.codeowners import code_owners
from models.metadata.compatibility import parse_compatibility
from models.people.maintainers import maintained_plugins
from models.people.persons import who
from models.rules.ecosystems import Ecosystem
from models.rules.people import Actor
from models.settings import Settings
from models.tables import (
    CodeOwner,
    Destination,
    GithubLink,
    GithubSync,
    Label,
    Plugin,
    Release,
    Repository,
)
from tests.deliveries import delivery
from tests.jobs.github.test_issues import wait
from tests.servers.github_hub import Hub, HubRepository, written
from tests.webhooks.github_samples import label
from tests.world import World

HEADER = "# frozen_string_literal: true\n# name: discourse-solved\n# about: Marks\n# version: 1.2\n# author: A\n"


@pytest.fixture(autouse=True)
def files(solved: HubRepository) -> None:
    solved.files = {
        "plugin.rb": HEADER,
        ".discourse-compatibility": "3.5: 0123456789",
        ".github/CODEOWNERS": "* @Example/team @Mona-L\n",
        "README.md": "Hello",
    }


def only(database: Database, table: type) -> Any:
    with database.read() as session:
        return session.exec(select(table)).one()


def info(world: World) -> str:
    with world.database.read() as session:
        plugin = queries.find_plugin(session, "discourse-solved")
        assert plugin is not None
        repository, reading = (
            queries.repository_of(session, plugin),
            queries.reading_of(session, plugin),
        )
        return str(info_message(plugin, repository, datetime.now(UTC), reading))


def test_all_that_a_repository_says(world: World, hub: Hub, settings: Settings) -> None:
    read_repositories(world.database, settings)
    repository, plugin = only(world.database, Repository), only(world.database, Plugin)
    assert (repository.licence, repository.owner_kind, repository.head_sha) == (
        "MIT",
        "Organization",
        "a" * 40,
    )
    assert (plugin.handle, plugin.version, plugin.compatibility) == (
        "discourse-solved",
        "1.2",
        "3.5: 0123456789",
    )
    assert plugin.problems == ["`author:` is ignored; Discourse reads `authors:`."]
    said = info(world)
    for words in ("example, an organisation", "MIT", "mona-l", "`author:` is ignored", "just now"):
        assert words in said, said
    spent = hub.spent
    hub.asked.clear()
    wait(world)
    read_repositories(world.database, settings)
    assert hub.spent - spent == 2  # labels and open issues are listed anew
    assert sorted(status for _, _, status in hub.asked) == [200, 200, 304, 304, 304, 304]


def test_a_file_that_is_gone_takes_its_word_back(
    world: World, settings: Settings, solved: HubRepository
) -> None:
    read_repositories(world.database, settings)
    solved.files = {
        "README.md": "moved",
        "CODEOWNERS": "*.rb @ada\nplugin.rb @bert ops@example.com # both\n",
    }
    wait(world)
    read_repositories(world.database, settings)
    plugin = only(world.database, Plugin)
    assert (plugin.handle, plugin.compatibility) == ("discourse-solved", None)
    assert plugin.problems == [
        "The repository has no plugin.rb, so sites cannot install a plugin from it."
    ]
    assert only(world.database, CodeOwner).login_key == "bert"


def test_branches_for_hosts_of_one_version_are_known_and_forgotten(
    world: World, settings: Settings, solved: HubRepository
) -> None:
    for branch in ("d-compat/2026.2", "d-compat/2026.10", "d-compat/old", "d-compatible"):
        solved.commits[branch] = ["b" * 40]
    read_repositories(world.database, settings)
    branches = ["d-compat/2026.2", "d-compat/2026.10"]
    assert only(world.database, Plugin).compat_branches == branches
    words = "Hosts of 2026.10 and 2026.2 use their own branch, such as d-compat/2026.10."
    assert words in info(world)
    for branch in branches:
        del solved.commits[branch]
    # Two pages, of which the first stays the same while the second changes.
    many = [f"d-compat/2000.{month}" for month in range(100, 200)]
    solved.commits.update({branch: ["b" * 40] for branch in many})
    for newest in ("d-compat/2026.2", "d-compat/2026.3"):
        solved.commits[newest] = ["b" * 40]
        wait(world)
        read_repositories(world.database, settings)
        assert only(world.database, Plugin).compat_branches[-1] == newest
    for branch in (*many, "d-compat/2026.2", "d-compat/2026.3"):
        del solved.commits[branch]
    wait(world)
    read_repositories(world.database, settings)
    assert only(world.database, Plugin).compat_branches == []
    assert "their own branch" not in info(world)


def test_a_package_needs_no_plugin_rb(
    world: World, settings: Settings, solved: HubRepository
) -> None:
    with world.database.write() as session:
        session.exec(select(Plugin)).one().ecosystem = Ecosystem.PYTHON
    solved.files = {"README.md": "a package", "CODEOWNERS": "* @ada", "plugin.rb": "# name: other"}
    read_repositories(world.database, settings)
    plugin = only(world.database, Plugin)
    assert (plugin.handle, plugin.problems) == ("solved", [])
    assert only(world.database, CodeOwner).login_key == "ada"


@pytest.mark.parametrize("path", ["plugin.rb", ".discourse-compatibility", "CODEOWNERS"])
def test_a_file_that_is_too_large_is_not_missing(
    world: World, settings: Settings, solved: HubRepository, path: str
) -> None:
    solved.files = {"plugin.rb": "# name: discourse-solved\n"}
    solved.files[path] = "# name: discourse-solved\n" + "#" * 1024 * 1024
    read_repositories(world.database, settings)
    problems = [f"{path} is too large for GitHub to show."]
    assert only(world.database, Plugin).problems == problems


@pytest.mark.parametrize(
    ("file", "pin", "told"),
    [
        ("= 3.5.0: abcdef1", "abcdef1", "Discourse reads `=` as `<=`"),
        ("3.10: abcdef1", None, "`3.10` is a number to YAML, so Discourse reads it as 3.1;"),
        ("'3.10': abcdef1", "abcdef1", ""),
        ("3.5.0: 12345e7", "12345e7", ""),
        ("3.5.0: 1234567", None, "is no text to YAML"),
        ("3.5.0: null", None, "`3.5.0`"),
        ("~> 3.5.0: abcdef1", None, "only `<` and `<=` are allowed"),
    ],
)
def test_the_compatibility_file_is_what_the_host_makes_of_it(
    world: World, settings: Settings, solved: HubRepository, file: str, pin: str | None, told: str
) -> None:
    solved.files[".discourse-compatibility"] = file
    read_repositories(world.database, settings)
    file_read = only(world.database, Plugin).compatibility
    assert parse_compatibility(file_read).pin("3.5.0") == pin
    assert ("YAML" in info(world)) is ("YAML" in told)
    assert told in info(world)


@pytest.mark.parametrize(
    ("text", "owners"),
    [
        ("* @first\n[p]lugin.rb @Mona-L", {"first"}),
        ("* @first\nplugin.rb @Mona-L", {"mona-l"}),
        ("* @first\n*.rb @Mona-L", {"mona-l"}),
        ("* @first\n!plugin.rb @Mona-L", {"first"}),
    ],
)
def test_who_owns_plugin_rb_by_githubs_own_rules(
    world: World, settings: Settings, solved: HubRepository, text: str, owners: set[str]
) -> None:
    solved.files[".github/CODEOWNERS"] = text
    read_repositories(world.database, settings)
    with world.database.read() as session:
        assert {each.login_key for each in session.exec(select(CodeOwner))} == owners


def test_a_name_that_another_plugin_has_is_told(world: World, settings: Settings) -> None:
    with world.database.write() as session:
        solved = session.exec(select(Plugin)).one()
        other = {
            "handle": "discourse-solved",
            "name": "x",
            "repository": "a/b",
            "repository_key": "a/b",
        }
        session.add(Plugin(**solved.model_dump(exclude={"id"}) | other))
    read_repositories(world.database, settings)
    with world.database.read() as session:
        problems = session.exec(select(Plugin.problems).where(Plugin.handle == "solved")).one()
    assert (
        problems[-1] == "example/solved claims the name `discourse-solved`, which belongs to a/b."
    )


def test_code_owners_maintain(world: World, settings: Settings) -> None:
    read_repositories(world.database, settings)
    now = datetime.now(UTC)
    with world.database.write() as session:
        session.add(place := Destination(platform="test", address="U", name="U"))
        person = who(session, Actor("slack", "T", "U", "Mona"), now)
        session.flush()
        link = {"login": "Mona-L", "login_key": "mona-l", "code_until": now, "verified_at": now}
        session.add(GithubLink(person_id=person.person_id, destination_id=place.id or 0, **link))
        session.flush()
        assert maintained_plugins(session, person.person_id) == {1}


def test_labels_are_read_by_their_present_names(
    world: World, settings: Settings, solved: HubRepository
) -> None:
    solved.labels = {50: "bug", 51: "ux"}
    read_repositories(world.database, settings)
    solved.labels = {50: "fault"}
    wait(world)
    read_repositories(world.database, settings)
    late = delivery("label", {**label("edited", "error", "bug"), "repository": solved.shown()})
    world.record(late)  # of a name that it had in between
    with world.database.read() as session:
        rows = {row.github_id: row for row in session.exec(select(Label))}
    assert (rows[50].read, rows[50].weights) == ("fault", {"bug": -1, "error": 1, "fault": 1})
    assert rows[51].deleted


def test_releases_of_these_days_are_told_once(
    world: World, settings: Settings, solved: HubRepository
) -> None:
    def published(number: int, at: datetime) -> dict[str, Any]:
        times = {"created_at": written(at), "published_at": written(at), "draft": False}
        return {"id": number, "tag_name": f"v{number}", "name": "", "prerelease": False, **times}

    now = datetime.now(UTC)
    solved.releases = [published(1, now - timedelta(days=9))]
    read_repositories(world.database, settings)
    solved.releases += [published(2, now - timedelta(hours=70))]
    wait(world)
    read_repositories(world.database, settings)
    with world.database.read() as session:
        rows = {row.tag: row.announced for row in session.exec(select(Release))}
    assert rows == {"v1": False, "v2": True}


def test_one_repository_s_trouble_is_not_another_s(
    world: World, hub: Hub, settings: Settings
) -> None:
    read_repositories(world.database, settings)
    wait(world)
    hub.mishaps = [lambda _: (502, {}, {}), lambda _: (200, {}, {"id": "x"})]
    read_repositories(world.database, settings)
    with world.database.read() as session:
        found = {
            row.task: row.problem
            for row in session.exec(select(GithubSync).where(GithubSync.subject == "700"))
        }
    assert found["repository"] == "GitHub is in trouble (HTTP 502)"
    assert (
        found["source"]
        == "What GitHub answered was not understood: answer must be a list of JSON objects"
    )
    assert [found[task.name] for task in TASKS[2:]] == [None] * 4


@pytest.mark.parametrize(
    ("text", "owners"),
    [
        ("* @ada @Bert", ("ada", "bert")),
        ("* @ada\n/docs/ @bert\nlib/*.rb @cleo\n*.js @dora", ("ada",)),
        ("*.rb @ada\n/plugin.rb @bert", ("bert",)),
        ("* @ada\nplugin.rb", ()),
        ("**/plugin.rb @ada", ("ada",)),
        ("# * @ada", ()),
        ("* @org/team mail@example.com @-bad @ok", ("ok",)),
        ("* @ada\n[p]lugin.rb @bert", ("ada",)),
        ("* @ada\nplugin.r[a-z] @bert", ("ada",)),
        ("* @ada\n[!x]*.rb @bert", ("ada",)),
        ("* @ada\n!plugin.rb @bert", ("ada",)),
        ("* @ada\nplugin.?b @bert", ("bert",)),
        ("", ()),
    ],
)
def test_code_owners(text: str, owners: tuple[str, ...]) -> None:
    assert code_owners(text) == owners
