"""The room through a real WebSocket client over loopback."""

import asyncio
import socket
import threading
from collections.abc import Iterator
from contextlib import AsyncExitStack, contextmanager, suppress

import aiohttp
import pytest

from bot.answering import ANSWER_THREADS
from bot.local.browsers import MAX_WAITING
from bot.local.conversation import REPLAYED_CARDS
from bot.local.listener import LocalListener
from bot.local.wire import MAX_QUESTION
from models.database.engine import Database, Session
from models.messages.message import Message
from tests.asking import DICTIONARY, by_text
from tests.bot.local.conftest import BROKEN, FIXED, NAMES, Room, opened
from tests.waiting import LONG


async def test_what_stands_is_replayed_oldest_first(room: Room) -> None:
    card = await room.post()
    reply = await room.reply(card, broadcast=True)
    await room.edit(card)
    newest = await room.post()
    async with room.browser() as browser:
        shown = await browser.take(3)
    assert [(one["id"], one["thread"], one["edited"]) for one in shown] == [
        (card, None, True),
        (reply, card, False),
        (newest, None, False),
    ]
    assert all(one["replayed"] and not one["private"] and one["question"] is None for one in shown)
    assert shown[0]["text"].endswith("It was broken for an hour.")
    assert (shown[0]["tone"], shown[1]["broadcast"]) == ("healthy", True)


async def test_the_replay_is_bounded(room: Room) -> None:
    cards = await asyncio.gather(*(room.post() for _ in range(REPLAYED_CARDS + 3)))
    async with room.browser() as browser:
        assert [one["id"] for one in await browser.take(REPLAYED_CARDS)] == cards[3:]
        assert (await browser.ask("/plugin help"))["private"]


async def test_alerts_edits_and_replies_arrive_live_in_every_browser(room: Room) -> None:
    async with room.browser() as one, room.browser() as two:
        for browser in (one, two):
            await browser.ask("/plugin help")  # the replay is over
        card = await room.post(BROKEN)
        await room.edit(card, FIXED)
        reply = await room.reply(card)
        for browser in (one, two):
            posted, edited, answered = await browser.take(3)
            assert (posted["id"], posted["edited"], posted["title"]) == (card, False, BROKEN.title)
            assert (edited["id"], edited["edited"], edited["title"]) == (card, True, FIXED.title)
            assert (answered["id"], answered["thread"]) == (reply, card)
            assert not any(one["replayed"] for one in (posted, edited, answered))


class Held(Database):
    """Its readers wait: before they look, or after they looked."""

    def __init__(self, url: str) -> None:
        super().__init__(url)
        self.asked, self.go_on = threading.Event(), threading.Event()

    @contextmanager
    def read(self) -> Iterator[Session]:
        with super().read() as session:
            if self.look_first:
                session.connection().exec_driver_sql("SELECT count(*) FROM room_message").scalar()
            self.asked.set()
            self.go_on.wait(LONG)
            yield session

    look_first = False


@pytest.mark.parametrize("look_first", [False, True])
async def test_an_alert_during_the_replay_is_neither_lost_nor_another_one(
    database_url: str, look_first: bool
) -> None:
    database = Held(database_url)
    database.look_first = look_first
    async with opened(database) as room:
        old = await room.post()
        async with room.browser() as browser:
            await asyncio.to_thread(database.asked.wait, 10)
            new = await room.post()
            database.go_on.set()
            shown = [await browser.next()]
            while (last := await browser.ask("/plugin help")) and not last["private"]:
                shown.append(last)
    assert [one["id"] for one in shown[:2]] == [old, new]
    assert {one["id"] for one in shown} == {old, new}
    assert len({one["html"] for one in shown if one["id"] == new}) == 1
    database.close()


async def test_an_answer_goes_to_its_asker_alone_and_is_not_kept(room: Room) -> None:
    async with room.browser() as asker, room.browser() as other:
        answer = await asker.ask("/plugin status foo")
        card = await room.post()
        assert (await other.next())["id"] == card
    assert answer["question"] == "/plugin status foo"
    assert answer["private"]
    assert answer["thread"] is None
    assert "You asked /plugin status foo" in answer["text"]
    async with room.browser() as later:
        assert (await later.next())["id"] == card


async def test_answers_come_in_the_order_of_the_questions(room: Room) -> None:
    questions = [f"/plugin status {number}" for number in range(50)]
    async with room.browser() as browser:
        for question in questions:
            await browser.socket.send_json({"text": question})
        assert [one["question"] for one in await browser.take(50)] == questions


@pytest.mark.parametrize("text", ["/PLUGIN help", "  /plugin help ", "/plugin", "help", "hello"])
async def test_all_that_is_written_is_for_the_bot_with_or_without_the_slash_command(
    room: Room, text: str
) -> None:
    async with room.browser() as browser:
        assert (await browser.ask(text))["title"] == f"You asked {text.strip()}"


