"""The queue of calls of extensions: each is taken once, and answered or given up, never both."""

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta

import pytest
from sqlmodel import select

from models.database.engine import Database
from models.extensions import calls
from models.extensions.calls import CallClaim
from models.tables import RealmCall

CALLS = 40


def put(database: Database, now: datetime, number: int = 1) -> list[int]:
    with database.write() as session:
        return [calls.put(session, "acmejira", "hello", {}, {}, now) for _ in range(number)]


def claim(database: Database, now: datetime, lease: str = "a") -> list[CallClaim]:
    with database.write() as session:
        return calls.claim(session, lease, now)


def answer(database: Database, claimed: CallClaim, words: str, now: datetime) -> bool:
    with database.write() as session:
        return calls.is_wanted(session, claimed) and calls.answer(session, claimed, words, now)


def give_up(database: Database, call: int, now: datetime) -> str | None:
    with database.write() as session:
        return calls.give_up(session, call, now)


def test_several_processes_take_each_call_once(database: Database, now: datetime) -> None:
    wanted = put(database, now, CALLS)
    with ThreadPoolExecutor(4) as threads:
        taken = list(threads.map(lambda n: claim(database, now, f"{n}"), range(8)))
    assert sorted(each.id for one in taken for each in one) == wanted
    assert claim(database, now) == []


def test_calls_are_taken_in_their_order(database: Database, now: datetime) -> None:
    wanted = put(database, now, 3)
    assert [each.id for each in claim(database, now)] == wanted


def test_what_was_given_up_is_never_answered(database: Database, now: datetime) -> None:
    (call,) = put(database, now)
    (claimed,) = claim(database, now)
    assert give_up(database, call, now) is None
    assert not answer(database, claimed, "late", now)
    with database.read() as session:
        assert calls.answer_of(session, call) is None


def test_an_answer_of_the_last_moment_counts(database: Database, now: datetime) -> None:
    (call,) = put(database, now)
    (claimed,) = claim(database, now)
    assert answer(database, claimed, "just in time", now)
    assert give_up(database, call, now) == "just in time"
    assert not answer(database, claimed, "twice", now)


def test_another_lease_answers_nothing(database: Database, now: datetime) -> None:
    put(database, now)
    (claimed,) = claim(database, now)
    forged = CallClaim(claimed.id, "b", "acmejira", "hello", {}, {})
    assert not answer(database, forged, "forged", now)
    assert answer(database, claimed, "right", now)


@pytest.mark.parametrize("seconds", [16, 3600])
def test_what_nobody_waits_for_any_more_just_ends(
    database: Database, now: datetime, seconds: int
) -> None:
    put(database, now)
    later = now + timedelta(seconds=seconds)
    assert claim(database, later) == []
    with database.read() as session:
        row = session.exec(select(RealmCall)).one()
        assert (row.ended_at, row.lease) == (later, None)
        assert not calls.is_waiting(session)


def test_an_answer_and_giving_up_at_the_same_moment_agree(
    database: Database, now: datetime
) -> None:
    """Whoever waits is told what was stored, or else nothing was."""
    wanted = put(database, now, 20)
    claims = {each.id: each for each in claim(database, now)}
    with ThreadPoolExecutor(4) as threads:
        answering = [
            threads.submit(answer, database, claims[call], "answered", now) for call in wanted
        ]
        giving_up = [threads.submit(give_up, database, call, now) for call in wanted]
        told = [each.result() for each in giving_up]
        stored = [each.result() for each in answering]
    assert [words == "answered" for words in told] == stored
