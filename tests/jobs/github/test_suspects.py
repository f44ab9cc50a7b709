"""The commit that broke a plugin, read from GitHub, on the card and behind `/plugin suspects`."""

from datetime import UTC, datetime

import pytest
from sqlmodel import select

from jobs.github.fixes import find_fixes
from jobs.github.suspects import find_suspects
from models import queries
from models.actions.asking import Asker
from models.database.engine import Database
from models.events.github import PluginFilesReading
from models.messages.incident import incident_card
from models.messages.message import Message
from models.messages.outbreak import outbreak_card
from models.settings import Settings
from models.tables import CommitFiles, Incident, Plugin, Repository
from tests.asking import ask
from tests.servers.github_hub import Hub, HubRepository
from tests.world import BAD, GOOD, World, make_world, saw

OTHERS = ("poll", "calendar", "signatures", "akismet")
P1, P2 = "d" * 40, "e" * 40
HOSTS = [f"{number:x}" * 40 for number in range(1, 6)]
OLD, BROKEN = HOSTS[0], HOSTS[-1]
DROPPED = HOSTS[2]
PATCH = "@@ -1,3 +1,1 @@\n-  def add_to_class(name)\n-  end\n+  def other\n"


@pytest.fixture
def world(database: Database, solved: HubRepository) -> World:
    assert solved.full_name == "example/solved"
    return make_world(database, datetime.now(UTC), "solved", "voting", "chat", *OTHERS)


@pytest.fixture
def host(hub: Hub) -> HubRepository:
    """A host of five commits, the third of which drops what plugins call."""
    titles = ["The first", "UX: Colours", "DEV: Drop add_to_class", "FIX: Poll", "A11Y: Menu"]
    changes = {
        sha: {"message": f"{title}\n\nIn detail.", "files": []}
        for sha, title in zip(HOSTS, titles, strict=True)
    }
    changes[DROPPED]["files"] = [
        {"filename": "lib/plugin/instance.rb", "status": "modified", "patch": PATCH}
    ]
    return hub.add(
        "discourse/discourse",
        datetime.now(UTC),
        commits={"main": HOSTS[::-1]},
        changes=changes,
    )


def breaks(world: World, *handles: str, host: str = BROKEN) -> None:
    world.report(*(saw(handle, P1, GOOD) for handle in handles), host=OLD)
    world.report(*(saw(handle, P1, BAD) for handle in handles), host=host)


def asked(world: World, text: str) -> Message:
    return ask(world.database, text, world.now)


def requests(hub: Hub) -> int:
    return len(hub.asked)


@pytest.mark.usefixtures("host")
def test_the_commit_that_drops_what_the_error_names_is_named(
    world: World, settings: Settings, hub: Hub
) -> None:
    breaks(world, "solved")
    find_suspects(world.database, settings)
    (incident,) = world.incidents()
    assert (incident.likely_sha, incident.likely_repository) == (DROPPED, "discourse/discourse")
    assert incident.likely_words
    assert "3333333 DEV: Drop add_to_class (removes `add_to_class`" in incident.likely_words
    said = str(asked(world, "suspects solved"))
    assert "4 host commits since it worked" in said
    assert f"https://github.com/discourse/discourse/commit/{DROPPED}" in said
    assert said == str(asked(world, f"suspects {incident.id}"))
    before = requests(hub)
    find_suspects(world.database, settings)
    assert requests(hub) == before, "what was read is kept"


@pytest.mark.usefixtures("host")
def test_reports_of_others_narrow_the_range_and_a_try_is_proposed(
    world: World, settings: Settings
) -> None:
    quiet = "Something is wrong"
    world.report(saw("solved", P1, GOOD), host=OLD)
    world.report(saw("solved", P1, BAD, quiet), host=BROKEN)
    find_suspects(world.database, settings)
    assert world.incidents()[0].likely_sha is None
    said = str(asked(world, "suspects solved"))
    assert "touches `lib/plugin/instance.rb`" in said, "a hint is listed, though it names nobody"
    assert f"try {HOSTS[2][:7]}" in said
    works = world.client("one.example.com", "solved")
    world.report(saw("solved", P1, GOOD), host=HOSTS[3], by=works)
    find_suspects(world.database, settings)
    (incident,) = world.incidents()
    assert incident.likely_sha == BROKEN
    assert "no other commit came in" in (incident.likely_words or "")
    assert "To decide" not in str(asked(world, "suspects solved"))


