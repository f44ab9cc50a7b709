"""Which incidents are one outbreak, as canary servers report them."""

from datetime import timedelta
from typing import Any

import pytest
from sqlmodel import select

from models.database.engine import Database
from models.rules.blame import Suspect
from models.rules.kinds import KeyKind
from models.tables import Incident
from tests.webhooks.conftest import Clock, Door, line, report
from tests.world import a_plugin
from webhooks.recording.intake import Intake

GOOD, BAD = 1, 2
OLD, NEW = "a1b2c3d4", "b1b2c3d4"
NAMES = ("solved", "voting", "chat-extra", "maps", "polls", "events")
GONE, LOST = "NameError: uninitialized constant Gone", "NameError: uninitialized constant Lost"
COMMON = "NoMethodError: undefined method 'id' for nil"


@pytest.fixture
def intake(database: Database, clock: Clock) -> Intake:
    return Intake(database, clock=clock.read)


def said_in(name: str, error: str | None) -> dict[str, Any]:
    """The error, after a semicolon the plugin's file where it was met."""
    message, _, file = (error or "").partition("; ")
    if not file:
        return {"message": error}
    return {"message": message, "backtrace": f"/discourse/plugins/{name}/{file}:7:in `run'"}


class Servers:
    """One canary server for each host branch, which reports a day after whatever was reported last."""

    def __init__(self, door: Door, clock: Clock) -> None:
        self.door, self._clock = door, clock
        with door.world.database.write() as session:
            session.add_all(a_plugin(name, clock.now) for name in NAMES[3:])

    def __call__(
        self, host: str, *errors: str | None, moved: int = 0, branch: str = "tests-passed"
    ) -> None:
        """All plugins on this host commit, so many of them at their new commits."""
        self._clock.now += timedelta(days=1)
        lines = [
            line(
                name, BAD if error else GOOD, NEW if place < moved else OLD, **said_in(name, error)
            )
            for place, (name, error) in enumerate(zip(NAMES, (*errors, *[None] * 6), strict=False))
        ]
        body = report(*lines, host=host, branch=branch, domain=f"{branch}.example.com")
        assert self.door.post("/status", body).json()["success"] == "OK"

    @property
    def outbreaks(self) -> list[int | None]:
        """The outbreak of each incident."""
        return [incident.outbreak_id for incident in self.door.world.incidents()]


@pytest.fixture
def servers(door: Door, clock: Clock) -> Servers:
    return Servers(door, clock)


def test_unlike_errors_of_plugins_that_all_moved_are_no_outbreak(servers: Servers) -> None:
    servers("aaaaaaa1")
    servers("aaaaaaa2", GONE, LOST, COMMON, moved=6)
    assert servers.outbreaks == [None] * 3


def test_what_moved_joins_by_the_words_of_those_that_stood_still(servers: Servers) -> None:
    servers("aaaaaaa1")
    servers("aaaaaaa2", GONE, LOST, GONE, GONE, moved=2)
    assert servers.outbreaks == [1, None, 1, 1]


def test_what_moved_joins_in_whatever_words_once_its_commit_works_on_an_older_host(
    servers: Servers,
) -> None:
    servers("bbbbbbb1", branch="beta")
    servers("aaaaaaa1")
    servers("aaaaaaa2", LOST, GONE, GONE, GONE, moved=1)
    assert servers.outbreaks == [None, 1, 1, 1]
    servers("bbbbbbb1", branch="beta", moved=1)
    assert servers.outbreaks == [1, 1, 1, 1]
    # And where the same comes later, it is of them, although it moves there, too.
    servers("bbbbbbb2", LOST, GONE, GONE, GONE, branch="beta", moved=2)
    assert servers.outbreaks == [1] * 8


