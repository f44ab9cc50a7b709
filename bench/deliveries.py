"""Durable recording of GitHub's deliveries."""

import hashlib
import hmac
import itertools
import json
import uuid
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

from rich.table import Table

from bench.load import post
from bench.rates import rates
from bench.stage import PLUGINS, Backend, Stage

SECRET = "bench of GitHub deliveries"
SIZES = (1_000, 10_000, 30_000)
_ISSUES = 500
# The end of a delivery, with the time at which its issue was updated.
_END = ', "updated_at": "%s"}}'
_START = datetime(2026, 3, 14, 15, 9, 26, tzinfo=UTC)


def measure(backend: Backend) -> Table:
    """A table of rates and latencies by the size of a body."""
    return rates(backend, "GitHub deliveries", "bytes", SIZES, _edits, GITHUB_WEBHOOK_SECRET=SECRET)


def _edits(_stage: Stage, size: int) -> Callable[[], bytes]:
    """Deliveries in turn: the issues of a hundred repositories are edited again and again, each time a second later."""
    begun = itertools.cycle([_Begun(n, size) for n in range(_ISSUES)])
    seconds = itertools.count()
    return lambda: next(begun).ended(_START + timedelta(seconds=next(seconds)))


class _Begun:
    """A delivery but for its end, which differs each time, so that signing it anew costs the load generator little."""

    def __init__(self, n: int, size: int) -> None:
        bare = len(_without_end(n, ""))
        self._body = _without_end(n, "x" * max(size - bare - len(_END), 0))
        self._signature = hmac.new(SECRET.encode(), self._body, hashlib.sha256)

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


def _without_end(n: int, text: str) -> bytes:
    """An issue edited, up to when."""
    body = issue_event("edited", n)
    body["issue"] |= {"body": text}
    return json.dumps(body).removesuffix("}}").encode()


def issue_event(action: str, n: int) -> dict[str, Any]:
    """What GitHub says of the issue of this number, in one of a hundred repositories."""
    name = PLUGINS[n % len(PLUGINS)]
    repository = {
        "id": 1_000 + n % len(PLUGINS),
        "name": name,
        "full_name": f"example/{name}",
        "owner": {"login": "example"},
        "private": False,
        "archived": False,
        "default_branch": "main",
        "updated_at": "2026-03-14T15:09:26Z",
    }
    issue = {
        "id": 10_000 + n,
        "number": n,
        "title": f"It fails, for the {n}th time",
        "state": "open",
        "user": {"login": "forum-keeper"},
        "labels": [{"id": 7, "name": "bug"}],
        "comments": 0,
        "created_at": "2026-03-14T15:09:26Z",
        "closed_at": None,
    }
    return {"action": action, "repository": repository, "issue": issue}
