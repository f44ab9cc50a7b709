"""What may be bad luck, as Guards report it: a server's own trouble, and breakages that one report alone tells of."""

from datetime import timedelta
from typing import Any

import pytest
from sqlmodel import select

from models.database.engine import Database
from models.rules.kinds import KeyKind
from models.rules.silence import Trouble
from models.rules.watched import WatchedKind
from models.tables import Posting, WatchedIncident
from tests.webhooks.conftest import Clock, Door, line, report
from tests.world import World
from webhooks.recording.intake import Intake

GOOD, BAD = 1, 2
DAY = timedelta(days=1)
ODD = "NoMethodError: undefined method `topics' for nil"


@pytest.fixture
def intake(database: Database, clock: Clock) -> Intake:
    return Intake(database, clock=clock.read)


@pytest.fixture
def rebuild(door: Door, clock: Clock) -> "Rebuild":
    return Rebuild(door, clock)


class Rebuild:
    """Reports of a canary server that was rebuilt, a day after the last one."""

    def __init__(self, door: Door, clock: Clock) -> None:
        self.world: World = door.world
        self._door, self._clock = door, clock
        self._key = door.site_key

    def __call__(self, *errors: str | None, after: timedelta = DAY, **how: Any) -> None:
        """Solved, voting and chat-extra load, or fail with these errors."""
        self._clock.now += after
        names = ("solved", "voting", "chat-extra")
        lines = []
        for name, error in zip(names, (*errors, *[None] * 3), strict=False):
            said = {} if error is None else {"message": error, "backtrace": "plugin.rb:1"}
            sha = how.get("sha", "a1b2c3d4") if name == "solved" else "a1b2c3d4"
            lines.append(line(name, BAD if error else GOOD, sha, **said))
        body = report(*lines, host=how.get("host", "c0ffee00"), branch=how.get("branch", "stable"))
        answer = self._door.post("/status", body | how.get("more", {}), how.get("key"))
        assert answer.status_code == 200

    @property
    def told(self) -> list[tuple[str, str, bool]]:
        """The conversations of all that was told, how, and whether it stands out."""
        return [
            (row.conversation, row.action, row.broadcast)
            for row in self.world.announced()
            if row.conversation.startswith("incident")
        ]

    @property
    def open(self) -> list[int | None]:
        """The open incidents."""
        return [each.id for each in self.world.incidents() if each.resolved_at is None]

    def troubles(self) -> list[WatchedIncident]:
        """What is wrong with the server itself, over or not."""
        with self.world.database.read() as session:
            wanted = select(WatchedIncident).where(
                WatchedIncident.source == WatchedKind.GUARD,
                WatchedIncident.trouble == Trouble.FAILING,
            )
            return list(session.exec(wanted))


@pytest.mark.parametrize(
    "error",
    [
        "Net::ReadTimeout: Net::ReadTimeout with #<TCPSocket:(closed)>",
        "Errno::ENOSPC: No space left on device @ rb_sysopen - /shared/tmp/cache",
        "SocketError: getaddrinfo: Temporary failure in name resolution",
        "OpenURI::HTTPError: 429 Too Many Requests",
    ],
)
def test_an_error_of_the_surroundings_is_the_servers_and_over_with_its_next_report(
    rebuild: Rebuild, error: str
) -> None:
    rebuild()
    rebuild(error, host="c0ffee01")
    assert rebuild.open == []
    (card,) = rebuild.troubles()
    assert card.name == "canary.example.com"
    assert card.message
    assert card.message.startswith("solved: ")
    rebuild(host="c0ffee01")
    assert rebuild.troubles()[0].resolved_at is not None
    assert rebuild.told == []
    assert "source:1" in [row.conversation for row in rebuild.world.announced()]


def test_a_method_named_after_a_timeout_is_no_trouble_of_the_server(rebuild: Rebuild) -> None:
    rebuild()
    rebuild("NoMethodError: undefined method `read_timeout' for nil", host="c0ffee01")
    assert (len(rebuild.open), rebuild.troubles()) == (1, [])


def test_bad_once_and_good_three_times_on_the_same_commits_heals_and_alarms_nobody(
    rebuild: Rebuild,
) -> None:
    rebuild()
    rebuild(ODD)
    rebuild()
    rebuild()
    assert rebuild.open == [1]
    rebuild()
    assert rebuild.open == []
    assert rebuild.told[0] == ("incident:1", Posting.POST, False)
    assert not any(broadcast for _, _, broadcast in rebuild.told)


def test_a_report_again_or_soon_after_is_the_same_round(rebuild: Rebuild) -> None:
    rebuild()
    rebuild(ODD)
    rebuild()
    rebuild(None, ODD, after=timedelta(minutes=5))
    rebuild(after=timedelta(minutes=30))  # the same body once more
    rebuild()
    assert 1 in rebuild.open
    rebuild()
    assert 1 not in rebuild.open


