"""A stand-in of GitHub that keeps repositories: its REST API with ETags, pages and limits, and its webhooks.

It misbehaves on demand: `mishaps` are answered first, one a request. Whatever happens in it is delivered to `hook`, and
what could not be delivered is listed and sent again when asked for, as GitHub does.
"""

import base64
import hashlib
import json
import re
import threading
import uuid
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from http.server import BaseHTTPRequestHandler
from typing import Any
from urllib.parse import parse_qs, unquote, urlencode, urlsplit

import requests

from tests.servers.serving import Silent, serving
from tests.waiting import LONG
from tests.webhooks.github_samples import signed

Json = dict[str, Any]
Reply = tuple[int, dict[str, str], Any]
SECRET = "a secret of the webhook"


def written(at: datetime) -> str:
    """A time as GitHub writes it."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


# Of a larger file GitHub's contents show nothing but that it is there.
_LARGEST_SHOWN = 1024 * 1024


@dataclass
class HubRepository:
    """A repository and all that is asked of it. `commits` are by branch, the newest first, and `changes`
    their messages and files."""

    id: int
    full_name: str
    at: datetime
    default_branch: str = "main"
    private: bool = False
    archived: bool = False
    licence: str = "MIT"
    topics: list[str] = field(default_factory=list)
    issues: dict[int, Json] = field(default_factory=dict)
    moved: dict[int, str] = field(default_factory=dict)
    labels: dict[int, str] = field(default_factory=dict)
    releases: list[Json] = field(default_factory=list)
    files: dict[str, str] = field(default_factory=dict)
    commits: dict[str, list[str]] = field(default_factory=dict)
    changes: dict[str, Json] = field(default_factory=dict)
    runs: list[Json] = field(default_factory=list)
    checks: dict[int, list[Json]] = field(default_factory=dict)
    annotations: dict[int, list[Json]] = field(default_factory=dict)
    pushed_at: datetime | None = None

    def commit(self, sha: str) -> Json:
        """A commit, without its files."""
        return {"sha": sha, "commit": {"message": self.changes.get(sha, {}).get("message", sha)}}

    def shown(self) -> Json:
        owner = self.full_name.partition("/")[0]
        return {
            "id": self.id,
            "full_name": self.full_name,
            "owner": {"login": owner, "type": "Organization"},
            "private": self.private,
            "archived": self.archived,
            "default_branch": self.default_branch,
            "license": {"spdx_id": self.licence},
            "topics": self.topics,
            "updated_at": written(self.at),
            "pushed_at": written(self.pushed_at or self.at),
        }


@dataclass
class Hub:
    """All that the stand-in knows, and what it was asked."""

    url: str = ""
    repositories: dict[int, HubRepository] = field(default_factory=dict)
    former: dict[str, int] = field(default_factory=dict)
    accounts: dict[str, Json] = field(default_factory=dict)
    token: str = "a-good-token"
    administers: bool = True
    installations: dict[str, int] = field(default_factory=dict)
    minted: dict[str, datetime] = field(default_factory=dict)
    token_lasts: timedelta = timedelta(hours=1)
    limit: int = 5_000
    spent: int = 0
    resets_at: datetime = field(default_factory=lambda: datetime.now(UTC) + timedelta(hours=1))
    mishaps: list[Callable[[str], Reply | None]] = field(default_factory=list)
    asked: list[tuple[str, str, int]] = field(default_factory=list)
    hook: str = ""
    attempts: list[Json] = field(default_factory=list)
    bodies: dict[str, tuple[str, bytes]] = field(default_factory=dict)
    lock: threading.RLock = field(default_factory=threading.RLock)

    def add(
        self, full_name: str, at: datetime, github_id: int | None = None, **more: Any
    ) -> HubRepository:
        made = HubRepository(github_id or 1_000 + len(self.repositories), full_name, at, **more)
        self.repositories[made.id] = made
        return made

    def statuses(self) -> Counter[int]:
        """How many requests were answered with which status."""
        return Counter(status for _, _, status in self.asked)

    # What happens, and is delivered.

    def tell(self, event: str, body: Json, at: datetime) -> str:
        """Deliver an event; return its guid."""
        guid = str(
            uuid.UUID(bytes=hashlib.sha256(f"{event} {len(self.bodies)}".encode()).digest()[:16])
        )
        self.bodies[guid] = (event, json.dumps(body).encode())
        self._attempt(guid, at)
        return guid

    def _attempt(self, guid: str, at: datetime, *, again: bool = False) -> None:
        event, body = self.bodies[guid]
        status = 0
        if self.hook:
            headers = {
                "X-GitHub-Event": event,
                "X-GitHub-Delivery": guid,
                "X-Hub-Signature-256": signed(body, SECRET),
                "Content-Type": "application/json",
            }
            try:
                status = (
                    self._session().post(self.hook, body, headers=headers, timeout=LONG).status_code
                )
            except requests.RequestException:
                status = 0
        with self.lock:
            self.attempts.append(
                {
                    "id": len(self.attempts) + 1,
                    "guid": guid,
                    "delivered_at": at.astimezone(UTC).isoformat().replace("+00:00", "Z"),
                    "redelivery": again,
                    "status": "OK" if status == 200 else "failed",
                    "status_code": status,
                    "event": event,
                }
            )

    def _session(self) -> requests.Session:
        if not hasattr(self, "_posting"):
            self._posting = requests.Session()
            self._posting.trust_env = False
        return self._posting

    # What is asked.

    def answer(self, verb: str, target: str, headers: Any) -> Reply:
        parts = urlsplit(target)
        query = {name: values[-1] for name, values in parse_qs(parts.query).items()}
        if self.mishaps and (reply := self.mishaps.pop(0)(target)) is not None:
            return reply
        if (refusal := self._refuses(parts.path, headers.get("Authorization", ""))) is not None:
            return refusal
        if self.spent >= self.limit and self.resets_at > datetime.now(UTC):
            return 403, self._rate(), {"message": "API rate limit exceeded for user ID 1."}
        for (pattern, kind), name in _ROUTES.items():
            if verb == kind and (found := re.fullmatch(pattern, parts.path)):
                status, more, body = getattr(self, name)(query, *map(unquote, found.groups()))
                break
        else:
            status, more, body = _missing()
        if verb == "GET" and status == 200:
            etag = f'W/"{hashlib.sha256(json.dumps(body).encode()).hexdigest()[:20]}"'
            if headers.get("If-None-Match") == etag:
                return 304, {**self._rate(), "ETag": etag}, None
            more = {**more, "ETag": etag}
        self.spent += 1
        return status, {**self._rate(), **more}, body

    def _refuses(self, path: str, said: str) -> Reply | None:
        scheme, _, token = said.partition(" ")
        if path.startswith("/app"):
            ok = scheme == "Bearer" and token.count(".") == 2
        else:
            minted = self.minted.get(token)
            ok = token == self.token or (minted is not None and minted > datetime.now(UTC))
        return None if ok else (401, {}, {"message": "Bad credentials"})

    def _rate(self) -> dict[str, str]:
        left = max(0, self.limit - self.spent)
        return {
            "X-RateLimit-Limit": str(self.limit),
            "X-RateLimit-Remaining": str(left),
            "X-RateLimit-Reset": str(int(self.resets_at.timestamp())),
        }

    def _of(self, place: str) -> HubRepository | None:
        if place.isdecimal():
            return self.repositories.get(int(place))
        return next(
            (one for one in self.repositories.values() if one.full_name.lower() == place.lower()),
            None,
        )

    def by_name(self, _query: Json, name: str) -> Reply:
        if name.lower() in self.former:
            return (
                301,
                {"Location": f"{self.url}/repositories/{self.former[name.lower()]}"},
                {"message": "Moved"},
            )
        found = self._of(name)
        if found is None:
            return _missing()
        return _found({**found.shown(), "url": f"{self.url}/repos/{found.full_name}"})

    def by_id(self, _query: Json, place: str) -> Reply:
        found = self._of(place)
        return _found(found.shown()) if found else _missing()

    def branch(self, _query: Json, place: str, branch: str) -> Reply:
        found = self._of(place)
        if found is None or not found.commits.get(branch):
            return _missing()
        return _found({"name": branch, "commit": {"sha": found.commits[branch][0]}})

    def matching_heads(self, query: Json, place: str, prefix: str) -> Reply:
        found = self._of(place)
        if found is None:
            return _missing()
        names = sorted(name for name in found.commits if name.startswith(prefix))
        rows = [{"ref": f"refs/heads/{name}"} for name in names]
        return self._page(query, f"/repositories/{place}/git/matching-refs/heads/{prefix}", rows)

    def account(self, _query: Json, login: str) -> Reply:
        found = self.accounts.get(login.lower())
        return _found({"login": login, **found}) if found else _missing()

    def list_issues(self, query: Json, place: str) -> Reply:
        found = self._of(place)
        if found is None:
            return _missing()
        rows = [
            one
            for one in found.issues.values()
            if query.get("state") == "all" or one["state"] == query.get("state", "open")
        ]
        rows = [one for one in rows if one["updated_at"] >= query.get("since", "")]
        key = "updated_at" if query.get("sort") == "updated" else "number"
        rows.sort(
            key=lambda one: (one[key], one["number"]), reverse=query.get("direction") != "asc"
        )
        return self._page(query, f"/repositories/{found.id}/issues", rows)

    def one_issue(self, _query: Json, place: str, number: str) -> Reply:
        found = self._of(place)
        if found is None:
            return _missing()
        if (new := found.moved.get(int(number))) is not None:
            return 301, {"Location": f"{self.url}{new}"}, {"message": "Moved Permanently"}
        shown = found.issues.get(int(number))
        return _found(shown) if shown else (410, {}, {"message": "This issue was deleted"})

    def list_labels(self, query: Json, place: str) -> Reply:
        found = self._of(place)
        rows = [{"id": id_, "name": name} for id_, name in found.labels.items()] if found else []
        return self._page(query, f"/repositories/{place}/labels", rows)

    def list_releases(self, query: Json, place: str) -> Reply:
        found = self._of(place)
        return self._page(
            query, f"/repositories/{place}/releases", found.releases[::-1] if found else []
        )

    def contents(self, query: Json, place: str, path: str) -> Reply:
        found = self._of(place)
        if found is None:
            return _missing()
        if f"{query.get('ref')}:{path}" in found.files:  # it differs on this branch
            path = f"{query['ref']}:{path}"
        if path in found.files:
            text = found.files[path].encode()
            if len(text) > _LARGEST_SHOWN:
                return _found({"name": path, "encoding": "none", "content": ""})
            return _found(
                {"name": path, "encoding": "base64", "content": base64.encodebytes(text).decode()}
            )
        below = {
            name.removeprefix(f"{path}/" if path else ""): text
            for name, text in found.files.items()
        }
        inside = {
            name: text
            for name, text in below.items()
            if not path or f"{path}/{name}" in found.files
        }
        if not inside and path:
            return _missing()
        names = sorted({name.partition("/")[0] for name in inside})
        whole = {
            name: hashlib.sha256(
                repr([pair for pair in inside.items() if pair[0].startswith(name)]).encode()
            )
            for name in names
        }
        return _found([{"name": name, "sha": digest.hexdigest()} for name, digest in whole.items()])

    def list_commits(self, query: Json, place: str) -> Reply:
        found = self._of(place)
        branch = query.get("sha") or (found.default_branch if found else "")
        commits = found.commits.get(branch) if found else None
        if commits is None:
            return _missing()
        rows = [found.commit(sha) for sha in commits] if found else []
        return self._page(query, f"/repositories/{place}/commits", rows)

    def one_commit(self, _query: Json, place: str, sha: str) -> Reply:
        found = self._of(place)
        if found is None or not any(sha in commits for commits in found.commits.values()):
            return _missing()
        return _found({**found.commit(sha), "files": found.changes.get(sha, {}).get("files", [])})

    def compare(self, _query: Json, place: str, base: str, head: str) -> Reply:
        found = self._of(place)
        if found is None:
            return _missing()
        for commits in found.commits.values():
            if base in commits and head in commits:
                ahead = commits.index(base) - commits.index(head)
                between = commits[commits.index(head) : commits.index(base)][::-1]
                return _found(
                    {
                        "total_commits": len(between),
                        "commits": [found.commit(sha) for sha in between],
                        "status": _compared(ahead),
                        "ahead_by": max(ahead, 0),
                        "behind_by": max(-ahead, 0),
                    }
                )
        return _missing()

    def list_runs(self, query: Json, place: str) -> Reply:
        found = self._of(place)
        rows = (
            [run for run in found.runs if run["head_branch"] == query.get("branch")]
            if found
            else []
        )
        rows = sorted(rows, key=lambda run: -run["id"])[: int(query.get("per_page", 30))]
        return _found({"total_count": len(rows), "workflow_runs": rows})

    def list_checks(self, _query: Json, place: str, suite: str) -> Reply:
        found = self._of(place)
        return _found({"check_runs": found.checks.get(int(suite), []) if found else []})

    def list_annotations(self, _query: Json, place: str, check: str) -> Reply:
        found = self._of(place)
        return _found(found.annotations.get(int(check), []) if found else [])

    def list_installations(self, query: Json) -> Reply:
        rows = [
            {"id": id_, "account": {"login": account}}
            for account, id_ in self.installations.items()
        ]
        return self._page(query, "/app/installations", rows)

    def mint(self, _query: Json, installation: str) -> Reply:
        token, until = (
            f"ghs_{installation}_{len(self.minted)}",
            datetime.now(UTC) + self.token_lasts,
        )
        self.minted[token] = until
        return 201, {}, {"token": token, "expires_at": written(until)}

    def list_deliveries(self, query: Json, *place: str) -> Reply:
        path = f"/repositories/{place[0]}/hooks/7/deliveries" if place else "/app/hook/deliveries"
        with self.lock:
            rows = sorted(
                self.attempts, key=lambda one: (one["delivered_at"], one["id"]), reverse=True
            )
        oldest = written(datetime.now(UTC) - timedelta(days=3))
        return self._page(query, path, [one for one in rows if one["delivered_at"] >= oldest])

    def redeliver(self, _query: Json, *place: str) -> Reply:
        guid = self.attempts[int(place[-1]) - 1]["guid"]
        self._attempt(guid, datetime.now(UTC), again=True)
        return 202, {}, {}

    def list_hooks(self, _query: Json, _place: str) -> Reply:
        if not self.administers:
            return _missing()
        return _found([{"id": 7, "config": {"url": self.hook}}])

    def _page(self, query: Json, path: str, rows: list[Json]) -> Reply:
        size, number = int(query.get("per_page", 30)), int(query.get("page", 1))
        shown = rows[(number - 1) * size : number * size]
        if number * size >= len(rows):
            return _found(shown)
        more = urlencode({**query, "page": number + 1})
        return 200, {"Link": f'<{self.url}{path}?{more}>; rel="next"'}, shown


_PLACE = r"/repos(?:itories)?/(\d+|[^/]+/[^/]+)"
_ROUTES = {
    (r"/repos/([^/]+/[^/]+)", "GET"): "by_name",
    (r"/repositories/(\d+)", "GET"): "by_id",
    (rf"{_PLACE}/branches/([^/]+)", "GET"): "branch",
    (r"/users/([^/]+)", "GET"): "account",
    (rf"{_PLACE}/issues", "GET"): "list_issues",
    (rf"{_PLACE}/issues/(\d+)", "GET"): "one_issue",
    (rf"{_PLACE}/labels", "GET"): "list_labels",
    (rf"{_PLACE}/releases", "GET"): "list_releases",
    (rf"{_PLACE}/contents/(.*)", "GET"): "contents",
    (rf"{_PLACE}/git/matching-refs/heads/(.*)", "GET"): "matching_heads",
    (rf"{_PLACE}/commits", "GET"): "list_commits",
    (rf"{_PLACE}/commits/([^/]+)", "GET"): "one_commit",
    (rf"{_PLACE}/compare/([^/]+)\.\.\.([^/]+)", "GET"): "compare",
    (rf"{_PLACE}/actions/runs", "GET"): "list_runs",
    (rf"{_PLACE}/check-suites/(\d+)/check-runs", "GET"): "list_checks",
    (rf"{_PLACE}/check-runs/(\d+)/annotations", "GET"): "list_annotations",
    (rf"{_PLACE}/hooks", "GET"): "list_hooks",
    (rf"{_PLACE}/hooks/7/deliveries", "GET"): "list_deliveries",
    (rf"{_PLACE}/hooks/7/deliveries/(\d+)/attempts", "POST"): "redeliver",
    (r"/app/installations", "GET"): "list_installations",
    (r"/app/installations/(\d+)/access_tokens", "POST"): "mint",
    (r"/app/hook/deliveries", "GET"): "list_deliveries",
    (r"/app/hook/deliveries/(\d+)/attempts", "POST"): "redeliver",
}


def _found(body: Any) -> Reply:
    return 200, {}, body


def _compared(ahead: int) -> str:
    if ahead == 0:
        return "identical"
    return "ahead" if ahead > 0 else "behind"


def _missing() -> Reply:
    return 404, {}, {"message": "Not Found"}


def _encoded(body: Any) -> bytes:
    if body is None:
        return b""
    return body if isinstance(body, bytes) else json.dumps(body).encode()


@contextmanager
def github_hub() -> Iterator[Hub]:
    """Serve on 127.0.0.1 until the block ends."""
    hub = Hub()

    class Handler(Silent, BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        disable_nagle_algorithm = True

        def do_GET(self) -> None:
            self._answer("GET")

        def do_POST(self) -> None:
            self.rfile.read(int(self.headers.get("Content-Length") or 0))
            self._answer("POST")

        def _answer(self, verb: str) -> None:
            status, headers, body = hub.answer(verb, self.path, self.headers)
            hub.asked.append((verb, self.path, status))
            if status == 0:  # the connection is dropped
                self.close_connection = True
                return
            raw = _encoded(body)
            self.send_response_only(status)
            for name, value in {
                "Date": format_datetime(datetime.now(UTC), usegmt=True),
                "Content-Type": "application/json",
                "Content-Length": str(len(raw)),
                **headers,
            }.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(raw)

    with serving(Handler) as port:
        hub.url = f"http://127.0.0.1:{port}"
        yield hub
