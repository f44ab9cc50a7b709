"""What steps can do on a site, each within the time left for its step and for the whole attempt."""

from collections.abc import Callable
from time import monotonic
from typing import TypeVar

from playwright.sync_api import Error, Locator, Page, TimeoutError  # noqa: A004 - the library's own name
from pydantic import SecretStr

from models.settings.canary import Server

_ERRORS = 400

Result = TypeVar("Result")


class StepError(Exception):
    """The step failed; the message says how, to whoever reads the report."""


class BrowserGoneError(Exception):
    """The browser died; no site and no plugin is to blame for that."""


class BrowserVisit:
    """One visit of the site, on a new page. `mark` makes what it writes unique."""

    def __init__(self, page: Page, server: Server, mark: str) -> None:
        self.page = page
        self.mark = mark
        self.username: str = server.username
        self.password: SecretStr = server.password
        self._server = server
        self._is_gone = False
        self._attempt_ends = monotonic() + server.run_seconds
        self._step_ends = 0.0
        page.on("crash", self._gone)
        page.on("close", self._gone)

    def begin_step(self) -> None:
        """A step's time begins."""
        self._step_ends = monotonic() + self._server.step_seconds

    def open(self, path: str) -> None:
        """Go to a page of the site."""
        address = f"{self._server.url}{path}"
        answered = self._within(
            f"{path} did not load",
            lambda ms: self.page.goto(address, wait_until="domcontentloaded", timeout=ms),
        )
        if answered is not None and answered.status >= _ERRORS:
            raise StepError(f"{path} was answered with {answered.status}")

    def see(self, selector: str, text: str | None = None) -> None:
        """Wait until it can be seen, with this text in it if any."""
        found = self._found(selector, text)
        # Without the mark, because the same failure must read the same in the next run.
        shown = f" “{text.replace(self.mark, '…')}”" if text else ""
        self._within(
            f"“{selector}” did not show{shown}",
            lambda ms: found.wait_for(state="visible", timeout=ms),
        )

    def see_focused(self, selector: str) -> None:
        """Wait until what is typed goes into a field within it."""
        focused = self.page.locator(f"{selector} :is(input, textarea, [contenteditable]):focus")
        self._within(
            f"nothing in “{selector}” was focused", lambda ms: focused.first.wait_for(timeout=ms)
        )

    def shows(self, selector: str) -> bool:
        """Whether it can be seen at this moment."""
        return self._within("the page did not answer", lambda _: self._found(selector).is_visible())

    def press(self, selector: str) -> None:
        """Click it, once it can be clicked."""
        found = self._found(selector)
        self._within(f"“{selector}” could not be clicked", lambda ms: found.click(timeout=ms))

    def write(self, selector: str, text: str) -> None:
        """Put the text in place of what stands in the field."""
        found = self._found(selector)
        self._within(
            f"“{selector}” could not be written into", lambda ms: found.fill(text, timeout=ms)
        )

    def rest(self, milliseconds: float) -> None:
        """Let the page go on for a moment."""
        self._within("the page did not answer", lambda _: self.page.wait_for_timeout(milliseconds))

    def _found(self, selector: str, text: str | None = None) -> Locator:
        return self.page.locator(selector).filter(has_text=text, visible=True).first

    def _within(self, otherwise: str, act: Callable[[float], Result]) -> Result:
        left = min(self._step_ends, self._attempt_ends) - monotonic()
        if left <= 0:
            raise StepError(self._late(otherwise))
        try:
            return act(left * 1000)
        except TimeoutError as error:
            raise StepError(self._late(otherwise)) from error
        except Error as error:
            if self._is_gone:
                raise BrowserGoneError from error
            raise StepError(f"{otherwise}: {error.message.partition(chr(10))[0]}") from error

    def _late(self, what: str) -> str:
        if self._attempt_ends < self._step_ends:
            return f"{what}, and the whole attempt took longer than {self._server.run_seconds:g} s"
        return f"{what} within {self._server.step_seconds:g} s"

    def _gone(self, _page: Page) -> None:
        self._is_gone = True
