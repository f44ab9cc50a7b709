"""Who sends what, how often, and who waits for whom."""

import threading
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack

import pytest
from pydantic import SecretStr
from sqlalchemy import text
from structlog.testing import capture_logs

from jobs.deliver import deliverer, github_issues
from jobs.deliver.deliverer import Deliverer, DeliveryTimes, Send
from models import outbox
from models.database.engine import Database
from models.messages.message import Message
from models.operating import hooks
from models.operating.sealing import Sealer
from models.outbox.places import destination
from models.outbox.sending import Outgoing, SendError
from models.rules.places import Place
from models.tables import Posting
from tests.jobs.deliver.conftest import QUICK, Outside
from tests.servers import odd
from tests.servers.odd import odd_server
from tests.waiting import LONG, until


def enqueue(outside: Outside, address: str, number: int, platform: str = "webhook") -> None:
    with outside.database.write() as session:
        to = destination(session, Place(platform, address, address)).id or 0
        for place in range(number):
            outbox.enqueue(
                session,
                to,
                f"incident:{place}",
                Posting.POST,
                Message(f"{address} {place}"),
                outside.world.now,
            )


class Sent:
    """A sender that remembers, and waits at a gate for some addresses."""

    def __init__(self, *gated: str) -> None:
        self.gated, self.gate = gated, threading.Event()
        self.titles: list[str] = []

    def send(self, outgoing: Outgoing) -> str:
        if outgoing.address in self.gated:
            self.gate.wait(LONG)
        self.titles.append(outgoing.message.title)
        return "1"


class Running:
    def __init__(self, database: Database, times: DeliveryTimes = QUICK, **senders: Send) -> None:
        self.deliverer = Deliverer(database, senders, times)
        self.thread = threading.Thread(target=self.deliverer.run)

    def __enter__(self) -> None:
        self.thread.start()

    def __exit__(self, *_error: object) -> None:
        self.deliverer.stop()
        self.thread.join()


def test_a_slow_destination_keeps_no_other_waiting(outside: Outside) -> None:
    sent = Sent("slow")
    enqueue(outside, "slow", 3)
    enqueue(outside, "quick", 3)
    enqueue(outside, "mail", 3, "email")
    with Running(outside.database, webhook=sent.send, email=sent.send):
        until(lambda: len(sent.titles) == 6)
        assert not any(title.startswith("slow") for title in sent.titles)
        sent.gate.set()
        until(lambda: len(sent.titles) == 9)
    assert [title for title in sent.titles if title.startswith("slow")] == [
        "slow 0",
        "slow 1",
        "slow 2",
    ]


def test_three_deliverers_send_each_message_once(outside: Outside) -> None:
    sent = Sent()
    for place in range(6):
        enqueue(outside, f"h{place}", 5)
    with ExitStack() as stack:
        for _ in range(3):
            stack.enter_context(Running(outside.database, webhook=sent.send))
        until(lambda: len(sent.titles) >= 30, 30)
    assert len(set(sent.titles)) == len(sent.titles) == 30
    assert all(row.sent_at for row in outside.rows("webhook"))


def test_a_mistake_of_a_sender_loses_nothing(outside: Outside) -> None:
    def fail(_outgoing: Outgoing) -> str:
        raise ZeroDivisionError

    enqueue(outside, "a", 1)
    with Running(outside.database, webhook=fail):
        until(lambda: outside.rows("webhook")[0].error)
    (row,) = outside.rows("webhook")
    assert (row.error, row.dead_at, row.sent_at) == (
        "the sender failed with ZeroDivisionError",
        None,
        None,
    )


def test_what_is_under_way_at_the_end_is_marked(outside: Outside) -> None:
    sent = Sent("slow")
    enqueue(outside, "slow", 1)
    running = Running(outside.database, webhook=sent.send)
    with running:
        until(lambda: outside.rows("webhook")[0].lease)
        threading.Timer(0.1, sent.gate.set).start()
    assert outside.rows("webhook")[0].sent_at is not None


def test_it_ends_without_a_traceback_although_nothing_can_be_marked(outside: Outside) -> None:
    sent = Sent("slow")
    enqueue(outside, "slow", 1)
    deliverer = Deliverer(outside.database, {"webhook": sent.send}, QUICK)

    def take_the_outbox_away() -> None:
        until(lambda: outside.rows("webhook")[0].lease)
        deliverer.stop()
        with outside.database.write() as session:
            session.connection().execute(text("ALTER TABLE outbox RENAME TO away"))
        sent.gate.set()

    with ThreadPoolExecutor() as threads, capture_logs() as logs:
        taken = threads.submit(take_the_outbox_away)
        deliverer.run()
        taken.result()
    assert [line["event"] for line in logs] == ["outbox_out_of_reach"]
    with outside.database.write() as session:
        session.connection().execute(text("ALTER TABLE away RENAME TO outbox"))
    assert outside.rows("webhook")[0].sent_at is None


def test_githubs_limits_are_kept_before_they_are_hit() -> None:
    now = [1_000.0]
    pace = github_issues._WriteLimits(lambda: now[0])
    for _ in range(60):
        pace.spend()
    with pytest.raises(SendError) as caught:
        pace.spend()
    assert (caught.value.permanent, caught.value.retry_after) == (False, 60.0)
    now[0] += 60
    pace.spend()


def test_receivers_that_hang_leave_room_for_the_others(outside: Outside) -> None:
    hung = [f"hung {n}" for n in range(20)]
    sent = Sent(*hung)
    for address in hung:
        enqueue(outside, address, 1)
    enqueue(outside, "well", 3)
    with Running(outside.database, webhook=sent.send):
        until(
            lambda: (
                [title for title in sent.titles if title.startswith("well")]
                == ["well 0", "well 1", "well 2"]
            )
        )
        assert len(sent.titles) == 3
        sent.gate.set()
        until(lambda: len(sent.titles) == 23)


def test_those_that_were_slow_share_a_few_threads(outside: Outside) -> None:
    at_once: list[int] = []
    under_way = threading.Semaphore(0)

    def send(outgoing: Outgoing) -> str:
        if outgoing.message.title.endswith("1"):
            under_way.release()
            time.sleep(0.05)
            at_once.append(under_way._value)
            under_way.acquire()
        return "1"

    for n in range(10):
        enqueue(outside, f"slow {n}", 2)
    with Running(outside.database, DeliveryTimes(look=0.05, slow=-1.0), webhook=send):
        until(lambda: len(at_once) == 10)
    assert max(at_once) <= deliverer._SLOW_THREADS


def test_it_ends_although_a_receiver_drips(outside: Outside) -> None:
    quick = DeliveryTimes(look=0.05, to_finish=0.1)
    private = {"webhook_signing_secret": SecretStr("a" * 32), "webhook_private_hosts": "127.0.0.1"}
    outside.settings |= private
    with odd_server(odd.DRIP) as receiver:
        with outside.database.write() as session:
            hooks.add(
                session,
                Sealer(SecretStr("a" * 32)),
                receiver.url,
                "dripping",
                (),
                frozenset({"127.0.0.1"}),
            )
        with outside.delivering():
            pass
        outside.breaks()
        with outside.delivering(quick):
            until(lambda: receiver.asked)
        (row,) = outside.rows("webhook")
        assert (row.error, row.dead_at, row.lease) == (
            "the receiver is out of reach: TooSlowError",
            None,
            None,
        )