def test_what_fails_in_other_words_now_lends_these_no_cause(servers: Servers) -> None:
    servers("aaaaaaa1")
    servers("bbbbbbb1", branch="beta")
    servers("aaaaaaa2", LOST)
    servers("aaaaaaa3", GONE, GONE, GONE, GONE)
    # They have a cause of their own, and it is one of them.
    assert causes_of(servers) == ["aaaaaaa3"] * 4
    assert servers.outbreaks == [1, 1, 1, 1]
    servers("bbbbbbb2", GONE, GONE, branch="beta")
    assert servers.outbreaks == [1, 1, 1, 1, 1, 1]


@pytest.mark.parametrize(
    ("words", "moved", "outbreaks"),
    [
        (GONE, 0, [1, 1, 1, 1]),
        (GONE, 1, [1, 1, 1, 1]),  # which may have been broken by either before
        (COMMON, 0, [None, 1, 1, 1]),
        (LOST, 0, [None, 1, 1, 1]),
    ],
)
def test_what_had_a_cause_of_its_own_joins_when_it_fails_as_others_do(
    servers: Servers, words: str, moved: int, outbreaks: list[int | None]
) -> None:
    servers("aaaaaaa1")
    servers("aaaaaaa2", LOST, moved=moved)
    servers("aaaaaaa3", LOST, GONE, GONE, GONE, moved=moved)
    servers("aaaaaaa4", words, GONE, GONE, GONE, moved=moved)
    assert servers.outbreaks == outbreaks


def test_what_leaves_its_outbreak_after_weeks_joins_the_one_in_whose_words_it_fails(
    servers: Servers,
) -> None:
    servers("aaaaaaa1")
    servers("aaaaaaa2", *[f"{GONE}; {name}.rb" for name in "abc"], moved=1)
    for day in range(3, 13):
        servers(f"aaaaaa{day:02}", f"{GONE}; a.rb", *[None] * 5, moved=1)
    assert servers.outbreaks == [1, 1, 1]
    lost = [f"{LOST}; {name}.rb" for name in "def"]  # met in other files
    servers("aaaaaa13", f"{LOST}; a.rb", None, None, *lost, moved=1)
    assert servers.outbreaks == [2, 1, 1, 2, 2, 2]


def test_what_joined_in_others_words_leaves_when_it_says_its_own_again(servers: Servers) -> None:
    servers("aaaaaaa1")
    servers("aaaaaaa2", LOST)
    servers("aaaaaaa3", GONE, GONE, GONE, GONE)
    assert servers.outbreaks == [1, 1, 1, 1]
    servers("aaaaaaa4", LOST, GONE, GONE, GONE)
    assert servers.outbreaks == [None, 1, 1, 1]
    assert causes_of(servers)[0] == "aaaaaaa2"


def test_what_fails_in_its_former_words_again_shows_its_cause_again(servers: Servers) -> None:
    servers("aaaaaaa1")
    servers("bbbbbbb1", branch="beta")
    servers("aaaaaaa2", LOST)
    servers("aaaaaaa3", GONE)
    servers("aaaaaaa4", LOST)
    servers("bbbbbbb2", LOST, LOST, LOST, branch="beta")
    assert servers.outbreaks == [1, 1, 1, 1]


def test_words_that_are_kept_by_another_rule_keep_the_cause(servers: Servers) -> None:
    servers("aaaaaaa1")
    servers("aaaaaaa2", GONE)
    with servers.door.world.database.write() as session:
        (incident,) = session.exec(select(Incident))
        incident.fingerprint = incident.cause_words = "as it was made before"
    servers("aaaaaaa3", GONE)
    servers("aaaaaaa4", GONE, GONE, GONE)
    assert servers.outbreaks == [1, 1, 1]


@pytest.mark.parametrize(("words", "outbreaks"), [(LOST, [1, 1, 1, None]), (GONE, [1, 1, 1])])
def test_what_breaks_again_is_of_the_outbreak_in_the_same_words_only(
    servers: Servers, words: str, outbreaks: list[int | None]
) -> None:
    servers("aaaaaaa1")
    servers("aaaaaaa2", GONE, GONE, GONE)
    servers("aaaaaaa3", None, GONE, GONE)
    servers("aaaaaaa4", words, GONE, GONE)
    assert servers.outbreaks == outbreaks