@pytest.mark.usefixtures("host")
def test_a_server_that_is_rebuilt_at_the_deciding_commits_finds_the_guilty_one(
    world: World, settings: Settings
) -> None:
    quiet = "Something is wrong"
    world.report(saw("solved", P1, GOOD), host=OLD)
    world.report(saw("solved", P1, BAD, quiet), host=BROKEN)
    find_suspects(world.database, settings)
    said = str(asked(world, f"suspects {world.incidents()[0].id}"))
    assert "app.yml" in said
    assert f"version: {HOSTS[2]}" in said
    # What is checked out by its sha is on no branch.
    world.report(saw("solved", P1, BAD, quiet), host=HOSTS[2], branch="HEAD")
    find_suspects(world.database, settings)
    assert "2 host commits" in str(asked(world, f"suspects {world.incidents()[0].id}"))
    world.report(saw("solved", P1, GOOD), host=HOSTS[1], branch="HEAD")
    find_suspects(world.database, settings)
    assert world.incidents()[0].likely_sha == HOSTS[2]


@pytest.mark.usefixtures("host")
def test_a_server_that_fails_there_in_other_words_or_at_another_commit_of_the_plugin_narrows_nothing(
    world: World, settings: Settings
) -> None:
    quiet = "Something is wrong"
    world.report(saw("solved", P1, GOOD), host=OLD)
    world.report(saw("solved", P1, BAD, quiet), host=BROKEN)
    world.report(saw("solved", P1, BAD, "Another thing is"), host=HOSTS[1], branch="HEAD")
    world.report(saw("solved", P2, BAD, quiet), host=HOSTS[1], branch="stable")
    find_suspects(world.database, settings)
    assert "4 host commits" in str(asked(world, f"suspects {world.incidents()[0].id}"))


def _forget_what_commits_touch(world: World) -> None:
    """Whoever ranks them now finds nothing against any of them."""
    with world.database.write() as session:
        for row in session.exec(select(CommitFiles)):
            row.files, row.names, row.gone = [], [], []


@pytest.mark.parametrize("news", ["one more plugin", "a site", "another failure"])
def test_commits_are_ranked_again_only_when_the_evidence_is_another(
    news: str, world: World, settings: Settings, host: HubRepository, hub: Hub
) -> None:
    host.changes[DROPPED]["message"] = "DEV: Tidy"
    breaks(world, "solved")
    find_suspects(world.database, settings)
    _forget_what_commits_touch(world)
    before = world.incidents()[0].updated_at
    asked_before = requests(hub)
    find_suspects(world.database, settings)
    assert world.incidents()[0].likely_sha == DROPPED, "they were not ranked again"
    assert world.incidents()[0].updated_at == before
    if news == "one more plugin":
        breaks(world, "voting")
    elif news == "a site":
        world.report(saw("solved", P1, GOOD), host=HOSTS[1], by=world.client("one.org", "solved"))
    else:
        world.report(saw("solved", P1, BAD, "NameError: uninitialized constant Aha"), host=BROKEN)
        world.report(saw("solved", P1, BAD, "NameError: uninitialized constant Aha"), host=HOSTS[3])
    find_suspects(world.database, settings)
    assert world.incidents()[0].likely_sha is None, "they were ranked by what is known now"
    assert requests(hub) == asked_before


@pytest.mark.usefixtures("host")
@pytest.mark.parametrize(
    ("handles", "moved", "named"),
    [
        (("solved",), P1, None),  # it may be bad luck
        (("solved", "voting"), P1, BROKEN),
        (("solved",), P2, None),  # the plugin moved, too
    ],
)
def test_the_hosts_only_commit_is_named_where_more_than_one_plugin_broke_with_it(
    handles: tuple[str, ...], moved: str, named: str | None, world: World, settings: Settings
) -> None:
    blank = "It is blank"
    world.report(*(saw(each, P1, GOOD) for each in handles), host=HOSTS[3])
    world.report(*(saw(each, moved, BAD, blank) for each in handles), host=BROKEN)
    find_suspects(world.database, settings)
    assert {each.likely_sha for each in world.incidents()} == {named}
    assert f"{BROKEN[:7]} A11Y: Menu" in str(asked(world, "suspects solved"))


@pytest.mark.usefixtures("host")
@pytest.mark.parametrize(("origin", "left"), [("guard", "1 host commit "), ("canary", "4 host ")])
def test_that_it_loads_says_nothing_of_what_a_browser_saw(
    origin: str, left: str, world: World, settings: Settings
) -> None:
    breaks(world, "solved")
    with world.database.write() as session:
        session.exec(select(Incident)).one().origin = origin
    site = world.client("one.example.com", "solved")
    world.report(saw("solved", P1, GOOD), host=HOSTS[3], by=site)
    find_suspects(world.database, settings)
    assert left in str(asked(world, "suspects solved"))


