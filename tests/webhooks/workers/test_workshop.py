"""Long work in a process of its own: what it says, what it may take, and that the event loop goes on meanwhile."""

import asyncio
import contextlib
import json
import operator
import os
import signal
import time
from collections.abc import AsyncIterator, Iterator
from typing import Any

import pytest

from models.picture import NoPngError, made_anew
from webhooks.bodies.strict_json import parse_json
from webhooks.refusal import Refusal
from webhooks.workers.forker import Forker
from webhooks.workers.pools import Workers
from webhooks.workers.worker import SMALL, Worker


@pytest.fixture(scope="module")
def forker() -> Iterator[Forker]:
    """What is not told to start does so when it is needed."""
    made = Forker()
    yield made
    made.stop()


@pytest.fixture
async def worker(forker: Forker) -> AsyncIterator[Worker]:
    made = Worker(forker)
    yield made
    made.stop()


async def test_small_work_is_done_at_once_and_large_work_beside(worker: Worker) -> None:
    value = ["x" * 100] * 1_000
    assert await worker.read(parse_json, b"[1]") == [1]
    assert await worker.read(parse_json, json.dumps(value).encode()) == value
    ids = [await worker.read(_process, b" " * size) for size in (SMALL, SMALL + 1)]
    assert ids[0] == os.getpid() != ids[1]


async def test_what_the_work_refuses_is_refused(worker: Worker) -> None:
    with pytest.raises(Refusal, match="not JSON") as refused:
        await worker.read(parse_json, b"x" * (SMALL + 1))
    assert refused.value.status == 400
    with pytest.raises(NoPngError, match="send a PNG"):
        await worker.do(1, made_anew, b"GIF8")


async def test_no_timer_is_left_when_it_stopped_whatever_was_done_at_a_time(
    forker: Forker,
) -> None:
    loop = asyncio.get_running_loop()
    timers: list[asyncio.TimerHandle] = []
    started = loop.call_later

    def noted(delay: float, *more: Any, **how: Any) -> asyncio.TimerHandle:
        timers.append(started(delay, *more, **how))
        return timers[-1]

    loop.call_later = noted  # type: ignore[method-assign] - nothing else tells of timers
    worker = Worker(forker)
    assert await asyncio.gather(*(worker.do(1, len, "abc") for _ in range(3))) == [3, 3, 3]
    last = asyncio.create_task(worker.do(1, len, "abc"))
    await asyncio.sleep(0)
    worker.stop()
    with contextlib.suppress(Refusal):  # it may have been killed over its work
        await last
    assert timers
    assert all(timer.cancelled() for timer in timers)


async def test_work_that_takes_too_long_ends_and_the_next_is_done(
    forker: Forker,
) -> None:
    worker = Worker(forker, seconds=1)
    with pytest.raises(Refusal, match="too long") as refused:
        await worker.do(1, time.sleep, 60)
    assert refused.value.status == 413
    assert await worker.do(1, len, "abc") == 3
    worker.stop()


async def test_work_that_takes_too_much_memory_is_refused(worker: Worker) -> None:
    with pytest.raises(Refusal, match="too much memory") as refused:
        await worker.do(1, bytes, 2**31)
    assert refused.value.status == 413


async def test_a_process_that_took_much_memory_is_not_used_again(worker: Worker) -> None:
    first = await worker.do(1, os.getpid)
    await worker.do(1, operator.mul, b"x", 256 * 1024)
    assert await worker.do(1, os.getpid) == first
    await worker.do(1, operator.mul, b"x", 12 * 1024 * 1024)
    assert await worker.do(1, os.getpid) != first


async def test_a_process_that_was_killed_is_followed_by_another(worker: Worker) -> None:
    os.kill(await worker.do(1, os.getpid), signal.SIGKILL)
    with pytest.raises(Refusal):
        await worker.do(1, len, "abc")
    assert await worker.do(1, len, "abc") == 3


async def test_one_forker_is_followed_by_another_and_what_it_forked_ends_with_it(
    forker: Forker,
) -> None:
    workers = [Worker(forker), Worker(forker)]
    first, second = [await worker.do(1, os.getpid) for worker in workers]
    parent = await workers[0].do(1, os.getppid)
    assert first != second
    assert await workers[1].do(1, os.getppid) == parent
    os.kill(parent, signal.SIGKILL)
    with pytest.raises(Refusal):
        await workers[0].do(1, time.sleep, 20)
    assert await workers[0].do(1, os.getppid) not in {parent, 1}
    for worker in workers:
        worker.stop()


async def test_the_loop_goes_on_while_one_call_into_c_takes_long(worker: Worker) -> None:
    await worker.do(1, len, "")
    work = asyncio.create_task(worker.do(1, _long_call))
    turns = 0
    while not work.done():
        await asyncio.sleep(0.001)
        turns += 1
    assert await work > 0.3
    assert turns > 30


async def test_more_than_can_wait_is_refused(worker: Worker) -> None:
    waiting = [asyncio.create_task(worker.do(1, time.sleep, 0.001)) for _ in range(64)]
    await asyncio.sleep(0)
    with pytest.raises(Refusal, match="waits") as refused:
        await worker.do(1, len, "abc")
    assert refused.value.status == 503
    await asyncio.gather(*waiting)
    with pytest.raises(Refusal, match="waits"):
        await worker.do(13 * 1024 * 1024, len, "abc")


async def test_what_is_heavy_keeps_no_report_waiting_and_leaves_the_processor_to_it() -> None:
    workers = Workers()
    heavy = asyncio.create_task(workers.heavy.do(1, time.sleep, 5))
    await asyncio.sleep(0)
    assert await workers.reports.do(1, os.nice, 0) == os.nice(0)
    assert not heavy.done()
    workers.stop_processes()
    with pytest.raises(Refusal):
        await heavy
    workers.stop_threads()


async def test_heavy_work_yields(forker: Forker) -> None:
    yielding = Worker(forker, yielding=19)
    assert await yielding.do(1, os.nice, 0) == 19
    yielding.stop()


def _process(_body: bytes) -> int:
    return os.getpid()


def _long_call() -> float:
    """Half a second during which no other thread of a process gets a turn."""
    began = time.perf_counter()
    while time.perf_counter() < began + 0.5:
        sum(range(5_000_000))
    return time.perf_counter() - began
