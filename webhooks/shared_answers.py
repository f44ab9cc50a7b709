"""Answers that are the same for everyone, made for all who ask within a moment, and few at a time.

Readers are many and Guards must not wait for them: drawing a page of hundreds of plugins holds the interpreter's lock
for as long as it takes to record many reports.
"""

import asyncio
import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Coroutine, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from typing import Any, NamedTuple, TypeVar, cast
from urllib.parse import unquote_plus

import structlog
from fastapi import Request, Response
from fastapi.dependencies.models import Dependant
from fastapi.routing import APIRoute
from starlette.types import Receive, Scope, Send

from models.database.engine import DatabaseTrouble
from models.rules.speaking import language_spoken
from webhooks.answering.answerer import Answerer
from webhooks.packing import takes_gzip
from webhooks.refusal import Refusal

# How long an answer stands for everyone.
SECONDS = 1.0
# What many answers are made of stands the longer, the longer it takes: no more than a tenth of the time goes into it.
_TIMES_AS_LONG = 10
# Asked for after this part of its time, it is made anew meanwhile, so that nobody waits for it while many ask.
_FRESH = 0.7
# Two that are made at once take the interpreter's lock from each other, and from whoever reports.
_AT_ONCE = 1
# Threads for all that is read, by default 40: each takes memory, and the interpreter's lock from what Guards report.
MOST_READING = 3
_MOST_WAITING = 100
_MOST_BYTES = 2 * 1024 * 1024
# Who shows who they are may have changed what they ask about a moment ago, and what they get is theirs.
_PERSONAL = ("authorization", "cookie", "api-key", "user-api-key")
_PRIVATE = ("private", "no-store")
_READING = ("GET", "HEAD")
# The form in which Guards name plugins; routes read it themselves (`webhooks.bodies.forms`).
_FORM = "plugins"

_log = structlog.get_logger()

_Answer = Callable[[], Coroutine[Any, Any, Response]]
_Made = TypeVar("_Made")


class _PageAddress(NamedTuple):
    path: str
    query: bytes
    language: str
    takes_gzip: bool


class _KeptAnswer(NamedTuple):
    response: Response
    until: float


class _KeptPart(NamedTuple):
    made: object
    fresh_until: float
    until: float