@pytest.mark.usefixtures("host")
def test_an_outbreak_reads_its_range_once(world: World, settings: Settings, hub: Hub) -> None:
    breaks(world, "solved", "voting", "chat")
    find_suspects(world.database, settings)
    assert {each.likely_sha for each in world.incidents()} == {DROPPED}
    assert requests(hub) == 1 + 4
    with world.database.read() as session:
        (outbreak,) = queries.open_outbreaks(session)
        assert "Most likely: 3333333 DEV: Drop add_to_class" in str(outbreak_card(outbreak))


def source_of(world: World, handle: str, text: str, *, private: bool = False) -> None:
    """GitHub has told of the plugin's repository, and what its plugin.rb says."""
    with world.database.write() as session:
        plugin = session.exec(select(Plugin).where(Plugin.handle == handle)).one()
        id_ = plugin.repository_id = 800 + (plugin.id or 0)
        name = f"example/{handle}"
        session.add(Repository(github_id=id_, full_name=name, private=private, version=""))
    header = f"# name: {handle}\n{text}"
    world.record(PluginFilesReading(id_, header, None, (), (), is_plugin=True))


USES = "register_html_builder('x') { fold_the_rows }"


@pytest.mark.parametrize(
    ("chat", "others", "private", "named"),
    [
        ("add_admin_route", OTHERS, False, True),
        ("add_admin_route", OTHERS[:2], False, False),  # that so few do not use it may be chance
        ("fold_the_rows(1)", OTHERS, False, False),  # who works uses it, too
        ("add_admin_route", OTHERS, True, False),  # nothing is told of a private plugin's source
    ],
)
def test_what_the_broken_plugins_use_and_the_working_do_not_names_the_commit(
    chat: str,
    others: tuple[str, ...],
    private: bool,
    named: bool,
    world: World,
    settings: Settings,
    host: HubRepository,
) -> None:
    quiet = "Something is wrong"
    host.changes[DROPPED] = {
        "message": "DEV: Tidy",
        "files": [
            {"filename": "lib/rows.rb", "status": "modified", "patch": "-  def fold_the_rows\n"}
        ],
    }
    source_of(world, "solved", USES, private=private)
    source_of(world, "voting", USES)
    working = ("chat", *others)
    for handle in working:
        source_of(world, handle, chat)
    world.report(*(saw(each, P1, GOOD) for each in ("solved", "voting", *working)), host=OLD)
    world.report(
        saw("solved", P1, BAD, quiet),
        saw("voting", P1, BAD, quiet),
        *(saw(each, P1, GOOD) for each in working),
        host=BROKEN,
    )
    find_suspects(world.database, settings)
    sure = "which what broke uses and what works does not"
    for incident in world.incidents():
        assert incident.likely_sha == (DROPPED if named else None)
        assert (sure in (incident.likely_words or "")) is named


@pytest.mark.usefixtures("host")
def test_a_host_that_went_back_has_no_guilty_commit(world: World, settings: Settings) -> None:
    world.report(saw("solved", P1, GOOD), host=BROKEN)
    world.report(saw("solved", P1, BAD), host=OLD)
    find_suspects(world.database, settings)
    assert [each.likely_sha for each in world.incidents()] == [None]
    assert "none of the host's commits is guilty" in str(asked(world, "suspects solved"))
    assert "none of the host's commits is guilty" in card(world)


def test_a_plugin_that_is_ahead_of_an_older_host_accuses_none_of_its_commits(
    world: World, settings: Settings
) -> None:
    world.report(saw("solved", P1, GOOD), host=OLD, branch="stable")
    world.report(saw("solved", P2, GOOD), host=BROKEN)
    world.report(saw("solved", P2, BAD), host=OLD, branch="stable")
    find_suspects(world.database, settings)
    ahead = "works on tests-passed: it is ahead of this host, none of whose commits is guilty"
    assert ahead in card(world)
    assert ahead in str(asked(world, "suspects solved"))
    assert ahead in story(world)


def test_of_several_hosts_that_it_works_on_the_first_that_changes_reach_is_named(
    world: World,
) -> None:
    world.report(saw("solved", P1, GOOD), host=OLD, branch="stable")
    for branch in ("an-old-one", "beta", "tests-passed"):
        world.report(saw("solved", P2, GOOD), host=BROKEN, branch=branch)
    world.report(saw("solved", P2, BAD), host=OLD, branch="stable")
    assert "works on tests-passed: it is ahead" in str(asked(world, "suspects solved"))


