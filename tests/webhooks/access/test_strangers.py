"""What strangers may send and ask without a key, and what it may cost."""

import asyncio
import time
from collections import Counter
from collections.abc import Collection, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any

import pytest
from anyio import to_thread
from hypothesis import given
from hypothesis import strategies as st
from sqlmodel import select

from models.database.engine import Database, be_alone
from models.events import GuardReport, Outcome
from models.events.statistics import Statistics, Usage
from models.rules.status import Verdict
from models.tables import Statistic
from tests.webhooks.conftest import Door, line
from tests.world import make_world, saw
from webhooks.access import throttle
from webhooks.access.lookup import Lookup
from webhooks.access.senders import sender_of
from webhooks.access.throttle import NewRows
from webhooks.app import MOST_READING, create_app
from webhooks.guard.parsing import MAX_DATA, MAX_URL, parse_statistics
from webhooks.recording.batches import NotStored
from webhooks.recording.intake import Intake

UNKNOWN = "/heartbeats/00000000-0000-4000-8000-000000000000"


def told(*plugins: dict[str, Any], host: str = "forum.example.com") -> dict[str, Any]:
    return {
        "discourse": {"host": host, "branch": "stable", "sha": "c0ffee00"},
        "plugins": list(plugins),
    }


def tell(door: Door, body: dict[str, Any], sender: str = "198.51.100.7") -> int:
    return door.http.post(
        "/plugin-manager/statistics", json=body, headers={"X-Forwarded-For": sender}
    ).status_code


def rows(door: Door) -> dict[tuple[str, str], Statistic]:
    with door.world.database.read() as session:
        return {(row.host, row.plugin_sha): row for row in session.exec(select(Statistic))}


def test_the_newest_word_of_a_host_and_plugin_is_one_row(door: Door) -> None:
    assert (
        tell(
            door,
            told(line("solved", sha="a1", data={"topics": 3}), line("unheard-of"), line("voting")),
        )
        == 200
    )
    assert (
        tell(
            door,
            told(*(line("solved", sha=f"b{n}") for n in range(1_000)), host="Forum.Example.com"),
        )
        == 200
    )
    kept = rows(door)
    assert set(kept) == {("forum.example.com", "b999"), ("forum.example.com", "a1b2c3d4")}
    assert kept["forum.example.com", "b999"].data == {}


