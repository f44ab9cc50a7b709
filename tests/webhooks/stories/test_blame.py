"""Who is suspected where both had moved: what other reports prove, whenever they come."""

from dataclasses import dataclass
from datetime import timedelta

import pytest
from sqlmodel import select

from models.database.engine import Database
from models.rules.blame import Proof, Suspect
from models.rules.kinds import KeyKind
from models.tables import Installation, Posting, Site
from tests.asking import ask
from tests.deliveries import deliver
from tests.webhooks.conftest import Clock, Door
from tests.webhooks.github_samples import workflow_run
from tests.webhooks.servers import ERROR, NAMES, Servers
from webhooks.recording.intake import Intake


@pytest.fixture
def intake(database: Database, clock: Clock) -> Intake:
    return Intake(database, clock=clock.read)


@pytest.fixture
def servers(door: Door, clock: Clock) -> Servers:
    return Servers(door, clock)


def test_a_plugin_that_fails_where_the_host_stood_still_is_the_suspect_everywhere(
    servers: Servers,
) -> None:
    servers("aaaaaaa1")
    servers("bbbbbbb1", branch="stable")
    servers("aaaaaaa2", ERROR, moved=NAMES)
    assert servers.blamed() == (Suspect.BOTH, None)
    servers("bbbbbbb1", ERROR, moved=NAMES, branch="stable")
    assert servers.blamed() == (Suspect.PLUGIN, Proof.ELSEWHERE)
    assert servers.of().proof_where == "stable"
    told = [each for each in servers.door.world.announced() if each.conversation == "incident:1"]
    card = next(each.message for each in told if each.action == Posting.POST)
    assert "where the host had not changed" in card
    details = ask(servers.door.world.database, "log solved", servers.door.world.now)
    assert "<= VERSION" in str(details)


def test_of_several_such_branches_the_first_that_changes_reach_is_named(servers: Servers) -> None:
    for branch in ("an-old-one", "stable", "beta"):
        servers("bbbbbbb1", branch=branch)
        servers("bbbbbbb1", ERROR, moved=NAMES, branch=branch)
    servers("aaaaaaa1")
    servers("aaaaaaa2", ERROR, moved=NAMES)
    assert servers.of().proof_where == "beta"


def test_of_several_branches_where_only_the_host_moved_it_is_the_same(servers: Servers) -> None:
    for branch in ("an-old-one", "stable", "beta"):
        servers("bbbbbbb1", branch=branch)
        servers("bbbbbbb2", ERROR, branch=branch)
    servers("aaaaaaa1")
    servers("aaaaaaa2", ERROR, moved=("solved",))
    assert (servers.blamed(), servers.of().proof_where) == ((Suspect.HOST, Proof.BEFORE), "beta")


def test_what_is_known_before_is_said_at_once(servers: Servers) -> None:
    servers("aaaaaaa1")
    servers("bbbbbbb1", branch="stable")
    servers("bbbbbbb1", ERROR, moved=NAMES, branch="stable")
    servers("aaaaaaa2", ERROR, moved=NAMES)
    assert servers.blamed() == (Suspect.PLUGIN, Proof.ELSEWHERE)


def test_a_client_site_whose_host_stood_still_shows_it_too(door: Door, servers: Servers) -> None:
    domain = "forum.example.com"
    key = door.make_key(KeyKind.USER, domain, domain)
    registered = {"domain": domain, "plugins": list(NAMES)}
    door.post("/user/register", registered, key, "User-Api-Key")
    servers("aaaaaaa1")
    servers("ccccccc1", domain=domain, key=key)
    servers("aaaaaaa2", ERROR, moved=NAMES)
    servers("ccccccc1", ERROR, moved=NAMES, domain=domain, key=key)
    assert servers.blamed() == (Suspect.PLUGIN, Proof.SITES)


@dataclass
class Forum:
    """A client site, and the server of its host branch, from which the order of the host's commits is known."""

    servers: Servers
    how: dict[str, str]

    def __call__(self, host: str, *errors: str, moved: tuple[str, ...] = ()) -> None:
        self.servers(host, *errors, moved=moved, **self.how)

    def blamed(self) -> str | None:
        """Whom the site's own reports accuse."""
        with self.servers.door.world.database.read() as session:
            of_site = select(Installation).join(Site).where(Site.domain == self.how["domain"])
            return session.exec(of_site.where(Installation.plugin_id == 1)).one().suspect


