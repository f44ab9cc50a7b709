"""A stand-in of GitHub's issues: filed, listed, commented on, closed and opened again; and trouble on demand."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs, urlsplit

from tests.servers.serving import Reply, serving_json

Json = dict[str, Any]

_REPOSITORY = re.compile(r"/(?:repos/([\w.-]+/[\w.-]+)|repositories/1)(?:/(.*))?")
_PAGE = 30


@dataclass
class GithubIssuesServer:
    """One repository. `troubles` are answered first, one a request of that verb; `fails_after` once it was done."""

    port: int = 0
    full_name: str = "example/solved"
    formerly: str = ""
    has_issues: bool = True
    issues: list[Json] = field(default_factory=list)
    comments: dict[int, list[Json]] = field(default_factory=dict)
    troubles: dict[str, list[Reply]] = field(default_factory=dict)
    fails_after: list[str] = field(default_factory=list)
    asked: list[tuple[str, str]] = field(default_factory=list)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def posted(self) -> list[str]:
        return [path for verb, path in self.asked if verb == "POST"]

    def answer(self, verb: str, path: str, _headers: Any, body: Json) -> Reply:
        parts = urlsplit(path)
        self.asked.append((verb, parts.path))
        if troubles := self.troubles.get(verb):
            return troubles.pop(0)
        found = _REPOSITORY.fullmatch(parts.path)
        if found is None or (
            found[1] and found[1].lower() not in {self.full_name.lower(), self.formerly.lower()}
        ):
            return 404, {}, {"message": "Not Found"}
        rest = f"/{found[2]}" if found[2] else ""
        if found[1] and self.formerly and found[1].lower() == self.formerly.lower():
            return (
                (301 if verb == "GET" else 307),
                {"Location": f"{self.url}/repositories/1{rest}"},
                {},
            )
        done = self._do(verb, rest, body, int(parse_qs(parts.query).get("page", ["1"])[0]))
        if verb in self.fails_after:
            self.fails_after.remove(verb)
            return 502, {}, {"message": "Server Error"}
        return done

    def _do(self, verb: str, rest: str, body: Json, page: int) -> Reply:
        match verb, rest.strip("/").split("/"):
            case "GET", [""]:
                return 200, {}, self._shown()
            case "GET", ["issues"]:
                return self._listed(list(reversed(self.issues)), "/issues", page)
            case "POST", ["issues"]:
                return 201, {}, self._open(body)
        return self._do_in_issue(verb, rest, body, page)

    def _do_in_issue(self, verb: str, rest: str, body: Json, page: int) -> Reply:
        match verb, rest.strip("/").split("/"):
            case "GET", ["issues", number]:
                return 200, {}, self._issue(number)
            case "PATCH", ["issues", number]:
                self._issue(number).update(body)
                return 200, {}, self._issue(number)
            case "GET", ["issues", number, "comments"]:
                return self._listed(
                    self.comments.get(int(number), []), f"/issues/{number}/comments", page
                )
            case "POST", ["issues", number, "comments"]:
                kept = self.comments.setdefault(int(number), [])
                kept.append(
                    {"id": 500 + len(kept), "body": body["body"], "url": f"{self._base}/comments/1"}
                )
                return 201, {}, kept[-1]
        return 404, {}, {"message": "Not Found"}

    @property
    def _base(self) -> str:
        return f"{self.url}/repositories/1"

    def _shown(self) -> Json:
        return {
            "id": 1,
            "full_name": self.full_name,
            "name": self.full_name.partition("/")[2],
            "url": self._base,
            "has_issues": self.has_issues,
            "archived": False,
        }

    def _open(self, body: Json) -> Json:
        number = len(self.issues) + 1
        made = {
            "id": 900 + number,
            "number": number,
            "state": "open",
            "url": f"{self._base}/issues/{number}",
            **body,
        }
        self.issues.append(made)
        return made

    def _issue(self, number: str) -> Json:
        return self.issues[int(number) - 1]

    def _listed(self, rows: list[Json], path: str, page: int) -> Reply:
        last = max(1, -(-len(rows) // _PAGE))
        links = [f'<{self._base}{path}?page={last}>; rel="last"'] if page < last else []
        links += [f'<{self._base}{path}?page={page + 1}>; rel="next"'] if page < last else []
        headers = {"Link": ", ".join(links)} if links else {}
        return 200, headers, rows[(page - 1) * _PAGE : page * _PAGE]


@contextmanager
def github_issues_server() -> Iterator[GithubIssuesServer]:
    """Serve on 127.0.0.1 until the block ends."""
    state = GithubIssuesServer()
    with serving_json(state.answer) as port:
        state.port = port
        yield state