def test_a_full_table_takes_only_news_of_what_it_holds(
    door: Door, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("models.recording.guard.statistics.MOST_ROWS", 2)
    assert tell(door, told(line("solved"), line("voting"))) == 200
    assert tell(door, told(line("solved", sha="e1"), line("chat-extra"))) == 200
    assert tell(door, told(line("solved"), host="other.example.com")) == 200
    assert set(rows(door)) == {("forum.example.com", "e1"), ("forum.example.com", "a1b2c3d4")}


@given(
    st.dictionaries(
        st.text(), st.recursive(st.none() | st.integers() | st.text(), st.lists, max_leaves=20)
    )
)
def test_of_what_else_they_tell_little_is_kept(data: dict[str, Any]) -> None:
    (usage,) = parse_statistics(
        told(line("solved", data=data, url="https://x.example/" + "y" * 2_000))
    ).usages
    assert len(str(usage.url)) <= 400
    assert len(str(usage.data)) <= 12 * MAX_DATA  # escaped differently
    assert set(usage.data) <= set(data)


def test_what_they_tell_is_redacted() -> None:
    data = {
        "topics": 3,
        "password": "hunter2",
        "note": "ghp_" + "a" * 36,
        "more": {"api_key": "hunter2"},
    }
    (usage,) = parse_statistics(told(line("solved", data=data))).usages
    assert usage.data["topics"] == 3
    assert "hunter2" not in str(usage.data)
    assert "ghp_" not in str(usage.data)


@pytest.mark.parametrize("secret", ["hunter@corporate.example.com", "token=" + "Zx9" * 40])
def test_a_secret_that_the_limit_divides_is_redacted(secret: str) -> None:
    """Of a secret at the limit, or where reading ends, nothing is kept that shows what it was."""
    for length in range(MAX_URL - 60, 2 * MAX_URL + 10):
        url = f"https://x.example/{'y' * (length - 19)}?{secret}&{'z' * MAX_URL}"
        (usage,) = parse_statistics(told(line("solved", url=url))).usages
        assert usage.url
        assert len(usage.url) <= MAX_URL
        assert "hunter" not in usage.url
        assert "Zx9" not in usage.url


def test_one_sender_may_tell_so_often_whatever_addresses_it_has(door: Door) -> None:
    answers = [tell(door, {}, f"2001:db8:1:1::{n:x}") for n in range(throttle.PER_MINUTE + 5)]
    assert answers[: throttle.PER_MINUTE] == [400] * throttle.PER_MINUTE
    assert answers[-1] == 429
    assert tell(door, told(line("solved")), "2001:db8:1:2::1") == 200


def test_all_of_them_may_tell_so_much(door: Door) -> None:
    answers = Counter(tell(door, {}, f"198.51.{n}.7") for n in range(throttle.IN_ALL + 10))
    assert answers[400] in range(
        throttle.IN_ALL, throttle.IN_ALL + 3
    )  # a window may end in the middle of it
    assert answers[429] >= 7
    assert (
        door.post("/status", {**told(line("solved")), "domain": "canary.example.com"}).status_code
        == 200
    )


@pytest.mark.parametrize(
    ("address", "sender"),
    [
        ("198.51.100.7", "198.51.100.7"),
        ("::ffff:198.51.100.7", "198.51.100.7"),
        ("2002:c633:6407::1", "198.51.100.7"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("fe80::1%eth0", "fe80::/64"),
        ("anything", ""),
        ("", ""),
    ],
)
def test_who_counts_as_one_sender(address: str, sender: str) -> None:
    assert sender_of(address) == sender


def test_only_a_proxy_says_for_whom_it_calls(door: Door) -> None:
    made_up = [
        tell(door, {}, f"203.0.113.{n}, 198.51.100.7") for n in range(throttle.PER_MINUTE + 5)
    ]
    assert made_up[-1] == 429


@contextmanager
def writing(database: Database) -> Iterator[None]:
    """Somebody else writes and takes long about it, so that no other writer goes on."""
    with database.write() as session:
        be_alone(session)
        yield


def test_who_guesses_a_heartbeat_waits_for_no_writer(door: Door) -> None:
    with writing(door.world.database):
        for address in (UNKNOWN, f"{UNKNOWN}/start", f"{UNKNOWN}/1"):
            assert door.http.get(address).status_code == 404
        assert door.http.head(UNKNOWN).status_code == 404
        assert door.http.post(UNKNOWN, content=b"x" * 70_000).status_code == 404


def test_all_who_guess_at_once_are_few_questions() -> None:
    asked: list[list[str]] = []

    def known(texts: Collection[str]) -> Collection[str]:
        asked.append(sorted(texts))
        time.sleep(0.02)
        return {"secret"}

    async def guess() -> list[bool]:
        lookup = Lookup(known, threads)
        guesses = (lookup.knows(text) for text in ("a", "secret", "b", "a"))
        first = await asyncio.gather(*guesses)
        return [*first, *await asyncio.gather(lookup.knows("secret"), lookup.knows("c"))]

    with ThreadPoolExecutor(1) as threads:
        assert asyncio.run(guess()) == [False, True, False, False, True, False]
    assert asked == [["a", "b", "secret"], ["c", "secret"]]


def test_whoever_asked_hears_that_the_database_is_away() -> None:
    def known(_texts: Collection[str]) -> Collection[str]:
        raise ConnectionError

    async def guess() -> list[bool | BaseException]:
        lookup = Lookup(known, threads)
        return await asyncio.gather(*(lookup.knows(text) for text in "ab"), return_exceptions=True)

    with ThreadPoolExecutor(1) as threads:
        assert [type(each) for each in asyncio.run(guess())] == [ConnectionError] * 2


USAGE = Usage("solved", "main", "a1")


def test_strangers_come_after_everyone_with_a_key(database: Database, now: Any) -> None:
    world = make_world(database, now, "solved")
    intake, done = Intake(database), []

    async def submit(name: str, event: GuardReport | Statistics) -> None:
        await intake.submit(event)
        done.append(name)

    async def everyone() -> None:
        strangers = [
            asyncio.create_task(
                submit(f"stranger {n}", Statistics(f"h{n}", "stable", "c0", (USAGE,)))
            )
            for n in (1, 2)
        ]
        guards = [
            asyncio.create_task(submit(f"guard {n}", a_report))
            for n, a_report in enumerate(reports)
        ]
        await asyncio.sleep(0)
        intake.start()
        await asyncio.gather(*strangers, *guards)
        await asyncio.to_thread(intake.stop)

    # What breaks a plugin waits for the writer that strangers wait for, too.
    reports = [world.a_report(saw("solved", f"p{n}", Verdict.INCOMPATIBLE)) for n in range(5)]
    asyncio.run(everyone())
    assert done == [*(f"guard {n}" for n in range(5)), "stranger 1", "stranger 2"]


async def test_only_so_many_threads_make_what_is_read(database: Database) -> None:
    app = create_app(database)
    async with app.router.lifespan_context(app):
        assert to_thread.current_default_thread_limiter().total_tokens == MOST_READING


def test_only_so_many_strangers_wait(database: Database) -> None:
    intake = Intake(database)

    async def crowd() -> list[Outcome | BaseException]:
        event = Statistics("h", "stable", "c0", (USAGE,))
        waiting = [asyncio.create_task(intake.submit(event)) for _ in range(101)]
        await asyncio.sleep(0)
        intake.start()
        answers = await asyncio.gather(*waiting, return_exceptions=True)
        await asyncio.to_thread(intake.stop)
        return answers

    answers = asyncio.run(crowd())
    assert [type(answer) for answer in answers] == [Outcome] * 100 + [NotStored]


def test_strangers_add_only_so_many_rows_within_an_hour() -> None:
    at = 0.0
    rows_left = NewRows(100, lambda: at)
    assert [rows_left.take(wanted) for wanted in (60, 30, 30, 5)] == [60, 30, 10, 0]
    rows_left.give_back(10)
    assert rows_left.take(30) == 10
    at = 3_600.0
    assert rows_left.take(30) == 30


def test_of_what_a_site_tells_for_the_first_time_only_so_much_is_kept(
    database: Database, now: Any
) -> None:
    world = make_world(database, now, "solved", "voting", "badges")

    def tell_of(most_new: int, *handles: str) -> tuple[int, int]:
        usages = tuple(Usage(handle, "main", "a1") for handle in handles)
        (outcome,) = world.record(Statistics("h", "stable", "c0", usages, most_new=most_new))
        return outcome.number, outcome.new

    assert tell_of(1, "solved", "voting") == (1, 1)
    assert tell_of(0, "solved", "voting", "badges") == (1, 0)
    assert tell_of(5, "solved", "voting", "badges") == (3, 2)