class SharedAnswers:
    """Answers questions: each once for all who ask it at the same time or within `seconds`, and only one at once."""

    def __init__(
        self, seconds: float = SECONDS, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._seconds = seconds
        self._clock = clock
        self._places = asyncio.Semaphore(_AT_ONCE)
        self._waiting = 0
        self._making: dict[_PageAddress, asyncio.Task[Response]] = {}
        self._kept: OrderedDict[_PageAddress, _KeptAnswer] = OrderedDict()
        self._bytes = 0
        self._parts: dict[tuple[str, str], _KeptPart] = {}
        self._making_part = threading.Lock()
        self._renewing: set[tuple[str, str]] = set()
        self._ahead = ThreadPoolExecutor(1, "pluginwatch-parts")

    def part(self, name: str, make: Callable[[], _Made]) -> _Made:
        """What `make` makes for many answers in a language, now or a moment ago; for the threads that make answers."""
        key = name, language_spoken()
        # In this order: one that is made meanwhile would else be made once more, as what was read of it is old.
        is_renewed = key in self._renewing
        known = self._parts.get(key)
        if known is None or known.until <= self._clock():
            with self._making_part:
                known = self._parts.get(key)
                if known is None or known.until <= self._clock():
                    known = self._make_part(key, make)
        elif known.fresh_until <= self._clock() and not is_renewed:
            self._renewing.add(key)
            self._ahead.submit(copy_context().run, self._renew, key, make)
        return cast("_Made", known.made)

    def _make_part(self, key: tuple[str, str], make: Callable[[], object]) -> _KeptPart:
        began = self._clock()
        made = make()
        ended = self._clock()
        fresh = self._seconds * max(_FRESH, _TIMES_AS_LONG * (ended - began))
        part = self._parts[key] = _KeptPart(made, ended + fresh, ended + fresh / _FRESH)
        return part

    def _renew(self, key: tuple[str, str], make: Callable[[], object]) -> None:
        try:
            self._make_part(key, make)
        except DatabaseTrouble as error:
            # Whoever asks when it stands no longer makes it, and is told why that fails.
            _log.warning("not_made_ahead", part=key[0], error=type(error).__name__)
        finally:
            self._renewing.discard(key)

    async def answer(
        self, request: Request, make: _Answer, known: frozenset[str] | None = None
    ) -> Response:
        """What `make` answers, now or a moment ago; by the parameters that are `known`, or by all.

        What was made in another language than is spoken now is another answer, and so is one that is packed.

        Raises:
            Refusal: 503: too many different questions wait already.
        """
        if any(request.headers.get(name) for name in _PERSONAL):
            return await self.own(make)
        query, language = _query(request, known), language_spoken()
        address = _PageAddress(request.scope["path"], query, language, takes_gzip(request))
        kept = self._kept.get(address)
        if kept and not self._is_over(kept):
            return kept.response
        task = self._making.get(address)
        if task is None:
            task = self._making[address] = asyncio.create_task(self._make(address, make))
        # Others may wait for it too, so that it goes on when one of them hangs up.
        return await asyncio.shield(task)

    async def _make(self, address: _PageAddress, make: _Answer) -> Response:
        try:
            response = await self.own(make)
        finally:
            del self._making[address]
        if not any(word in response.headers.get("cache-control", "") for word in _PRIVATE):
            self._keep(address, response)
        return response

    async def own(self, make: _Answer) -> Response:
        """What `make` answers to this one request, when it is its turn.

        Raises:
            Refusal: 503: as above.
        """
        if self._waiting >= _MOST_WAITING:
            raise Refusal(503, "too many read at the moment; ask again in a minute")
        self._waiting += 1
        try:
            await self._places.acquire()
            began = self._clock()
            try:
                return await make()
            finally:
                self._leave(self._clock() - began)
        finally:
            self._waiting -= 1

    def _leave(self, seconds: float) -> None:
        """Free the place; while others wait, only after as much time for Guards as the answer took."""
        rest = seconds if self._waiting > _AT_ONCE else 0
        asyncio.get_running_loop().call_later(rest, self._places.release)

    def _keep(self, address: _PageAddress, response: Response) -> None:
        if len(response.body) > _MOST_BYTES:
            return  # all others would be forgotten for it
        if forgotten := self._kept.pop(address, None):
            self._bytes -= len(forgotten.response.body)
        self._kept[address] = _KeptAnswer(response, self._clock() + self._seconds)
        self._bytes += len(response.body)
        while self._kept and (self._is_too_much() or self._is_over(self._oldest())):
            _, oldest = self._kept.popitem(last=False)
            self._bytes -= len(oldest.response.body)

    def _is_too_much(self) -> bool:
        return self._bytes > _MOST_BYTES or len(self._kept) > _MOST_WAITING

    def _oldest(self) -> _KeptAnswer:
        return next(iter(self._kept.values()))

    def _is_over(self, kept: _KeptAnswer) -> bool:
        return kept.until <= self._clock()


def _query(request: Request, known: frozenset[str] | None) -> bytes:
    """The query without what the page does not know, or `?x=1`, `?x=2` and so on would each have it made again."""
    query: bytes = request.scope["query_string"]
    if known is None or not query:
        return query
    kept = (part for part in query.split(b"&") if _name(part) in known)
    return b"&".join(kept)


def _name(part: bytes) -> str:
    """The parameter's name; of a form's list, as `plugins[0][name]` is one, the list's."""
    name = unquote_plus(part.partition(b"=")[0].decode("latin-1"))
    return name if name.endswith("[]") else name.partition("[")[0]


def _parameters(asking: Dependant) -> Iterator[str]:
    """What a route, and what it depends on, reads of the query."""
    for each in asking.query_params:
        yield each.alias
    for other in asking.dependencies:
        yield from _parameters(other)


class SharedRoute(APIRoute):
    """A route whose answer is public and depends on its path, the parameters that it knows and the language alone.

    It is answered by the process that is there for readers, where there is one.
    """

    async def handle(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Have it answered there, or answer it here."""
        answerer: Answerer | None = getattr(scope["app"].state, "answerer", None)
        if answerer and scope["method"] in _READING:
            await answerer.answer(scope, send)
        else:
            await super().handle(scope, receive, send)

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """FastAPI's own handler, asked by the application's shared_answers."""
        make = super().get_route_handler()
        known = frozenset({_FORM, *_parameters(self.dependant)})

        async def answer(request: Request) -> Response:
            shared_answers: SharedAnswers = request.app.state.shared_answers
            return await shared_answers.answer(request, lambda: make(request), known)

        return answer
