"""Who is suspected where both had moved: what other reports prove, whenever they come."""

from datetime import timedelta
from typing import Any

import pytest

from models.database.engine import Database
from models.rules.blame import Proof, Suspect
from models.rules.kinds import KeyKind
from models.tables import Incident, Posting
from tests.asking import ask
from tests.deliveries import deliver
from tests.webhooks.conftest import Clock, Door, line, report
from tests.webhooks.github_samples import workflow_run
from webhooks.intake import Intake

GOOD, BAD = 1, 2
ERROR = "NoMethodError: undefined method `topics' for nil"
OLD, NEW = "a1b2c3d4", f"{1:040x}"
NAMES = ("solved", "voting", "chat-extra")


@pytest.fixture
def intake(database: Database, clock: Clock) -> Intake:
    return Intake(database, clock=clock.read)


class Servers:
    """One canary server for each host branch, which reports an hour after whatever was reported last."""

    def __init__(self, door: Door, clock: Clock) -> None:
        self.door, self._clock = door, clock

    def __call__(
        self,
        host: str,
        *errors: str | None,
        moved: tuple[str, ...] = (),
        branch: str = "tests-passed",
        **how: Any,
    ) -> None:
        """Solved, voting and chat-extra on this host commit, those that moved at their new commits."""
        self._clock.now += how.get("after", timedelta(hours=1))
        lines = [
            line(name, BAD if error else GOOD, NEW if name in moved else OLD, message=error)
            for name, error in zip(NAMES, (*errors, *[None] * 3), strict=False)
        ]
        domain = how.get("domain", f"{branch}.example.com")
        body = report(*lines, host=host, branch=branch, domain=domain)
        header = "User-Api-Key" if "key" in how else "Api-Key"
        answer = self.door.post("/status", body, how.get("key"), header)
        assert answer.json()["success"] == "OK"

    def of(self, branch: str = "tests-passed") -> Incident:
        """The incident of solved there."""
        (found,) = [
            each
            for each in self.door.world.incidents()
            if each.host_branch == branch and each.plugin_id == 1
        ]
        return found

    def blamed(self, branch: str = "tests-passed") -> tuple[str, str | None]:
        """Whom it accuses, and by what."""
        return self.of(branch).suspect, self.of(branch).proof


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


def test_a_plugin_taken_back_on_the_same_host_ends_it_when_that_is_said_twice(
    servers: Servers,
) -> None:
    servers("aaaaaaa1")
    servers("aaaaaaa1", ERROR, moved=("solved",))
    servers("aaaaaaa1")
    assert servers.of().resolved_at is None, "it may be a late report"
    servers("aaaaaaa1", after=timedelta(days=1))
    assert servers.of().resolved_at is not None


def test_a_late_report_before_one_more_of_the_newer_commit_takes_nothing_back(
    servers: Servers,
) -> None:
    servers("aaaaaaa1")
    for _ in range(2):
        servers("aaaaaaa1", ERROR, moved=("solved",), after=timedelta(days=1))
        servers("aaaaaaa1")
    assert servers.of().resolved_at is None


def test_a_late_report_of_a_host_that_was_never_heard_of_takes_nothing_back(
    servers: Servers,
) -> None:
    servers("aaaaaaa1")
    servers("aaaaaaa3", ERROR, moved=("solved",))
    servers("aaaaaaa2")
    assert servers.of().resolved_at is None
    servers("aaaaaaa4", ERROR, moved=("solved",), after=timedelta(days=1))
    assert servers.of().resolved_at is None
    assert servers.of().times == 1


def test_a_plugin_taken_back_while_the_host_goes_on_is_well_when_that_is_said_twice(
    servers: Servers,
) -> None:
    servers("aaaaaaa1")
    servers("aaaaaaa2", ERROR, moved=("solved",))
    servers("aaaaaaa3")
    assert servers.of().resolved_at is None
    servers("aaaaaaa4", after=timedelta(days=1))
    assert servers.of().resolved_at is not None


def test_a_late_report_of_an_older_commit_that_failed_breaks_nothing(servers: Servers) -> None:
    servers("aaaaaaa1")
    servers("aaaaaaa3", moved=("solved",))
    servers("aaaaaaa2", ERROR)
    servers("aaaaaaa2", ERROR, after=timedelta(minutes=5))  # sent once more
    assert servers.door.world.incidents() == []
    servers("aaaaaaa3", moved=("solved",))
    servers("aaaaaaa4", ERROR)  # and another one, later
    servers("aaaaaaa5", moved=("solved",))
    assert servers.door.world.incidents() == []


def test_a_late_report_of_an_older_commit_moves_nothing_that_fails_back(servers: Servers) -> None:
    servers("aaaaaaa1")
    servers("aaaaaaa3", ERROR, moved=("solved",))
    servers("aaaaaaa2", ERROR)
    assert servers.of().last_plugin_sha == NEW


def test_a_plugin_taken_back_that_fails_there_is_told_when_that_is_said_twice(
    servers: Servers,
) -> None:
    servers("aaaaaaa1")
    servers("aaaaaaa2", moved=("solved",))
    servers("aaaaaaa3", ERROR)
    assert servers.door.world.incidents() == []
    servers("aaaaaaa4", ERROR, after=timedelta(days=1))
    assert servers.of().bad_plugin_sha == OLD


@pytest.mark.parametrize(("domain", "moved"), [("another.example.com", ()), ("", ("solved",))])
def test_another_server_that_is_behind_and_a_newer_host_are_believed_at_once(
    servers: Servers, domain: str, moved: tuple[str, ...]
) -> None:
    how = {"domain": domain} if domain else {}
    servers("aaaaaaa1", **how)
    servers("aaaaaaa2", moved=("solved",))
    servers("aaaaaaa3", ERROR, moved=moved, **how)
    assert servers.of().bad_host_sha == "aaaaaaa3"


@pytest.mark.parametrize("plugin", [NEW, f"{2:040x}"])
def test_a_newer_host_or_plugin_that_works_ends_it_at_once(servers: Servers, plugin: str) -> None:
    servers("aaaaaaa1")
    servers("aaaaaaa2", ERROR, moved=("solved",))
    body = report(line("solved", GOOD, plugin), host="aaaaaaa3", domain="tests-passed.example.com")
    assert servers.door.post("/status", body).json()["success"] == "OK"
    assert servers.of().resolved_at is not None


@pytest.mark.parametrize(
    ("host", "domain"),
    [("aaaaaaa1", "another.example.com"), ("aaaaaaa0", "tests-passed.example.com")],
)
def test_another_server_or_an_older_host_takes_nothing_back(
    servers: Servers, host: str, domain: str
) -> None:
    servers("aaaaaaa0")
    servers("aaaaaaa1")
    servers("aaaaaaa1", ERROR, moved=("solved",))
    for _ in range(3):
        servers(host, after=timedelta(days=1), domain=domain)
    assert servers.of().resolved_at is None


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