async def test_a_failing_answer_is_polite_and_tells_nothing_of_the_inside(room: Room) -> None:
    async with room.browser() as browser:
        sorry = await browser.ask("/plugin boom")
        assert "secret" not in str(sorry)
        assert sorry["question"] == "/plugin boom"
        assert (await browser.ask("/plugin help"))["tone"] == "healthy"


@pytest.mark.parametrize(
    "frame", ["no json", "[]", '{"text": 1}', '{"text": "' + "x" * MAX_QUESTION + '"}', b"\x00"]
)
async def test_a_bad_frame_gets_a_message_and_the_socket_stays_open(
    room: Room, frame: str | bytes
) -> None:
    async with room.browser() as browser:
        if isinstance(frame, bytes):
            await browser.socket.send_bytes(frame)
        else:
            await browser.socket.send_str(frame)
        error = await browser.next()
        answer = await browser.ask("/plugin help")
    assert error["private"]
    assert error["tone"] == "warning"
    assert error.keys() == answer.keys()
    assert answer["tone"] == "healthy"


async def test_many_slow_answers_hold_up_no_alert(room: Room) -> None:
    async with AsyncExitStack() as stack:
        browsers = [
            await stack.enter_async_context(room.browser()) for _ in range(ANSWER_THREADS * 2)
        ]
        for browser in browsers:
            await browser.ask("/plugin help")
        for browser in browsers:
            await browser.socket.send_json({"text": "/plugin slow"})
        card = await room.post()
        assert [(await browser.next())["id"] for browser in browsers] == [card] * len(browsers)
        room.answering.set()
        assert all([(await browser.next())["question"] == "/plugin slow" for browser in browsers])


async def test_a_browser_that_does_not_read_is_hung_up_on_and_slows_nobody(room: Room) -> None:
    async with room.browser() as quick:
        await quick.ask("/plugin help")
        with _deaf_browser(room) as deaf:
            await _until_connected(room, 2)
            frame = f'{{"filler": "{"x" * 60_000}"}}'
            for _ in range(
                MAX_WAITING + 1000
            ):  # the operating system keeps some hundreds of them, too
                room.room.broadcast([frame])
                await quick.next()
                if room.room.connected == 1:
                    break
            assert room.room.connected == 1
            await asyncio.to_thread(_read_to_the_end, deaf)
        assert (await quick.ask("/plugin help"))["private"]


@contextmanager
def _deaf_browser(room: Room) -> Iterator[socket.socket]:
    with socket.create_connection(("127.0.0.1", room.room.port or 0), timeout=LONG) as deaf:
        deaf.sendall(
            b"GET /ws HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            b"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"
        )
        yield deaf


def _read_to_the_end(deaf: socket.socket) -> None:
    with suppress(ConnectionResetError):
        while deaf.recv(1 << 20):
            pass


async def _until_connected(room: Room, number: int) -> None:
    async with asyncio.timeout(LONG):
        while room.room.connected != number:  # noqa: ASYNC110 - the room tells nobody who comes and goes
            await asyncio.sleep(0.005)


async def test_a_browser_that_leaves_is_forgotten(room: Room) -> None:
    async with room.browser():
        await _until_connected(room, 1)
    await _until_connected(room, 0)


async def test_stopping_hangs_up_and_frees_the_port(database: Database) -> None:
    async with opened(database) as room:
        port = room.room.port or 0
        async with room.browser() as browser:
            await browser.ask("/plugin help")
            async with asyncio.timeout(LONG):
                await room.room.stop()
                assert (await browser.socket.receive()).type in {
                    aiohttp.WSMsgType.CLOSED,
                    aiohttp.WSMsgType.ERROR,
                }
    async with opened(database, port) as again:
        assert again.room.port == port


async def test_completions(room: Room) -> None:
    async with room.session.get(f"{room.url}/completions") as response:
        words = await response.json()
    assert [command["name"] for command in words["commands"]] == [
        command["name"] for command in NAMES["commands"]
    ]
    assert words["plugins"] == NAMES["plugins"]
    assert words["branches"] == ["tests-passed", "stable"]


async def test_failing_completions_are_empty(database: Database) -> None:
    def fail() -> None:
        raise RuntimeError("a secret of the inside")

    room = LocalListener(database, DICTIONARY, by_text(lambda text, _asker: Message(text)), fail)
    await room.start(port=0)
    async with (
        aiohttp.ClientSession() as session,
        session.get(f"http://127.0.0.1:{room.port}/completions") as response,
    ):
        assert response.status == 503
        assert await response.json() == {
            "commands": [],
            "plugins": [],
            "tags": [],
            "branches": [],
            "servers": [],
            "guilds": [],
        }
    await room.stop()
