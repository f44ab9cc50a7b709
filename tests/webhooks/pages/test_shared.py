"""Answers that all who ask within a moment share, and few that are made at once."""

import asyncio
import itertools
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import httpx
import pytest
from fastapi import APIRouter, FastAPI, Request, Response
from sqlalchemy.exc import SQLAlchemyError

from models.database.engine import Database
from models.rules.kinds import KeyKind
from models.rules.speaking import language_spoken, speaking
from tests.languages import bracketed, languages
from tests.waiting import LONG, until
from tests.webhooks.conftest import Door, line, report, serving
from tests.world import make_world
from webhooks.refusal import Refusal
from webhooks.shared_answers import SharedAnswers, SharedRoute


def asked(path: str, **headers: str) -> Request:
    sent = [(name.replace("_", "-").encode(), value.encode()) for name, value in headers.items()]
    return Request(
        {"type": "http", "method": "GET", "path": path, "query_string": b"", "headers": sent}
    )


class Pages:
    """Makes pages slowly, and counts how many, and how many at once."""

    def __init__(self, size: int = 10, **headers: str) -> None:
        self.made = self.now = self.most = 0
        self._size, self._headers = size, headers

    async def make(self) -> Response:
        self.made, self.now = self.made + 1, self.now + 1
        self.most = max(self.most, self.now)
        await asyncio.sleep(0.01)
        self.now -= 1
        return Response(b"x" * self._size, headers=self._headers)


def answers(shared_answers: SharedAnswers, pages: Pages, *requests: Request) -> list[Any]:
    async def ask() -> list[Any]:
        return await asyncio.gather(
            *(shared_answers.answer(each, pages.make) for each in requests), return_exceptions=True
        )

    return asyncio.run(ask())


def test_all_who_ask_at_once_get_one_answer() -> None:
    pages = Pages()
    found = answers(SharedAnswers(0), pages, *(asked("/") for _ in range(50)))
    assert ({each.body for each in found}, pages.made) == ({b"x" * 10}, 1)


def test_an_answer_stands_for_a_moment() -> None:
    for seconds, made in ((60, 1), (0, 3)):
        shared_answers, pages = SharedAnswers(seconds), Pages()
        for _ in range(3):
            answers(shared_answers, pages, asked("/"))
        assert pages.made == made


def test_an_answer_too_large_to_keep_costs_no_other_its_place() -> None:
    shared_answers, page, large = SharedAnswers(60), Pages(), Pages(5 * 1024 * 1024)
    for pages, path in ((page, "/"), (large, "/all"), (page, "/"), (large, "/all")):
        answers(shared_answers, pages, asked(path))
    assert (page.made, large.made) == (1, 2)


def test_one_is_made_at_once_and_too_many_are_refused() -> None:
    pages = Pages()
    found = answers(SharedAnswers(60), pages, *(asked(f"/{n}") for n in range(120)))
    refused = [each for each in found if isinstance(each, Refusal)]
    assert (len(refused), {each.status for each in refused}) == (20, {503})
    assert (pages.made, pages.most) == (100, 1)


def test_a_part_of_many_answers_is_made_once_for_all_threads_that_want_it() -> None:
    shared_answers, begin, made = SharedAnswers(60), threading.Barrier(8), []

    def make() -> int:
        made.append(1)
        return len(made)

    def ask(_number: int) -> int:
        begin.wait()
        return shared_answers.part("lines", make)

    with ThreadPoolExecutor(8) as threads:
        assert set(threads.map(ask, range(8))) == {1}
    assert shared_answers.part("others", make) == 2


def test_a_part_stands_longer_the_longer_it_takes() -> None:
    now, numbers = 100.0, itertools.count()
    shared_answers = SharedAnswers(1, clock=lambda: now)

    def make() -> int:
        nonlocal now
        now += 0.3
        return next(numbers)

    assert shared_answers.part("lines", make) == 0
    now += 2.9  # longer than what is made in no time stands
    assert shared_answers.part("lines", make) == 0
    now += 1.5
    assert shared_answers.part("lines", make) == 1


def test_a_part_that_is_asked_for_late_is_made_meanwhile(tmp_path: Path) -> None:
    """Nobody waits for it, and whoever asks next gets the new one, in their language."""
    now, made, may_end = 100.0, [], threading.Event()
    shared_answers = SharedAnswers(1, clock=lambda: now)

    def make() -> int:
        assert not made or may_end.wait(LONG)
        made.append(language_spoken())
        return len(made)

    with languages(tmp_path, xx=bracketed()), speaking("xx"):
        assert shared_answers.part("lines", make) == 1
        now += 0.8
        assert [shared_answers.part("lines", make) for _ in range(3)] == [1, 1, 1]
        may_end.set()
        until(lambda: shared_answers.part("lines", make) == 2)
    assert made == ["xx", "xx"]


