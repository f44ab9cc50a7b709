"""A real SMTP server on this machine that keeps the mail that it takes, and refuses on demand."""

import socket
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any, cast

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult


@dataclass
class Mailbox:
    """The mail that was taken. `answers` are given first, one a mail."""

    port: int = 0
    answers: list[str] = field(default_factory=list)
    mails: list[tuple[list[str], EmailMessage]] = field(default_factory=list)

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:  # noqa: N802 - the library's name
        if self.answers:
            return self.answers.pop(0)
        mail = message_from_bytes(envelope.content, policy=policy.default)
        self.mails.append((list(envelope.rcpt_tos), cast("EmailMessage", mail)))
        return "250 taken"

    @property
    def url(self) -> str:
        return f"smtp://127.0.0.1:{self.port}"


@contextmanager
def smtp_server() -> Iterator[Mailbox]:
    """Serve on 127.0.0.1 until the block ends."""
    state = Mailbox()
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        state.port = free.getsockname()[1]
    controller = Controller(
        state,
        hostname="127.0.0.1",
        port=state.port,
        auth_require_tls=False,
        authenticator=lambda *_arguments: AuthResult(success=True),
    )
    controller.start()
    try:
        yield state
    finally:
        controller.stop()
