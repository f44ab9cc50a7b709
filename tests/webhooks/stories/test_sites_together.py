"""What client sites report together: evidence of the plugin and the way in which it fails, not of one commit."""

from datetime import timedelta

import pytest

from models.database.engine import Database
from models.rules.incidents import FIELD_EVIDENCE
from models.rules.kinds import KeyKind
from models.tables import Incident
from tests.webhooks.conftest import Clock, Door, line, report
from tests.world import a_plugin
from webhooks.recording.intake import Intake

GOOD, BAD = 1, 2
ERROR = "NoMethodError: undefined method `topics' for nil"
NAMES = ("solved", "voting", "chat-extra", *(f"plugin-{n}" for n in range(6)))


@pytest.fixture
def intake(database: Database, clock: Clock) -> Intake:
    return Intake(database, clock=clock.read)


class Forums:
    """Client sites that run every plugin, all made when they are first spoken of."""

    def __init__(self, door: Door, clock: Clock) -> None:
        self._door, self._clock = door, clock
        self._keys: dict[int, str] = {}
        with door.world.database.write() as session:
            session.add_all(a_plugin(name, clock.now) for name in NAMES[3:])

    def say(
        self, site: int, error: str | None, sha: str = "a1b2c3d4", branch: str = "tests-passed"
    ) -> None:
        """The site starts an hour later, and solved loads there, or fails with this error."""
        self.report(site, {} if error is None else {"solved": error}, sha, branch)

    def report(
        self,
        site: int,
        errors: dict[str, str],
        sha: str = "a1b2c3d4",
        branch: str = "tests-passed",
    ) -> None:
        """The site starts an hour later; these plugins fail."""
        self._clock.now += timedelta(hours=1)
        domain = f"forum{site}.example.com"
        if site not in self._keys:
            self._keys[site] = self._door.make_key(KeyKind.USER, domain, domain)
        key = (self._keys[site], "User-Api-Key")
        registered = {"domain": domain, "plugins": list(NAMES)}
        assert self._door.post("/user/register", registered, *key).json()["success"] == "OK"
        lines = [
            line(name, BAD if name in errors else GOOD, sha, message=errors.get(name))
            for name in NAMES
        ]
        body = report(*lines, branch=branch, domain=domain)
        assert self._door.post("/status", body, *key).json()["success"] == "OK"

    def judge(self, host: str, sha: str, error: str | None) -> None:
        """A canary server reports a day later."""
        self._clock.now += timedelta(days=1)
        body = report(line("solved", BAD if error else GOOD, sha, message=error), host=host)
        assert self._door.post("/status", body).json()["success"] == "OK"

    @property
    def incidents(self) -> list[Incident]:
        return self._door.world.incidents()

    @property
    def over(self) -> bool:
        (incident,) = self.incidents
        return incident.resolved_at is not None


@pytest.fixture
def forums(door: Door, clock: Clock) -> Forums:
    return Forums(door, clock)


def test_sites_that_move_to_a_commit_that_fails_too_have_not_recovered(forums: Forums) -> None:
    for site in range(3):
        forums.say(site, ERROR)
    assert [each.origin for each in forums.incidents] == [FIELD_EVIDENCE]
    for site in range(3):
        forums.say(site, ERROR, sha="b1b2c3d4")
    assert not forums.over
    for site in range(3):
        forums.say(site, None, sha="c1b2c3d4")
    assert forums.over


def test_the_third_site_is_enough_at_once(forums: Forums) -> None:
    forums.say(0, ERROR)
    forums.say(1, ERROR, sha="b1b2c3d4")
    assert forums.incidents == []
    forums.say(2, ERROR, sha="c1b2c3d4")
    assert [each.failing_sites for each in forums.incidents] == [3]


def test_each_host_branch_counts_for_itself(forums: Forums) -> None:
    forums.say(0, ERROR)
    forums.say(1, ERROR)
    forums.say(2, ERROR, branch="stable")
    assert forums.incidents == []


