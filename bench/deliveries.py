"""Durable recording of GitHub's deliveries, beside the same server verifying and answering the same without storing."""

import hashlib
import hmac
import itertools
import json
import uuid
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

from rich.table import Table

from bench.load import Result, load, post
from bench.stage import PLUGINS, Backend, Stage, running

SECONDS = 4.0
WARM_UP_SECONDS = 1.0
CONNECTIONS = (1, 16, 64)
SIZES = (1_000, 10_000, 30_000)
_SECRET = "bench"
_ISSUES = 500


def measure(backend: Backend) -> Table:
    """A table of rates and latencies, one row a body size and number of connections."""
    table = Table(title=f"GitHub deliveries on {backend.name}", title_justify="left")
    for heading in ("bytes", "connections", "floor /s", "stored /s", "share", "p50 ms", "p99 ms", "not 200"):
        table.add_column(heading, justify="right")
    for size in SIZES:
        floor = _rates(backend.fresh(), "bench.floor", size)
        stored = _rates(backend.fresh(), "webhooks", size)
        for connections, bare, durable in zip(CONNECTIONS, floor, stored, strict=True):
            table.add_row(*_cells(size, connections, bare, durable))
    return table


def _cells(size: int, connections: int, floor: Result, stored: Result) -> list[str]:
    lost = sum(number for status, number in stored.statuses.items() if status != 200)
    rates = [f"{floor.rate:,.0f}", f"{stored.rate:,.0f}", f"{stored.rate / floor.rate:.0%}"]
    return [f"{size:,}", str(connections), *rates, *(f"{stored.percentile(p):.2f}" for p in (0.5, 0.99)), str(lost)]


def _rates(stage: Stage, module: str, size: int) -> list[Result]:
    sent = deliveries(size)
    with running(module, stage, GITHUB_WEBHOOK_SECRET=_SECRET) as port:
        load(port, CONNECTIONS[-1], WARM_UP_SECONDS, sent)
        return [load(port, connections, SECONDS, sent) for connections in CONNECTIONS]


def deliveries(size: int) -> Callable[[], bytes]:
    """Deliveries in turn: the issues of a hundred repositories are edited again and again, each time a second later."""
    begun = itertools.cycle([_Begun(n, size) for n in range(_ISSUES)])
    seconds = itertools.count()
    return lambda: next(begun).ended(_START + timedelta(seconds=next(seconds)))


class _Begun:
    """A delivery but for its end, which differs each time, so that signing it anew costs the load generator little."""

    def __init__(self, n: int, size: int) -> None:
        bare = len(_body(n, ""))
        self._body = _body(n, "x" * max(size - bare - len(_END), 0))
        self._signature = hmac.new(_SECRET.encode(), self._body, hashlib.sha256)

    def ended(self, updated_at: datetime) -> bytes:
        end = (_END % updated_at.strftime("%Y-%m-%dT%H:%M:%SZ")).encode()
        signature = self._signature.copy()
        signature.update(end)
        headers = {
            "X-GitHub-Event": "issues",
            "X-GitHub-Delivery": str(uuid.uuid4()),
            "X-Hub-Signature-256": f"sha256={signature.hexdigest()}",
        }
        return post("/github/webhooks", headers, self._body + end)


_END = ', "updated_at": "%s"}}'
_START = datetime(2026, 3, 14, 15, 9, 26, tzinfo=UTC)


def _body(n: int, text: str) -> bytes:
    """An issue edited, up to when."""
    name = PLUGINS[n % 100]
    repository = {
        "id": 1_000 + n % 100,
        "name": name,
        "full_name": f"example/{name}",
        "owner": {"login": "example"},
        "private": False,
        "archived": False,
        "default_branch": "main",
        "updated_at": "2026-03-14T15:09:26Z",
    }
    issue: dict[str, Any] = {
        "id": 10_000 + n,
        "number": n,
        "title": f"It fails, for the {n}th time",
        "state": "open",
        "user": {"login": "forum-keeper"},
        "labels": [{"id": 7, "name": "bug"}],
        "comments": 0,
        "created_at": "2026-03-14T15:09:26Z",
        "closed_at": None,
        "body": text,
    }
    whole = json.dumps({"action": "edited", "repository": repository, "issue": issue})
    return whole.removesuffix("}}").encode()
