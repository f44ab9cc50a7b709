"""Serving a stand-in on loopback, in a thread of its own."""

import json
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from email.message import Message as Headers
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

# A status, headers, and what is said in JSON.
Reply = tuple[int, Mapping[str, str], Any]
# Called with the verb, the path with its query, the headers, and the body that came as JSON; an empty one is an empty
# object.
Answer = Callable[[str, str, Headers, Any], Reply]


class Silent:
    """What makes a handler write no log."""

    def log_message(self, *_arguments: object) -> None:
        """Stay silent."""


@contextmanager
def serving(handler: type[BaseHTTPRequestHandler]) -> Iterator[int]:
    """Serve on a free port of 127.0.0.1, which is yielded, until the block ends."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    server.daemon_threads = True
    thread = threading.Thread(
        target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True
    )
    thread.start()
    try:
        yield server.server_address[1]
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


@contextmanager
def serving_json(answer: Answer) -> Iterator[int]:
    """Serve what is answered, as `serving` does."""

    class Handler(Silent, BaseHTTPRequestHandler):
        def _serve(self) -> None:
            length = int(self.headers.get("Content-Length") or 0)
            body = json.loads(self.rfile.read(length)) if length else {}
            status, headers, said = answer(self.command, self.path, self.headers, body)
            raw = json.dumps(said).encode()
            self.send_response(status)
            for name, value in {**headers, "Content-Type": "application/json"}.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(raw)))
            with suppress(ConnectionError):  # who asked may refuse it by its length, and hang up
                self.end_headers()
                self.wfile.write(raw)

        do_GET = do_POST = do_PUT = do_PATCH = _serve  # noqa: N815 - as http.server calls them

    with serving(Handler) as port:
        yield port