def test_a_word_of_last_week_founds_nothing(forums: Forums, clock: Clock) -> None:
    forums.say(0, ERROR)
    forums.say(1, ERROR)
    clock.now += timedelta(days=4)
    forums.say(2, ERROR)
    assert forums.incidents == []
    forums.say(0, ERROR, sha="b1b2c3d4")
    forums.say(1, ERROR, sha="b1b2c3d4")
    assert len(forums.incidents) == 1


@pytest.mark.parametrize(
    "error",
    [
        "Errno::ENOSPC: No space left on device @ rb_sysopen",
        "Redis::CannotConnectError: Error connecting to Redis on localhost:6379",
        "Net::ReadTimeout: Net::ReadTimeout with #<TCPSocket:(closed)>",
        "Gem::MissingSpecError: Could not find 'aws-sdk-s3' (>= 0) among 312 total gem(s)",
    ],
)
def test_errors_of_their_surroundings_count_for_nobody(forums: Forums, error: str) -> None:
    for site in range(4):
        forums.say(site, error)
    assert forums.incidents == []


def test_a_site_where_many_plugins_fail_in_its_own_ways_counts_for_nobody(forums: Forums) -> None:
    alone = {name: f"NameError: uninitialized constant Of{name[-1]}" for name in NAMES[3:]}
    forums.report(0, alone | {"solved": ERROR})
    forums.say(1, ERROR)
    forums.say(2, ERROR)
    assert forums.incidents == []
    forums.say(3, ERROR)
    assert [each.failing_sites for each in forums.incidents] == [3]


def test_what_many_sites_share_makes_none_of_them_sick(forums: Forums) -> None:
    shared = dict.fromkeys(NAMES, ERROR)
    for site in range(3):
        forums.report(site, shared)
    assert len(forums.incidents) == len(NAMES)


def test_the_last_site_to_update_is_not_sick_for_being_alone(forums: Forums) -> None:
    shared = dict.fromkeys(NAMES[:4], ERROR)
    for site in range(3):
        forums.report(site, shared)
    for site in range(1, 3):
        forums.report(site, {}, sha="c1b2c3d4")
    forums.report(0, shared)
    assert [(each.failing_sites, each.resolved_at) for each in forums.incidents] == [(1, None)] * 4
    forums.report(0, {}, sha="c1b2c3d4")
    assert all(each.resolved_at for each in forums.incidents)


def test_other_words_of_the_last_site_that_fails_are_no_recovery(forums: Forums) -> None:
    for site in range(3):
        forums.say(site, ERROR)
    for site in range(1, 3):
        forums.say(site, None, sha="c1b2c3d4")
    forums.say(0, "NameError: uninitialized constant Other")
    assert not forums.over
    assert [each.failing_sites for each in forums.incidents] == [1]
    forums.say(0, None, sha="c1b2c3d4")
    assert forums.over


@pytest.mark.parametrize(("told", "opened"), [(ERROR, 1), ("NameError: of something else", 2)])
def test_what_a_canary_server_told_of_is_over_for_sites_that_did_not_update_yet(
    forums: Forums, told: str, opened: int
) -> None:
    """Whatever other words the server failed in before it worked again."""
    for host, sha, error in (
        ("aaaaaaa1", "a1b2c3d4", None),
        ("aaaaaaa2", "a1b2c3d4", told),
        ("aaaaaaa3", "a1b2c3d4", "NameError: uninitialized constant Last"),
    ):
        forums.judge(host, sha, error)
    for site in range(2):
        forums.say(site, ERROR)
    forums.judge("aaaaaaa4", "d1b2c3d4", None)
    assert forums.over
    forums.say(2, ERROR)
    forums.say(0, ERROR, sha="b1b2c3d4")
    assert len(forums.incidents) == opened
    forums.say(1, ERROR, sha="b1b2c3d4")
    assert len(forums.incidents) == 2
