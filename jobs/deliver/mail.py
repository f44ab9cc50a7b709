"""Mail to plugins' contacts, in text and HTML, handed to one SMTP server."""

import contextlib
import smtplib
import socket
import ssl
from dataclasses import replace
from email.message import EmailMessage
from email.utils import formatdate
from typing import BinaryIO

from jobs.calling import ends_within, watch
from jobs.deliver.render import html, plain
from models.messages.message import Links
from models.operating.signing import Signer
from models.outbox.sending import Outgoing, SendError
from models.settings import Settings
from models.tables import Posting

_SECONDS = 15.0
SECONDS_IN_ALL = 60.0
_MOST_BYTES = 64 * 1024
_SECONDS_TO_MEND = 900.0  # what an operator must put right first
# RFC 5321, 4.2.1: what begins with 4 may be tried again, what begins with 5 may not.
_PERMANENT = 500
_REASON_LIMIT = 200
_NO_MORE = "Get no more of these mails"


class Mail:
    """Sends to mailboxes: a post is a mail, a reply one that answers it.

    Each takes `seconds` at the most.
    """

    def __init__(self, settings: Settings, signer: Signer, seconds: float = SECONDS_IN_ALL) -> None:
        self._signer = signer
        self._seconds = seconds
        self._server = settings.smtp
        self._from = settings.smtp_from
        self._context = ssl.create_default_context()

    def send(self, outgoing: Outgoing) -> str:
        """Hand it over; return its Message-ID, which is the same at each try.

        Raises:
            SendError: the server did not take it.

        """
        mail = composed(outgoing, self._from, self._signer.unsubscribing(outgoing.address))
        try:
            self._hand_over(mail, outgoing.address)
        except smtplib.SMTPRecipientsRefused as error:
            code, said = next(iter(error.recipients.values()))
            raise _refusal(code, said) from error
        except smtplib.SMTPAuthenticationError as error:
            raise SendError(
                "the mail server does not take our password", retry_after=_SECONDS_TO_MEND
            ) from error
        except smtplib.SMTPResponseException as error:
            raise _refusal(error.smtp_code, error.smtp_error) from error
        except (smtplib.SMTPException, OSError) as error:
            raise SendError(f"the mail server is out of reach: {type(error).__name__}") from error
        return str(mail["Message-ID"])

    def _opened(self) -> "_Session":
        to = self._server
        if to.is_tls:
            return _TlsSession(to.host, to.port, timeout=_SECONDS, context=self._context)
        return _Session(to.host, to.port, timeout=_SECONDS)

    def _hand_over(self, mail: EmailMessage, address: str) -> None:
        to = self._server
        with ends_within(self._seconds), contextlib.closing(self._opened()) as connection:
            connection.ehlo_or_helo_if_needed()
            if not to.is_tls and connection.has_extn("starttls"):
                connection.starttls(context=self._context)
            elif to.user and not to.is_tls:
                raise SendError(
                    "the mail server offers no TLS, so our password stays here",
                    retry_after=_SECONDS_TO_MEND,
                )
            if to.user:
                connection.login(to.user, to.password)
            connection.send_message(mail, self._from, [address])
            # The mail is theirs now, however they say goodbye.
            with contextlib.suppress(smtplib.SMTPException, OSError):
                connection.quit()


class _Session(smtplib.SMTP):
    """The library's session, but one that ends with `ends_within`, or when the server says too much."""

    def _get_socket(self, host: str, port: int, timeout: float) -> socket.socket:
        opened = super()._get_socket(host, port, timeout)  # type: ignore[misc]  # it is not in the stubs
        watch(opened)
        return opened  # type: ignore[no-any-return]  # for the same reason it has no type

    def getreply(self) -> tuple[int, bytes]:
        """One reply of the server's. The library would gather its lines for ever."""
        if self.file is None and self.sock is not None:  # at the start, and after STARTTLS
            watch(self.sock)
            self.file = _BoundedFile(self.sock.makefile("rb"))
        return super().getreply()


class _TlsSession(_Session, smtplib.SMTP_SSL):
    pass


class _BoundedFile:
    """A server's lines, `_MOST_BYTES` of them in all."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self._left = _MOST_BYTES

    def readline(self, limit: int) -> bytes:
        """As files have it."""
        line = self._file.readline(limit)
        self._left -= len(line)
        if self._left < 0:
            raise OSError("the mail server says more than it may")
        return line

    def close(self) -> None:
        """As files have it."""
        self._file.close()


def composed(outgoing: Outgoing, sender: str, unsubscribing: str = "") -> EmailMessage:
    """The mail, from the outbox's row alone: each try sends the same one.

    `unsubscribing` is where its reader ends such mails; empty where they cannot.
    """
    mail = EmailMessage()
    # The library refuses a line's end in a header; what is said is on one line, whatever it is made of.
    mail["Subject"] = " ".join(outgoing.message.title.split())
    mail["From"] = f"Pluginwatch <{sender}>"
    mail["To"] = outgoing.address
    mail["Date"] = formatdate(usegmt=True)
    mail["Message-ID"] = _message_id(outgoing, sender)
    mail["Auto-Submitted"] = "auto-generated"
    if outgoing.action is Posting.REPLY and outgoing.reference:
        mail["In-Reply-To"] = mail["References"] = outgoing.reference
    message = outgoing.message
    if unsubscribing:
        mail["List-Unsubscribe"] = f"<{unsubscribing}>"
        message = replace(message, blocks=(*message.blocks, Links(((_NO_MORE, unsubscribing),))))
        if unsubscribing.startswith("https:"):
            mail["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"  # RFC 8058, 3.1
    mail.set_content(plain(message))
    mail.add_alternative(html(message), subtype="html")
    return mail


def _message_id(outgoing: Outgoing, sender: str) -> str:
    return f"<{outgoing.conversation.replace(':', '-')}.{outgoing.outbox_id}.pluginwatch@{sender.partition('@')[2]}>"


def _refusal(code: int, said: bytes | str) -> SendError:
    words = said.decode(errors="replace") if isinstance(said, bytes) else said
    reason = f"the mail server refused it with {code}: {' '.join(words.split())[:_REASON_LIMIT]}"
    return SendError(reason, permanent=code >= _PERMANENT)