def test_what_returns_to_words_of_its_own_leaves_the_outbreak_that_it_joined_in_others(
    servers: Servers,
) -> None:
    servers("bbbbbbb1", branch="beta")
    servers("aaaaaaa1")
    servers("aaaaaaa2", LOST, moved=1)
    servers("aaaaaaa3", GONE, GONE, GONE, GONE, moved=1)
    assert servers.outbreaks == [1, 1, 1, 1]
    servers("aaaaaaa4", LOST, GONE, GONE, GONE, moved=1)
    assert servers.outbreaks == [None, 1, 1, 1]
    told = servers.door.world.announced()
    card = [each for each in told if each.conversation == "outbreak:1"][-1]
    assert "3 plugins broke" in card.message
    its_own = [each for each in told if each.conversation == "incident:1"]
    assert [each.action for each in its_own].count("post") == 1
    assert "so it left its outbreak" in its_own[-1].message
    # And in the others' words it is one of them again.
    servers("aaaaaaa5", GONE, GONE, GONE, GONE, moved=1)
    assert servers.outbreaks == [1, 1, 1, 1]


def test_what_was_proven_of_other_words_is_taken_back_with_its_pin(servers: Servers) -> None:
    servers("bbbbbbb1", branch="beta")
    servers("aaaaaaa1")
    servers("aaaaaaa2", LOST, moved=1)
    servers("aaaaaaa3", GONE, moved=1)
    servers("bbbbbbb2", GONE, branch="beta")
    assert servers.door.world.incidents()[0].suspect == Suspect.HOST
    servers("aaaaaaa4", LOST, moved=1)
    (incident, _) = servers.door.world.incidents()
    assert (incident.suspect, incident.proof, incident.pin_version) == (Suspect.BOTH, None, None)
    card = [each for each in servers.door.world.announced() if each.conversation == "incident:1"]
    assert ".discourse-compatibility" not in card[-1].message


@pytest.mark.parametrize(
    ("words", "moved", "outbreaks"),
    [
        ((LOST, GONE, GONE), 0, [1, 1, 1]),  # the host's commit broke it
        ((LOST, LOST, LOST), 0, [1, 1, 1]),  # and so all of them, whatever they say now
        ((f"{GONE}; lib/a.rb", GONE, GONE), 1, [1, 1, 1]),  # met elsewhere
        ((LOST, GONE, LOST), 1, [1, 1, 1]),  # in which another one fails that stays
        ((LOST, GONE, GONE), 1, [None, 1, 1]),
    ],
)
def test_what_the_hosts_commit_broke_stays_in_its_outbreak_and_so_do_those_who_say_the_same(
    servers: Servers, words: tuple[str, ...], moved: int, outbreaks: list[int | None]
) -> None:
    servers("aaaaaaa1")
    servers("aaaaaaa2", GONE, GONE, GONE, GONE, moved=moved)
    servers("aaaaaaa3", *words, GONE, moved=moved)
    assert servers.outbreaks == [*outbreaks, 1]


def causes_of(servers: Servers) -> list[str]:
    """The host commits by which each of the incidents is said to be caused."""
    return [each.cause.rpartition("/")[2] for each in servers.door.world.incidents()]


def test_a_snapshot_of_two_bad_commits_is_two_outbreaks(servers: Servers) -> None:
    servers("aaaaaaa1", branch="beta")
    servers("aaaaaaa2", GONE, GONE, GONE, LOST, LOST, LOST, branch="beta")
    assert sorted(servers.outbreaks, key=str) == [1, 1, 1, 2, 2, 2]


