"""A stand-in of a Discourse site: enough of its pages for the smoke test, and trouble of ten kinds on demand."""

import base64
import json
import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs

PAGES = Path(__file__).parent / "discourse"
SHA = "9f1c2d3e4b5a69788796a5b4c3d2e1f00f1e2d3c"
USER, PASSWORD = "canary", "correct horse & battery/staple"

_HASH = "0a1b2c3d4e5f6789"
_PLUGIN = "withPluginApi((api) => {{ {} }});\n"
_FINE = {
    "tide-tables": "api.onBoot(() => console.log('[PLUGIN tide-tables] ready'));",
    "ink-well": "api.onComposer((composer) => composer.classList.add('ink-well'));",
    "math-notes": "api.onCook((text) => text);",
    "weather-vane": "api.onTopic((id) => api.ajax('GET', `/weather-vane/forecast.json?topic=${id}`).catch(() => 0));",
    "sun-dial": "",
    "plugin-third-party": "api.onAdmin(() => console.log('admin'));",
}
# What is broken, as: trouble -> (plugin, its code then).
_BROKEN = {
    "boot": (
        "tide-tables",
        "api.onBoot(function attach() { api.container.lookup('service:tides'); });",
    ),
    "composer": (
        "ink-well",
        "api.onComposer(function blot(composer) { composer.model.appEvents.trigger('x'); });",
    ),
    "preview": ("math-notes", "api.onCook(function cook(text) { return katex.render(text); });"),
    "shared bundle": (
        "plugin-third-party",
        "api.onAdmin(function report() { throw new Error('no such report'); });",
    ),
    "endless loop": ("ink-well", "api.onComposer(() => { for (;;); });"),
}


@dataclass
class Forum:
    """The site's state. `trouble` says what is wrong with it; `flaws` requests of the topic list fail first."""

    port: int = 0
    trouble: str = ""
    flaws: int = 0
    basic_auth: str = ""
    topics: list[dict[str, Any]] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)
    over: threading.Event = field(default_factory=threading.Event)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def reset(self, trouble: str = "", *, flaws: int = 0, basic_auth: str = "") -> None:
        """As it was at first, with this trouble."""
        self.trouble, self.flaws, self.basic_auth, self.asked = trouble, flaws, basic_auth, []
        posts = [
            {"user": "Marlow", "raw": "Where does the pilot board?"},
            {"user": "Ines", "raw": "Off the mole."},
        ]
        self.topics = [{"id": 1, "title": "Welcome to the harbour", "posts": posts}]


Answer = tuple[int, str, bytes]


def _json(said: Any, status: int = 200) -> Answer:
    return status, "application/json", json.dumps(said).encode()


def _page(*, logged_in: bool) -> Answer:
    preloaded = json.dumps({"user": USER if logged_in else None})
    noise = '<img src="/user_avatar/marlow.png" width="1" height="1" alt=""><script src="http://127.0.0.1:9/count.js">'
    scripts = "\n".join(
        f'<script src="/assets/plugins/{name}-{_HASH}.js"></script>' for name in _FINE
    )
    page = (PAGES / "index.html").read_text() % {
        "sha": SHA,
        "preloaded": preloaded,
        "scripts": f"{scripts}\n{noise}</script>",
    }
    return 200, "text/html", page.encode()


def _asset(forum: Forum, path: str) -> Answer:
    if path.startswith("/stylesheets/"):
        return 200, "text/css", (PAGES / "style.css").read_bytes()
    if path.startswith("/assets/start-"):
        return 200, "text/javascript", b"window.start();\n"
    found = re.fullmatch(rf"/assets/plugins/([\w-]+)-{_HASH}\.js", path)
    if found is None:
        source = (PAGES / "app.js").read_text()
        source = (
            source.replace("login.onclick = openLogin", "0")
            if forum.trouble == "no log-in dialog"
            else source
        )
        return 200, "text/javascript", source.encode()
    name = found[1]
    if name == "sun-dial" and forum.trouble == "asset":
        return 404, "text/plain", b"gone"
    broken, code = _BROKEN.get(forum.trouble, ("", ""))
    return 200, "text/javascript", _PLUGIN.format(code if name == broken else _FINE[name]).encode()


