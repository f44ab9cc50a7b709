"""A server that misbehaves as it is told: it hangs, drips, floods, leads elsewhere or lies, over HTTP or SMTP.

Told to answer, it takes whatever it is sent, as Slack, Discord, GitHub, Discourse or a mail server would.
"""

import json
import re
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

HANG, DRIP, DRIP_BODY, FLOOD, FLOOD_HEADERS, REDIRECT, LIE, LATER = (
    "hangs",
    "drips",
    "drips a body",
    "floods",
    "floods headers",
    "redirects",
    "lies",
    "asks to wait",
)
ALL = (HANG, DRIP, DRIP_BODY, FLOOD, FLOOD_HEADERS, REDIRECT, LIE, LATER)
DENSE = "says what becomes much"  # 1.5 MB of JSON that is read as 40 MiB
ANSWERS, SMTP_ANSWERS = "answers", "takes mail over SMTP"
SMTP_HANG, SMTP_FLOOD, SMTP_DRIP = "hangs over SMTP", "floods over SMTP", "drips over SMTP"
# Bytes that Linux may hold of an answer that nobody reads; `sent` has them, too.
MOST_HELD = sum(
    int(Path(f"/proc/sys/net/ipv4/tcp_{way}mem").read_text().split()[-1]) for way in "rw"
)
_BLOCK = b" " * 65_536
_TAKEN: dict[str, object] = {
    "ok": True, "ts": "1.1", "id": 1, "topic_id": 1, "number": 1, "has_issues": True, "archived": False,
    "full_name": "a/b", "channel": {"id": "D1"}, "post_stream": {"posts": []},
}  # fmt: skip


@dataclass
class Odd:
    """`mode` holds for what is asked from now on; `sent` counts bytes, and `asked` holds the heads of requests.

    Who is led on within the server is answered with the page `then`.
    """

    mode: str = HANG
    location: str = ""
    then: str = ""
    retry_after: str = "1"
    pause: float = 0.2
    port: int = 0
    sent: int = 0
    asked: list[bytes] = field(default_factory=list)
    over: threading.Event = field(default_factory=threading.Event)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def speak(self, to: socket.socket) -> None:
        with to, suppress(OSError):
            to.settimeout(30)
            if self.mode == SMTP_ANSWERS:
                _take_mail(to)
                return
            if not self.mode.endswith("SMTP"):
                self.asked.append(_request(to))
            for part in self._parts():
                to.sendall(part)
                self.sent += len(part)
                if self.over.is_set():
                    return

    def _parts(self) -> Iterator[bytes]:
        mode = self.mode
        if mode in {HANG, SMTP_HANG}:
            self.over.wait(60)
        elif mode in {DRIP, SMTP_DRIP}:
            yield from self._dripping(b"HTTP/1.1 200 OK\r\nX-A: " if mode == DRIP else b"220 ")
        elif mode == DRIP_BODY:
            yield from self._dripping(
                b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 9999\r\n\r\n"
            )
        elif mode == FLOOD:
            yield b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n\r\n"
            yield from self._endless(_BLOCK)
        elif mode == FLOOD_HEADERS:
            yield b"HTTP/1.1 200 OK\r\n"
            yield from self._endless(b"X-A: b\r\n" * 1_000)
        elif mode == SMTP_FLOOD:
            yield from self._endless(b"220-hello\r\n" * 1_000)
        elif mode == DENSE:
            said = b'{"ok":true,"a":[' + b"{}," * 500_000 + b"{}]}"
            head = f"HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: {len(said)}\r\n"
            yield f"{head}Content-Type: application/json\r\n\r\n".encode() + said
        elif mode == REDIRECT and self.then and f" {self.location} ".encode() in self.asked[-1]:
            head = f"HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: {len(self.then)}"
            yield f"{head}\r\n\r\n{self.then}".encode()
        elif mode == REDIRECT:
            head = f"HTTP/1.1 302 Found\r\nLocation: {self.location}\r\n"
            yield f"{head}Connection: close\r\nContent-Length: 0\r\n\r\n".encode()
        elif mode == LATER:
            head = f"HTTP/1.1 429 Later\r\nRetry-After: {self.retry_after}\r\nContent-Length: 2\r\n"
            yield f"{head}Content-Type: application/json\r\nConnection: close\r\n\r\n{{}}".encode()
        elif mode == ANSWERS:
            is_list = re.match(rb"GET \S+/(issues|comments)(\?| )", self.asked[-1])
            taken = "[]" if is_list else json.dumps({**_TAKEN, "url": f"{self.url}/repos/a/b"})
            head = f"HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: {len(taken)}\r\n"
            yield f"{head}Content-Type: application/json\r\n\r\n{taken}".encode()
        else:
            yield b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nConnection: close\r\n"
            yield b"Content-Length: 9\r\n\r\n[[{]\x00\xff\xfe0"

    def _dripping(self, first: bytes) -> Iterator[bytes]:
        yield first
        while not self.over.wait(self.pause):
            yield b"a"

    def _endless(self, block: bytes) -> Iterator[bytes]:
        while not self.over.is_set():
            yield block


def _request(to: socket.socket) -> bytes:
    said = b""
    while b"\r\n\r\n" not in said and (part := to.recv(65_536)):
        said += part
    head, _, body = said.partition(b"\r\n\r\n")
    length = re.search(rb"(?i)\r\ncontent-length: *(\d+)", head)
    while length and len(body) < int(length[1]) and (part := to.recv(65_536)):
        body += part
    return head


def _take_mail(to: socket.socket) -> None:
    with to.makefile("rwb", buffering=0) as lines:
        lines.write(b"220 hello\r\n")
        while line := lines.readline():
            if line.upper().startswith(b"DATA"):
                lines.write(b"354 go on\r\n")
                while lines.readline() not in {b".\r\n", b""}:
                    pass
            lines.write(b"250 fine\r\n")


@contextmanager
def odd_server(mode: str = HANG, **how: object) -> Iterator[Odd]:
    """Serve on 127.0.0.1 until the block ends."""
    state = Odd(mode, **how)  # type: ignore[arg-type]  # by name
    with socket.create_server(("127.0.0.1", 0)) as listening:
        state.port = listening.getsockname()[1]
        listening.settimeout(0.05)
        accepting = threading.Thread(target=_accept, args=(listening, state), daemon=True)
        accepting.start()
        try:
            yield state
        finally:
            state.over.set()
            accepting.join()


def _accept(listening: socket.socket, state: Odd) -> None:
    while not state.over.is_set():
        try:
            opened, _ = listening.accept()
        except TimeoutError:
            continue
        threading.Thread(target=state.speak, args=(opened,), daemon=True).start()
