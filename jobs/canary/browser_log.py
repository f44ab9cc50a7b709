"""Listens to the browser during the steps: its console, the page's errors, and failed requests."""

from typing import Any

from playwright.sync_api import ConsoleMessage, Error, Page

from models.rules.console import KEPT_LOG
from models.rules.requests import Request, counts, failure_words
from models.rules.secrecy import KnownSecrets

# The console repeats failed requests, about which the network says more.
_TOLD_BY_NETWORK = "Failed to load resource:"
_NOTICE = "[canary] the log is too long; the rest is left out"
_ERRORS = 400


class Ear:
    """Listens to a page, from before anything is loaded. Secrets are removed at once."""

    def __init__(self, page: Page, site: str, known: KnownSecrets) -> None:
        self._site = site
        self.known = known
        self._lines: list[str] = []
        self._room = KEPT_LOG
        self._sent: dict[str, Request] = {}
        self._failed: list[Request] = []
        page.on("console", self._console)
        page.on("pageerror", self._page_error)
        # Only the browser's own protocol tells which code made a request.
        network = page.context.new_cdp_session(page)
        network.on("Network.requestWillBeSent", self._request)
        network.on("Network.responseReceived", self._response)
        network.on("Network.loadingFailed", self._failure)
        network.send("Network.enable")

    @property
    def log(self) -> str:
        """All that was heard, line by line."""
        return "".join(f"{line}\n" for line in self._lines)

    def note(self, line: str) -> None:
        """Add a line of our own."""
        if self._room > 0:
            line = self.known.removed(line)
            self._room -= len(line)
            self._lines.append(line if self._room > 0 else _NOTICE)

    def failures(self) -> list[str]:
        """The requests that failed since the last call, in words; only those that count."""
        failed = self._failed
        self._failed = []
        return [self.known.removed(failure_words(request)) for request in failed]

    def _console(self, said: ConsoleMessage) -> None:
        if said.text.startswith(_TOLD_BY_NETWORK):
            return
        at = said.location
        place = (
            f" ({at['url']}:{at['lineNumber'] + 1}:{at['columnNumber'] + 1})"
            if at.get("url")
            else ""
        )
        first, newline, rest = said.text.partition("\n")
        self.note(f"[{said.type}] {first}{place}{newline}{rest}")

    def _page_error(self, error: Error) -> None:
        self.note(f"[error] Uncaught {error.stack or error.message}")

    def _request(self, event: dict[str, Any]) -> None:
        request = event["request"]
        kind = event.get("type", "other").lower()
        stack = _addresses(event.get("initiator", {}).get("stack"))
        self._sent[event["requestId"]] = Request(
            request["method"], request["url"], kind, stack=stack
        )

    def _response(self, event: dict[str, Any]) -> None:
        status = event["response"]["status"]
        sent = self._sent.get(event["requestId"])
        if sent and status >= _ERRORS:
            self._ended(Request(sent.method, sent.url, sent.kind, status=status, stack=sent.stack))

    def _failure(self, event: dict[str, Any]) -> None:
        sent = self._sent.pop(event["requestId"], None)
        if sent:
            why = event.get("errorText", "")
            canceled = event.get("canceled", False)
            self._ended(Request(sent.method, sent.url, sent.kind, None, why, canceled, sent.stack))

    def _ended(self, request: Request) -> None:
        if counts(request, self._site):
            self._failed.append(request)
            self.note(f"[error] {failure_words(request).replace(chr(10), chr(10) + '    ')}")
        elif not request.canceled:
            # In words that accuse nobody.
            self.note(
                f"[network] {request.method} {request.url} {request.status or request.failure}, which is no matter"
            )


def _addresses(stack: dict[str, Any] | None) -> tuple[str, ...]:
    found = []
    while stack:
        found += [
            f"{each['url']}:{each['lineNumber'] + 1}:{each['columnNumber'] + 1}"
            for each in stack["callFrames"]
        ]
        stack = stack.get("parent")
    return tuple(found)