@pytest.fixture
def forum(door: Door, servers: Servers) -> Forum:
    domain = "forum.example.com"
    key = door.make_key(KeyKind.USER, domain, domain)
    door.post("/user/register", {"domain": domain, "plugins": list(NAMES)}, key, "User-Api-Key")
    for number in range(1, 4):
        servers(f"aaaaaaa{number}")
    found = Forum(servers, {"domain": domain, "key": key})
    found("aaaaaaa2")
    return found


def test_a_late_good_report_of_older_commits_widens_nothing_that_a_site_shows(forum: Forum) -> None:
    forum("aaaaaaa2", ERROR, moved=NAMES)
    forum("aaaaaaa1")
    forum("aaaaaaa2", ERROR, moved=NAMES)
    assert forum.blamed() == Suspect.PLUGIN
    forum("aaaaaaa1")
    forum("aaaaaaa1")
    forum("aaaaaaa2", ERROR, moved=NAMES)
    assert forum.blamed() == Suspect.PLUGIN
    forum.servers("aaaaaaa4", ERROR, moved=NAMES)
    assert forum.servers.blamed() == (Suspect.PLUGIN, Proof.SITES)


@pytest.mark.parametrize(
    ("late", "host", "suspect"),
    [
        ("aaaaaaa1", "aaaaaaa2", Suspect.PLUGIN),  # older than what worked
        ("aaaaaaa3", "aaaaaaa3", Suspect.PLUGIN),  # newer, and so the newest that worked
        ("aaaaaaa3", "aaaaaaa2", Suspect.BOTH),
        ("fffffff1", "aaaaaaa2", Suspect.BOTH),  # of no known place, and so newer, as it came later
    ],
)
def test_the_newest_good_commits_of_a_site_are_those_from_which_it_is_blamed(
    forum: Forum, late: str, host: str, suspect: Suspect
) -> None:
    forum(late)
    forum(host, ERROR, moved=NAMES)
    assert forum.blamed() == suspect


def test_what_worked_on_another_branch_is_no_good_report_of_a_site(forum: Forum) -> None:
    forum.servers("bbbbbbb1", branch="stable", **forum.how)
    forum.servers("bbbbbbb2", ERROR, branch="stable", **forum.how)
    assert forum.blamed() == Suspect.HOST


def test_a_late_good_report_of_a_server_widens_nothing_either(servers: Servers) -> None:
    for host in ("aaaaaaa1", "aaaaaaa2", "aaaaaaa1"):
        servers(host)
    servers("aaaaaaa2", ERROR, moved=NAMES)
    assert servers.blamed() == (Suspect.PLUGIN, None)


def test_two_that_did_not_move_and_fail_so_since_the_same_host_commit_accuse_the_host(
    servers: Servers,
) -> None:
    servers("aaaaaaa1")
    servers("aaaaaaa2", ERROR, ERROR, ERROR, moved=("solved",))
    assert servers.blamed() == (Suspect.HOST, Proof.ALIKE)


@pytest.mark.parametrize("others", [(ERROR, None), (ERROR, "NameError: another")])
def test_one_that_did_not_move_is_not_enough(
    servers: Servers, others: tuple[str | None, str | None]
) -> None:
    servers("aaaaaaa1")
    servers("aaaaaaa2", ERROR, *others, moved=("solved",))
    assert servers.blamed() == (Suspect.BOTH, None)


def test_ci_that_passed_on_its_very_commit_accuses_the_host(servers: Servers) -> None:
    servers("aaaaaaa1")
    servers("aaaaaaa2", ERROR, moved=("solved",))
    assert servers.blamed() == (Suspect.BOTH, None)
    deliver(servers.door.world, ("workflow_run", workflow_run(1)))
    assert servers.blamed() == (Suspect.HOST, Proof.TESTS)


def test_other_words_on_another_branch_prove_nothing(servers: Servers) -> None:
    servers("aaaaaaa1")
    servers("bbbbbbb1", branch="stable")
    servers("aaaaaaa2", ERROR, moved=NAMES)
    servers("bbbbbbb1", "NameError: another", moved=NAMES, branch="stable")
    assert servers.blamed() == (Suspect.BOTH, None)


