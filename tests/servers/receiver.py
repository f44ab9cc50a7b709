"""A receiver of webhooks that remembers each request, and answers as it is told to."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler

from tests.servers.serving import Silent, serving


@dataclass
class Receiver:
    """What was received: path, headers and body. `answers` are given first, (status, headers) each; then 204."""

    port: int = 0
    answers: list[tuple[int, dict[str, str]]] = field(default_factory=list)
    received: list[tuple[str, dict[str, str], bytes]] = field(default_factory=list)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/hook?from=pluginwatch"


@contextmanager
def receiver() -> Iterator[Receiver]:
    """Serve on 127.0.0.1 until the block ends."""
    state = Receiver()

    class Handler(Silent, BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            headers = {name.lower(): value for name, value in self.headers.items()}
            state.received.append((self.path, headers, body))
            status, answered = state.answers.pop(0) if state.answers else (204, {})
            self.send_response(status)
            for name, value in {**answered, "Content-Length": "0"}.items():
                self.send_header(name, value)
            self.end_headers()

    with serving(Handler) as port:
        state.port = port
        yield state