def test_a_part_that_cannot_be_made_meanwhile_stands_its_time() -> None:
    now, made = 100.0, []
    shared_answers = SharedAnswers(1, clock=lambda: now)

    def make() -> int:
        made.append(1)
        if len(made) > 1:
            raise SQLAlchemyError("the database is away")
        return len(made)

    assert shared_answers.part("lines", make) == 1
    now += 0.8
    assert shared_answers.part("lines", make) == 1
    until(lambda: len(made) > 1)
    assert shared_answers.part("lines", make) == 1
    now += 0.3
    with pytest.raises(SQLAlchemyError, match="away"):
        shared_answers.part("lines", make)


def test_a_part_that_could_not_be_made_is_tried_again() -> None:
    shared_answers, outcomes = SharedAnswers(60), iter([OSError("the database is away")])

    def make() -> str:
        for error in outcomes:
            raise error
        return "there"

    with pytest.raises(OSError, match="away"):
        shared_answers.part("lines", make)
    assert shared_answers.part("lines", make) == "there"


def test_who_shows_a_key_gets_an_answer_of_their_own() -> None:
    shared_answers, pages = SharedAnswers(60), Pages()
    answers(
        shared_answers,
        pages,
        asked("/"),
        asked("/", api_key="k"),
        asked("/", user_api_key="k"),
        asked("/", cookie="c"),
    )
    assert pages.made == 4


def test_what_is_private_is_not_kept() -> None:
    shared_answers, pages = SharedAnswers(60), Pages(**{"Cache-Control": "private, no-store"})
    for _ in range(2):
        answers(shared_answers, pages, asked("/"))
    assert pages.made == 2


def test_what_is_kept_is_bounded() -> None:
    shared_answers, pages = SharedAnswers(60), Pages(size=1024 * 1024)
    for n in range(20):
        answers(shared_answers, pages, asked(f"/{n}"))
    answers(shared_answers, pages, asked("/19"))
    assert pages.made == 20
    answers(shared_answers, pages, asked("/0"))
    assert pages.made == 21


def test_who_hangs_up_ends_it_for_nobody_else() -> None:
    shared_answers, pages = SharedAnswers(60), Pages()

    async def hang_up() -> Response:
        first = asyncio.create_task(shared_answers.answer(asked("/"), pages.make))
        await asyncio.sleep(0)
        second = asyncio.create_task(shared_answers.answer(asked("/"), pages.make))
        await asyncio.sleep(0)
        first.cancel()
        return await second

    assert asyncio.run(hang_up()).body == b"x" * 10
    assert pages.made == 1


def test_a_failure_is_everyones_who_asked_and_is_not_kept() -> None:
    shared_answers, failures = SharedAnswers(60), iter([Refusal(404, "no such plugin")])

    async def make() -> Response:
        for failure in failures:
            raise failure
        return Response(b"there")

    async def ask() -> list[Any]:
        both = (shared_answers.answer(asked("/"), make) for _ in range(2))
        return [
            *await asyncio.gather(*both, return_exceptions=True),
            await shared_answers.answer(asked("/"), make),
        ]

    *refused, found = asyncio.run(ask())
    assert [each.status for each in refused] == [404, 404]
    assert found.body == b"there"


def test_readers_share_a_page_and_whoever_reports_sees_what_became_of_it(
    database: Database, now: Any
) -> None:
    world = make_world(database, now, "solved")
    with (
        serving(database, seconds=60) as address,
        httpx.Client(base_url=address, timeout=LONG, verify=False) as http,
    ):
        door = Door(http, world, "")
        door.site_key = door.make_key(KeyKind.SITE, "canary-1")

        def read(**headers: str) -> int:
            total: int = http.get("/plugin-manager/status", headers=headers).json()["total"]
            return total

        assert (read(), http.get("/").status_code, http.head("/").status_code) == (0, 200, 200)
        door.post("/status", report(line("solved")))
        assert read() == 0
        assert read(**{"Api-Key": door.site_key}) == 1
        assert http.get("/plugin-manager/status?page=0").json()["total"] == 1  # another question


def test_what_a_page_does_not_know_makes_no_other_page() -> None:
    made: list[str] = []
    router = APIRouter(route_class=SharedRoute)

    @router.get("/")
    def page(request: Request, number: str = "") -> str:
        made.append(request.url.query)
        return number

    app = FastAPI()
    app.state.shared_answers = SharedAnswers(60)
    app.include_router(router)

    async def ask() -> None:
        async with httpx.AsyncClient(
            transport=httpx.ASGITransport(app=app), base_url="http://test"
        ) as client:
            for query in ("", "x=1", "x=2&y", "number=1&x=3", "x=4&number=1", "%6eumber=1"):
                await client.get(f"/?{query}")
            for query in ("plugins[][name]=a", "x=5&plugins[][name]=a", "plugins%5B%5D[name]=b"):
                await client.get(f"/?{query}")

    asyncio.run(ask())
    assert made == ["", "number=1&x=3", "%6eumber=1", "plugins[][name]=a", "plugins%5B%5D[name]=b"]
