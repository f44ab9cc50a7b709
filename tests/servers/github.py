"""A stand-in of GitHub's API: profiles by login, and trouble on demand."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler
from urllib.parse import unquote

from tests.servers.serving import Silent, serving


@dataclass
class GithubServer:
    """What the stand-in knows and was asked. While `trouble` is set it answers with that status and these headers."""

    port: int = 0
    bios: dict[str, str | None] = field(default_factory=dict)
    trouble: tuple[int, dict[str, str]] | None = None
    body: bytes | None = None
    asked: list[str] = field(default_factory=list)
    tokens: list[str | None] = field(default_factory=list)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def answer(self, path: str) -> tuple[int, dict[str, str], bytes]:
        if self.trouble:
            status, headers = self.trouble
            return status, headers, json.dumps({"message": "trouble"}).encode()
        if self.body is not None:
            return 200, {}, self.body
        login = unquote(path.removeprefix("/users/"))
        known = {name.lower(): name for name in self.bios}.get(login.lower())
        if known is None:
            return 404, {}, json.dumps({"message": "Not Found"}).encode()
        user = {
            "login": known,
            "id": 1,
            "type": "User",
            "bio": self.bios[known],
            "url": f"{self.url}/users/{known}",
        }
        return 200, {}, json.dumps(user).encode()


@contextmanager
def github_server() -> Iterator[GithubServer]:
    """Serve on 127.0.0.1 until the block ends."""
    state = GithubServer()

    class Handler(Silent, BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            state.asked.append(self.path)
            state.tokens.append(self.headers.get("Authorization"))
            status, headers, body = state.answer(self.path)
            self.send_response(status)
            for name, value in {**headers, "Content-Type": "application/json"}.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

    with serving(Handler) as port:
        state.port = port
        yield state
