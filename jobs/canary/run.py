"""A run: up to three attempts, told of step by step, and what it leaves behind."""

import secrets
import time
from collections.abc import Sequence
from datetime import UTC, datetime
from functools import partial

import structlog
from playwright.sync_api import sync_playwright

from jobs.canary.attempt import Made, attempt
from jobs.canary.browser import clear_up
from jobs.canary.reporting import RunReporter
from jobs.canary.site import look
from jobs.canary.steps import Step
from models.database.engine import Database
from models.record import record
from models.recording.canary import orders
from models.rules.console import KEPT_LOG, Ends
from models.rules.kinds import ArtefactKind
from models.rules.secrecy import KnownSecrets
from models.rules.smoke import EarlierAttempt, Result, heading
from models.settings.canary import Server

_log = structlog.get_logger()


def run_canary(
    database: Database, server: Server, steps: Sequence[Step], *, sandboxed: bool = True
) -> None:
    """Test the server once. Whoever calls this makes sure that nobody else tests it meanwhile."""
    clear_up()
    started_at = datetime.now(UTC)
    run_id = f"{server.name}-{started_at:%Y%m%d-%H%M%S}-{secrets.token_hex(3)}"
    traced = _begin(database, server, run_id, started_at)
    reporter = RunReporter(database, server, run_id, started_at, look(server), len(steps))
    with sync_playwright() as playwright:
        tried: list[Made] = []
        while len(tried) < server.attempts:
            if tried:
                time.sleep(server.pause_seconds)
            reporter.earlier = _told(tried)
            how = partial(
                attempt, mark=f"{run_id[-6:]}-{len(tried) + 1}", traced=traced, sandboxed=sandboxed
            )
            tried.append(how(playwright, server, steps, _known(server), reporter.tell))
            if _has_passed(tried[-1]):
                break
    _end(reporter, server, tried)


def _begin(database: Database, server: Server, run_id: str, now: datetime) -> bool:
    """Take the orders for a run, and end runs that were abandoned. Returns whether this run is to be traced."""
    with database.write() as session:
        traced = orders.begin(session, server.name, run_id, now)
        record(session, orders.abandoned(session, server.name, now), now)
    return traced


def _end(reporter: RunReporter, server: Server, tried: Sequence[Made]) -> None:
    """Say how the run ended, by the attempt that counts, with all that it left behind."""
    counting = counting_attempt(tried)
    others = [made for made in tried if made is not counting]
    reporter.earlier = tuple(
        each for each in _told(tried) if tried[each.number - 1] is not counting
    )
    log = _log_of([*others, counting], tried)
    left = {
        ArtefactKind.CONSOLE_LOG: log,
        ArtefactKind.SCREENSHOT: next(
            (made.picture for made in reversed(tried) if made.picture), None
        ),
        ArtefactKind.TRACE: counting.trace,
    }
    reporter.end(counting.steps, {kind: content for kind, content in left.items() if content})
    last = counting.last
    _log.info(
        "canary_ran", server=server.name, attempts=len(tried), ended=last.result if last else None
    )


def counting_attempt(tried: Sequence[Made]) -> Made:
    """The attempt that passed, else the newest that failed; one in which the browser died counts only by itself."""
    failed = [made for made in tried if made.has(Result.FAILED)]
    return tried[-1] if _has_passed(tried[-1]) or not failed else failed[-1]


def _has_passed(made: Made) -> bool:
    return bool(made.steps) and all(step.result == Result.PASSED for step in made.steps)


def _told(tried: Sequence[Made]) -> tuple[EarlierAttempt, ...]:
    return tuple(
        EarlierAttempt(number, made.last.name, made.last.message)
        for number, made in enumerate(tried, 1)
        if made.last
    )


def _log_of(ordered: Sequence[Made], tried: Sequence[Made]) -> bytes:
    """One log of all attempts, cut and cleaned. The attempt that counts stands last."""
    ends = Ends(KEPT_LOG)
    for made in ordered:
        number = next(place for place, each in enumerate(tried, 1) if each is made)
        ends.take(f"{heading(number, len(tried))}\n{made.log}".encode("utf-8", "replace"))
    return ends.kept()


def _known(server: Server) -> KnownSecrets:
    basic = server.basic_auth.get_secret_value()
    return KnownSecrets((server.password.get_secret_value(), basic, basic.partition(":")[2]))