@pytest.mark.parametrize(
    ("errors", "outbreaks"),
    [
        ((GONE, GONE, COMMON, COMMON), [1, 1, 1, 1]),
        ((GONE, GONE, LOST, LOST, COMMON, COMMON), [None] * 6),
        ((GONE, GONE, GONE, COMMON, COMMON, COMMON), [1, 1, 1, 2, 2, 2]),
        ((COMMON, COMMON, COMMON), [1, 1, 1]),
    ],
)
def test_two_that_fail_in_common_words_have_the_cause_of_the_others_that_broke_so(
    servers: Servers, errors: tuple[str, ...], outbreaks: list[int | None]
) -> None:
    servers("aaaaaaa1")
    servers("aaaaaaa2", *errors)
    assert servers.outbreaks == outbreaks


def test_words_that_any_plugin_may_say_are_no_outbreak(servers: Servers) -> None:
    servers("aaaaaaa1")
    servers("aaaaaaa1", COMMON, COMMON, COMMON, moved=6)
    assert servers.outbreaks == [None] * 3


def test_what_breaks_a_day_later_in_the_same_words_joins(servers: Servers) -> None:
    servers("aaaaaaa1")
    servers("aaaaaaa2", GONE, GONE)
    servers("aaaaaaa3", GONE, GONE, GONE)
    assert servers.outbreaks == [1, 1, 1]


def test_it_is_the_same_one_when_stable_takes_the_commit_over(servers: Servers) -> None:
    servers("bbbbbbb1", branch="stable")
    servers("aaaaaaa1")
    servers("aaaaaaa2", GONE, GONE, GONE)
    servers("bbbbbbb2", GONE, GONE, GONE, branch="stable")
    assert servers.outbreaks == [1] * 6
    posts = [each.conversation for each in servers.door.world.announced() if each.action == "post"]
    assert posts == ["outbreak:1"]


def test_what_a_revert_leaves_broken_has_another_cause_and_a_card_that_says_so(
    servers: Servers,
) -> None:
    servers("aaaaaaa1")
    servers("aaaaaaa2", GONE, GONE, GONE, LOST)
    assert servers.outbreaks == [1, 1, 1, 1]
    servers("aaaaaaa3", None, None, None, LOST)
    assert servers.outbreaks == [1, 1, 1, None]
    told = servers.door.world.announced()
    assert any("Outbreak over: all 3 plugins" in each.message for each in told)
    its_own = [each for each in told if each.conversation == "incident:4"]
    assert its_own[0].action == "post"
    assert "did not fix this" in its_own[-1].message


def test_what_leaves_takes_its_other_branches_along(servers: Servers) -> None:
    servers("bbbbbbb1", branch="beta")
    servers("aaaaaaa1")
    servers("aaaaaaa2", GONE, GONE, GONE, LOST)
    servers("bbbbbbb2", None, None, None, LOST, branch="beta")
    assert servers.outbreaks == [1, 1, 1, 1, 1]
    servers("aaaaaaa3", None, None, None, LOST)
    assert servers.outbreaks == [1, 1, 1, None, None]


def test_what_the_host_mends_alone_leaves_those_that_it_does_not(servers: Servers) -> None:
    servers("aaaaaaa1")
    servers("aaaaaaa2", GONE, GONE, GONE, LOST)
    servers("aaaaaaa3", GONE, GONE, GONE)
    assert servers.outbreaks == [1, 1, 1, None]


def test_several_that_a_revert_leaves_broken_are_another_outbreak(servers: Servers) -> None:
    servers("aaaaaaa1")
    servers("aaaaaaa2", GONE, GONE, GONE, LOST, COMMON, f"{LOST}::Twice")
    assert servers.outbreaks == [1] * 6
    servers("aaaaaaa3", None, None, None, LOST, COMMON, f"{LOST}::Twice")
    assert servers.outbreaks == [1, 1, 1, 2, 2, 2]


def test_plugins_that_mend_themselves_leave_the_others_in_their_outbreak(servers: Servers) -> None:
    servers("aaaaaaa1")
    servers("aaaaaaa2", GONE, GONE, GONE, LOST)
    servers("aaaaaaa3", None, None, None, LOST, moved=3)
    assert servers.outbreaks == [1, 1, 1, 1]