TELLING = "NameError: uninitialized constant Gone"


def test_words_of_one_that_stood_still_are_enough_where_the_host_broke_another_too(
    servers: Servers,
) -> None:
    servers("aaaaaaa1")
    servers("aaaaaaa2", TELLING, TELLING, ERROR, moved=("solved",))
    assert servers.blamed() == (Suspect.HOST, Proof.ALIKE)


@pytest.mark.parametrize("others", [(TELLING, None), (ERROR, "NameError: another")])
def test_where_it_broke_no_other_or_nobody_says_so_they_are_not(
    servers: Servers, others: tuple[str | None, str | None]
) -> None:
    servers("aaaaaaa1")
    servers("aaaaaaa2", TELLING, *others, moved=("solved",))
    assert servers.blamed() == (Suspect.BOTH, None)


def test_a_plugin_that_had_not_moved_where_it_broke_first_clears_itself_elsewhere(
    servers: Servers,
) -> None:
    servers("bbbbbbb1", branch="stable")
    servers("aaaaaaa1")
    servers("aaaaaaa2", ERROR)
    servers("bbbbbbb2", ERROR, moved=("solved",), branch="stable")
    assert servers.blamed("stable") == (Suspect.HOST, Proof.BEFORE)
    details = ask(servers.door.world.database, "log solved", servers.door.world.now)
    assert "fails so on tests-passed too, where the plugin had not changed" in str(details)


@pytest.mark.parametrize(("words", "days"), [("NameError: another", 1), (ERROR, 40)])
def test_other_words_or_what_was_over_long_ago_clear_nobody(
    servers: Servers, words: str, days: int
) -> None:
    servers("bbbbbbb1", branch="stable")
    servers("aaaaaaa1")
    servers("aaaaaaa2", words)
    servers("aaaaaaa3")
    servers("bbbbbbb2", ERROR, moved=("solved",), branch="stable", after=timedelta(days=days))
    assert servers.blamed("stable") == (Suspect.BOTH, None)


def test_a_commit_that_works_on_an_older_host_clears_the_plugin_whenever_that_is_heard(
    servers: Servers,
) -> None:
    for branch in ("stable", "beta"):
        servers("bbbbbbb1", branch=branch)
    servers("aaaaaaa1")
    servers("aaaaaaa2", ERROR, moved=("solved",))
    assert servers.blamed() == (Suspect.BOTH, None)
    servers("bbbbbbb1", moved=("solved",), branch="beta")
    assert (servers.blamed(), servers.of().proof_where) == ((Suspect.HOST, Proof.WORKS), "beta")
    details = ask(servers.door.world.database, "log solved", servers.door.world.now)
    assert "The same commit of the plugin works on beta, whose host is older" in str(details)


def test_what_worked_on_an_older_host_before_clears_it_at_once(servers: Servers) -> None:
    servers("aaaaaaa1")
    servers("bbbbbbb1", moved=("solved",), branch="stable")
    servers("aaaaaaa2", ERROR, moved=("solved",))
    assert servers.blamed() == (Suspect.HOST, Proof.WORKS)


@pytest.mark.parametrize(("branch", "moved"), [("tests-passed", ("solved",)), ("an-old-one", ())])
def test_what_works_on_a_newer_host_or_at_another_commit_clears_nobody(
    servers: Servers, branch: str, moved: tuple[str, ...]
) -> None:
    servers("aaaaaaa1", branch="stable")
    servers("bbbbbbb1", branch=branch)
    servers("aaaaaaa2", ERROR, moved=("solved",), branch="stable")
    servers("bbbbbbb2", moved=moved, branch=branch)
    assert servers.blamed("stable") == (Suspect.BOTH, None)


def test_a_plugin_that_fails_where_the_host_stood_still_is_cleared_by_no_other_branch(
    servers: Servers,
) -> None:
    for branch in ("stable", "beta"):
        servers("bbbbbbb1", branch=branch)
    servers("aaaaaaa1")
    servers("bbbbbbb1", moved=("solved",), branch="stable")
    servers("bbbbbbb1", ERROR, moved=("solved",), branch="beta")
    servers("aaaaaaa2", ERROR, moved=("solved",))
    assert servers.blamed() == (Suspect.PLUGIN, Proof.ELSEWHERE)
