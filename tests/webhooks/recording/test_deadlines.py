"""Senders are told when their time is over, each when its own is, although one timer serves them all."""

import asyncio

import pytest

from models.events import Outcome
from webhooks.recording.batches import NotStored
from webhooks.recording.deadlines import Deadlines


def a_future() -> asyncio.Future[Outcome]:
    return asyncio.get_running_loop().create_future()


async def test_who_came_later_is_told_too_when_the_first_was_answered_or_went_away() -> None:
    deadlines = Deadlines(0.2)
    first, gone, late = a_future(), a_future(), a_future()
    waiting = [asyncio.create_task(deadlines.answered(each)) for each in (first, gone)]
    await asyncio.sleep(0.1)
    waiting.append(asyncio.create_task(deadlines.answered(late)))
    first.set_result(Outcome(number=1))
    waiting[1].cancel()
    answers = await asyncio.gather(*waiting, return_exceptions=True)
    assert answers[0] == Outcome(number=1)
    assert [type(each) for each in answers[1:]] == [asyncio.CancelledError, NotStored]


async def test_all_whose_time_is_over_are_told_and_who_comes_afterwards_is_too() -> None:
    deadlines = Deadlines(0.01)
    for _ in range(2):
        together = (deadlines.answered(a_future()) for _ in range(3))
        answers = await asyncio.gather(*together, return_exceptions=True)
        assert [type(each) for each in answers] == [NotStored] * 3


def test_another_event_loop_has_a_timer_of_its_own() -> None:
    deadlines = Deadlines(0.01)

    async def wait() -> None:
        await deadlines.answered(a_future())

    for _ in range(2):
        with pytest.raises(NotStored, match="does not answer"):
            asyncio.run(wait())