def test_another_server_that_finds_it_good_heals_nothing(door: Door, rebuild: Rebuild) -> None:
    other = door.make_key(KeyKind.SITE, "another")
    rebuild()
    rebuild(ODD)
    for _ in range(4):
        rebuild(key=other, more={"domain": "another.example.com"})
    assert rebuild.open == [1]


def test_bad_in_between_begins_the_count_anew(rebuild: Rebuild) -> None:
    rebuild()
    for error in (ODD, None, None, ODD, None, None):
        rebuild(error)
    assert rebuild.open == [1]
    rebuild()
    assert rebuild.open == []


def test_a_second_report_that_says_the_same_is_told_aloud(rebuild: Rebuild) -> None:
    rebuild()
    rebuild(ODD)
    rebuild(ODD, after=timedelta(minutes=1))
    assert not any(broadcast for _, _, broadcast in rebuild.told)
    rebuild(ODD)
    assert rebuild.told[-1] == ("incident:1", Posting.REPLY, True)
    assert rebuild.world.incidents()[0].confirmed


def test_other_words_on_the_same_commits_do_not_confirm(rebuild: Rebuild) -> None:
    rebuild()
    rebuild(ODD)
    rebuild("NameError: uninitialized constant Whatever")
    assert not rebuild.world.incidents()[0].confirmed
    rebuild("NameError: uninitialized constant Whatever")
    assert rebuild.world.incidents()[0].confirmed


def test_several_that_fail_each_in_another_way_are_the_servers_until_one_does_again(
    rebuild: Rebuild,
) -> None:
    rebuild()
    rebuild(ODD, "NameError: uninitialized constant Whatever")
    (card,) = rebuild.troubles()
    assert card.message
    assert [said.split(":")[0] for said in card.message.splitlines()] == ["solved", "voting"]
    assert rebuild.told == []
    rebuild(ODD)
    assert rebuild.told == [
        ("incident:1", Posting.POST, False),
        ("incident:1", Posting.REPLY, False),
    ]
    assert [each.confirmed for each in rebuild.world.incidents()] == [True, False]


def test_in_trouble_a_moved_host_is_not_enough_either(rebuild: Rebuild) -> None:
    rebuild()
    rebuild(ODD, "Errno::ENOSPC: No space left on device", host="c0ffee01")
    assert rebuild.told == []
    assert [each.confirmed for each in rebuild.world.incidents()] == [False]


@pytest.mark.parametrize(
    ("errors", "confirmed"),
    [
        ((ODD, "TypeError: nil can't be coerced into Integer"), [False, False]),
        ((ODD, "NameError: uninitialized constant Gone"), [True, True]),
        ((ODD, ODD), [True, True]),
    ],
)
def test_several_in_words_of_any_plugin_on_a_new_host_wait_for_a_second_report(
    rebuild: Rebuild, errors: tuple[str, str], confirmed: list[bool]
) -> None:
    rebuild()
    rebuild(*errors, host="c0ffee01")
    assert [each.confirmed for each in rebuild.world.incidents()] == confirmed
    rebuild(*errors, host="c0ffee02")
    assert all(each.confirmed for each in rebuild.world.incidents())


@pytest.mark.parametrize("moved", [{"host": "c0ffee01"}, {"sha": "b1b2c3d4"}])
def test_where_a_commit_moved_the_first_report_is_told_aloud(
    rebuild: Rebuild, moved: dict[str, Any]
) -> None:
    rebuild()
    rebuild(ODD, **moved)
    assert rebuild.world.incidents()[0].confirmed


def test_the_same_words_of_two_plugins_are_told_aloud(rebuild: Rebuild) -> None:
    rebuild()
    rebuild(ODD, ODD)
    assert [each.confirmed for each in rebuild.world.incidents()] == [True, True]


def test_the_same_words_on_another_host_branch_end_the_doubt(rebuild: Rebuild) -> None:
    rebuild()
    rebuild(branch="beta")
    rebuild(ODD)
    assert [each.confirmed for each in rebuild.world.incidents()] == [False]
    rebuild(ODD, branch="beta")
    assert [each.confirmed for each in rebuild.world.incidents()] == [True, True]


def test_what_fails_so_again_within_a_day_is_no_luck(rebuild: Rebuild) -> None:
    rebuild()
    rebuild(ODD)
    rebuild(sha="b1b2c3d4")
    rebuild(ODD, sha="b1b2c3d4", after=timedelta(hours=20))
    (incident,) = rebuild.world.incidents()
    assert (incident.times, incident.confirmed) == (2, True)