def test_commits_that_github_does_not_know_are_asked_for_once(
    world: World, settings: Settings, hub: Hub
) -> None:
    breaks(world, "solved")
    for _ in range(2):
        find_suspects(world.database, settings)
    assert requests(hub) == 1
    assert "too many, or unknown" in str(asked(world, "suspects solved"))


@pytest.mark.usefixtures("host")
def test_what_opens_again_with_other_commits_is_asked_anew(
    world: World, settings: Settings
) -> None:
    breaks(world, "solved")
    find_suspects(world.database, settings)
    world.report(saw("solved", P2, GOOD), host=BROKEN)
    world.report(saw("solved", "f" * 40, BAD), host=BROKEN)
    assert [each.likely_sha for each in world.incidents()][-1] is None


@pytest.mark.usefixtures("host")
def test_the_card_names_it_and_is_edited(world: World, settings: Settings) -> None:
    breaks(world, "solved")
    assert "Most likely" not in card(world)
    find_suspects(world.database, settings)
    assert "Most likely: 3333333 DEV: Drop add_to_class" in card(world)
    assert f"/commit/{DROPPED}" in card(world)
    assert "Most likely: 3333333" in story(world)
    assert f"/commit/{DROPPED}" in str(asked(world, "log solved")), "and so does its page"


@pytest.mark.parametrize(
    ("message", "how"),
    [
        ('Revert "DEV: Drop add_to_class" (#123)', "reverts it"),
        (f"FIX: Plugins\n\nThis reverts commit {DROPPED}.", "reverts it"),
        (f"FIX: Bring it back\n\nFollow-up to {DROPPED[:9]}", "names it"),
    ],
)
def test_the_card_says_that_the_hosts_fix_has_landed(
    message: str, how: str, world: World, settings: Settings, host: HubRepository
) -> None:
    breaks(world, "solved")
    find_suspects(world.database, settings)
    find_fixes(world.database, settings)
    assert "A fix has landed" not in card(world)
    host.commits["main"] = ["7" * 40, "8" * 40, *host.commits["main"]]
    host.changes["8" * 40] = {"message": message}
    host.changes["7" * 40] = {"message": "FIX: Something else"}
    find_fixes(world.database, settings)
    title = message.partition("\n")[0]
    assert f"A fix has landed: 8888888 {title} ({how})." in card(world)
    assert f"/commit/{'8' * 40}" in card(world)
    assert "A fix has landed" in story(world)


def test_a_plugins_own_commits_are_looked_through_and_a_private_ones_told_to_nobody_else(
    world: World, settings: Settings, solved: HubRepository
) -> None:
    own = [*HOSTS[:3], "6" * 40]
    solved.commits["main"] = own[::-1]
    file = {
        "filename": "lib/fold.rb",
        "status": "modified",
        "patch": "-  def fold_rows\n+  def rows\n",
    }
    solved.changes[own[2]] = {"message": "Tidy", "files": [file]}
    bind(world, private=True)
    world.report(saw("solved", own[0], GOOD))
    world.report(saw("solved", own[3], BAD, "NoMethodError: undefined method 'fold_rows'"))
    find_suspects(world.database, settings)
    (incident,) = world.incidents()
    assert (incident.likely_sha, incident.likely_repository) == (own[2], "example/solved")
    assert "fold_rows" in str(asked(world, "suspects solved"))
    assert "Most likely" not in card(world)
    assert "the card names it" in story(world)
    assert "Tidy" not in story(world)
    stranger = Asker("test", "", "u1", "Somebody", "c1")
    said = str(ask(world.database, "suspects solved", world.now, stranger))
    assert "repository is private" in said
    assert "Tidy" not in said


def card(world: World) -> str:
    """The card as everybody may see it."""
    with world.database.read() as session:
        plugin = queries.find_plugin(session, "solved")
        assert plugin is not None
        (incident,) = queries.open_incidents(session, plugin)
        return str(incident_card(incident))


def story(world: World) -> str:
    """The story as everybody may read it."""
    with world.database.read() as session:
        plugin = queries.find_plugin(session, "solved")
        assert plugin is not None
        return str(queries.incidents_of(session, plugin, 1)[0].story)


def bind(world: World, *, private: bool) -> None:
    """GitHub has told of the plugin's repository."""
    with world.database.write() as session:
        name = "example/solved"
        session.add(Repository(github_id=700, full_name=name, private=private, version=""))
        plugin = session.exec(select(Plugin).where(Plugin.handle == "solved")).one()
        plugin.repository_id = 700


def test_who_names_none_hears_what_would_be_right(world: World) -> None:
    assert "There is no incident 99" in str(asked(world, "suspects 99"))
    assert "solved has no open incident" in str(asked(world, "suspects solved"))