def _get(forum: Forum, path: str, *, logged_in: bool) -> Answer:  # noqa: PLR0911 - one a kind of address
    topic = re.fullmatch(r"/t/(\d+)\.json", path)
    if topic:
        return _json(forum.topics[int(topic[1]) - 1])
    if path.startswith(("/assets/", "/stylesheets/")):
        return _asset(forum, path)
    if path.startswith("/weather-vane/"):
        return (
            _json({"errors": ["oops"]}, 500)
            if forum.trouble == "request"
            else _json({"wind": "NW 4"})
        )
    if path == "/latest.json":
        if forum.flaws > 0:
            forum.flaws -= 1
            return 502, "text/html", b"<h1>Bad gateway</h1>"
        return _json({"topics": forum.topics[::-1]})
    if path == "/session/csrf.json":
        return _json({"csrf": "token"})
    if path == "/admin/plugins.json":
        listed = [
            {"name": name, "version": "0.1", "commit_hash": f"{number}c" * 20, "enabled": True}
            for number, name in enumerate(_FINE)
            if name != "plugin-third-party"
        ]
        return _json({"plugins": listed}) if logged_in else _json({"errors": ["not found"]}, 404)
    if path.startswith("/u/"):
        return _json({"name": path.split("/")[2], "bio": "Here since the first tide."})
    if path.startswith("/user_avatar/") or "." in path:
        return 404, "text/plain", b"not found"
    return _page(logged_in=logged_in)


def _write(forum: Forum, path: str, said: dict[str, Any]) -> Answer:
    post = {"user": USER, "raw": said.get("raw", "")}
    if path == "/posts" and "topic_id" in said:
        forum.topics[int(said["topic_id"]) - 1]["posts"].append(post)
        return _json({"topic_id": said["topic_id"]})
    if path == "/posts":
        forum.topics.append({"id": len(forum.topics) + 1, "title": said["title"], "posts": [post]})
        return _json({"topic_id": len(forum.topics)})
    _, _, topic, place = path.split("/")
    forum.topics[int(topic) - 1]["posts"][int(place)]["raw"] = said["raw"]
    return _json({})


class _Handler(BaseHTTPRequestHandler):
    forum: Forum
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        self._answer(b"")

    def _answer(self, body: bytes) -> None:
        path = self.path.partition("?")[0]
        self.forum.asked.append(f"{self.command} {path}")
        wanted = f"Basic {base64.b64encode(self.forum.basic_auth.encode()).decode()}"
        if self.forum.trouble == "hangs":
            self.forum.over.wait()
            self.close_connection = True
        elif self.forum.basic_auth and self.headers.get("Authorization") != wanted:
            self._send(
                401, "text/plain", b"who is it?", {"WWW-Authenticate": 'Basic realm="harbour"'}
            )
        elif self.command == "GET":
            self._send(
                *_get(self.forum, path, logged_in="_t=session" in self.headers.get("Cookie", ""))
            )
        elif path.startswith("/session"):
            self._sign_in(body)
        else:
            self._send(*_write(self.forum, path, json.loads(body)))

    def _sign_in(self, body: bytes) -> None:
        if self.headers["Content-Type"] == "application/json":
            said = json.loads(body)
        else:
            said = {name: values[0] for name, values in parse_qs(body.decode()).items()}
        if (said["login"], said["password"]) != (USER, PASSWORD):
            self._send(*_json({"error": "Incorrect username, email or password"}))
        else:
            self._send(
                *_json({"user": {"username": USER}}),
                {"Set-Cookie": "_t=session; Path=/; HttpOnly"},
            )

    def do_POST(self) -> None:
        self._answer(self.rfile.read(int(self.headers.get("Content-Length", 0))))

    do_PUT = do_POST  # noqa: N815 - the library's own name

    def _send(
        self, status: int, kind: str, body: bytes, headers: dict[str, str] | None = None
    ) -> None:
        self.send_response(status)
        sent = {
            "Content-Type": f"{kind}; charset=utf-8",
            "Content-Length": str(len(body)),
            **(headers or {}),
        }
        for name, value in sent.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_arguments: object) -> None:
        """Stay silent."""


def _handler(forum: Forum) -> type[BaseHTTPRequestHandler]:
    return type("Handler", (_Handler,), {"forum": forum})


@contextmanager
def forum() -> Iterator[Forum]:
    """Serve on 127.0.0.1 until the block ends."""
    state = Forum()
    state.reset()

    class Server(ThreadingHTTPServer):
        daemon_threads = True
        block_on_close = False

        def handle_error(self, _request: Any, _address: Any) -> None:
            """A browser that was killed hangs up; that is no error here."""

    server = Server(("127.0.0.1", 0), _handler(state))
    state.port = server.server_address[1]
    thread = threading.Thread(
        target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True
    )
    thread.start()
    try:
        yield state
    finally:
        state.over.set()
        server.shutdown()
        server.server_close()
        thread.join()