class Sites:
    """Three client sites that run all plugins, on some commits of the host of their own."""

    def __init__(self, door: Door) -> None:
        self._door = door
        self._keys = {
            domain: door.make_key(KeyKind.USER, domain, domain)
            for domain in (f"forum{n}.example.com" for n in range(3))
        }

    def __call__(self, name: str, error: str) -> None:
        """The plugin fails at them."""
        for place, (domain, key) in enumerate(self._keys.items()):
            registered = {"domain": domain, "plugins": [name]}
            self._door.post("/user/register", registered, key, "User-Api-Key")
            said = line(name, BAD, OLD, message=error)
            body = report(said, host=f"ccccccc{place}", domain=domain)
            assert self._door.post("/status", body, key, "User-Api-Key").json()["success"] == "OK"


@pytest.mark.parametrize("error", [GONE, COMMON])
def test_what_sites_saw_first_is_blamed_and_joined_by_what_the_server_says(
    door: Door, servers: Servers, error: str
) -> None:
    servers("aaaaaaa1")
    Sites(door)("solved", error)
    (seen,) = door.world.incidents()
    assert seen.suspect == Suspect.UNKNOWN
    servers("aaaaaaa2", error, GONE, GONE)
    incident = door.world.incidents()[0]
    assert (incident.suspect, incident.good_host_sha) == (Suspect.HOST, "aaaaaaa1")
    assert servers.outbreaks == [1, 1, 1]
    told = [row for row in door.world.announced() if row.conversation == "incident:1"]
    assert [row.action for row in told].count("post") == 1


def test_what_sites_saw_first_of_a_plugin_that_moved_joins_nothing(
    door: Door, servers: Servers
) -> None:
    servers("aaaaaaa1")
    Sites(door)("solved", COMMON)
    servers("aaaaaaa2", COMMON, GONE, GONE, GONE, moved=1)
    incident = door.world.incidents()[0]
    assert (incident.suspect, incident.good_plugin_sha) == (Suspect.BOTH, OLD)
    assert servers.outbreaks == [None, 1, 1, 1]


def test_the_same_words_met_in_other_files_are_one_outbreak(servers: Servers) -> None:
    servers("aaaaaaa1")
    servers("aaaaaaa2", f"{GONE}; plugin.rb", f"{GONE}; lib/a.rb", f"{GONE}; lib/b.rb", LOST, LOST)
    assert servers.outbreaks == [1, 1, 1, None, None]


def test_one_that_moved_joins_by_words_met_in_another_file_and_is_cleared(
    servers: Servers,
) -> None:
    servers("aaaaaaa1")
    errors = (f"{GONE}; lib/a.rb", f"{GONE}; plugin.rb", f"{GONE}; plugin.rb")
    servers("aaaaaaa2", *errors, moved=1)
    assert servers.outbreaks == [1, 1, 1]
    assert servers.door.world.incidents()[0].suspect == Suspect.HOST


def test_words_that_any_plugin_may_say_do_not_join_from_other_files(servers: Servers) -> None:
    servers("aaaaaaa1")
    errors = (f"{COMMON}; lib/a.rb", f"{COMMON}; plugin.rb", f"{COMMON}; plugin.rb")
    servers("aaaaaaa2", *errors, moved=1)
    assert servers.outbreaks == [None, None, None]
    assert servers.door.world.incidents()[0].suspect == Suspect.BOTH


def test_words_with_the_plugins_own_name_are_the_same_of_each(servers: Servers) -> None:
    servers("aaaaaaa1")
    words = [f"NameError: undefined local variable for {name}; {name}.rb" for name in NAMES[:3]]
    servers("aaaaaaa2", *words, LOST, LOST)
    assert servers.outbreaks == [1, 1, 1, None, None]
