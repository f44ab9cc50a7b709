"""One attempt: a new browser goes through the steps, until one fails."""

import contextlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from time import monotonic

import structlog
from playwright.sync_api import BrowserContext, Error, Page, Playwright

from jobs.canary.browser import browser
from jobs.canary.browser_log import Ear
from jobs.canary.steps import Step
from jobs.canary.tracing import without_secrets
from jobs.canary.visit import BrowserGoneError, BrowserVisit, StepError
from models import picture
from models.rules import console
from models.rules.secrecy import KnownSecrets
from models.rules.smoke import Result
from models.rules.smoke import RunStep as Done
from models.settings.canary import Server

_PICTURE_MS = 5_000
# Gives what a step started the time to be heard before the step is over.
_REST_MS = 25
_FAILURES = 3
_GONE = "The browser did not live, for which no site and no plugin is blamed"
_ERROR_LIMIT = 4_000

_log = structlog.get_logger()

# Called before each step, with the steps that are done and the name of the next one.
Tell = Callable[[Sequence[Done], str], None]


@dataclass
class Made:
    """The result of an attempt.

    If the browser died, the step at that moment counts as skipped, and the attempt proves nothing.
    """

    steps: list[Done] = field(default_factory=list)
    log: str = ""
    picture: bytes | None = None
    trace: bytes | None = None

    @property
    def last(self) -> Done | None:
        """The step at which it ended."""
        return self.steps[-1] if self.steps else None

    def has(self, result: Result) -> bool:
        """Whether a step ended so."""
        return any(step.result == result for step in self.steps)


def attempt(
    playwright: Playwright,
    server: Server,
    steps: Sequence[Step],
    known: KnownSecrets,
    tell: Tell,
    *,
    mark: str,
    traced: bool,
    sandboxed: bool,
) -> Made:
    """Go through the steps with a new browser, until one fails.

    `mark` makes what is written on the site unique. Errors of the browser end in the result.
    """
    made = Made()
    try:
        with browser(playwright, server, sandboxed=sandboxed) as (context, folder):
            if traced:
                context.tracing.start(screenshots=True, snapshots=True)
            page = context.pages[0] if context.pages else context.new_page()
            ear = Ear(page, server.url, known)
            visit = BrowserVisit(page, server, mark)
            _go(visit, ear, steps, made, tell)
            made.log = ear.log
            if made.has(Result.FAILED):
                made.picture = _picture(page, min(_PICTURE_MS, server.step_seconds * 1000))
            if traced:
                made.trace = _trace(context, folder, known)
    except Error as error:
        # The rest is the browser's command line and what it wrote, for operators alone.
        first = error.message.partition("\n")[0]
        said = known.removed(error.message[:_ERROR_LIMIT])
        _log.warning(
            "browser_failed", server=server.name, error=said, hint="python -m models check"
        )
        made.steps.append(
            Done("start the browser", Result.SKIPPED, 0, _words(known, f"{_GONE}: {first}"))
        )
    return made


def _go(visit: BrowserVisit, ear: Ear, steps: Sequence[Step], made: Made, tell: Tell) -> None:
    for step in steps:
        tell(made.steps, step.name)
        ear.note(f"[step] {step.name}")
        began = monotonic()
        result = Result.PASSED
        said = None
        try:
            _do(visit, ear, step)
        except BrowserGoneError:
            result = Result.SKIPPED
            said = _GONE
        except StepError as error:
            result = Result.FAILED
            said = "\n".join([str(error), *ear.failures()[:_FAILURES]])
        took = round((monotonic() - began) * 1000)
        made.steps.append(Done(step.name, result, took, _words(ear.known, said) if said else None))
        if result is not Result.PASSED:
            return


def _do(visit: BrowserVisit, ear: Ear, step: Step) -> None:
    """Do the step; it also fails when a request of the page fails meanwhile."""
    visit.begin_step()
    step.do(visit)
    visit.rest(_REST_MS)
    if failed := ear.failures():
        first, *more = failed
        raise StepError("\n".join([first, *more[: _FAILURES - 1]]))


def _picture(page: Page, milliseconds: float) -> bytes | None:
    """A picture of the page, or of its visible part if it is too long; None if it does not answer."""
    with contextlib.suppress(Error):
        for whole in (True, False):
            shot = page.screenshot(full_page=whole, timeout=milliseconds, animations="disabled")
            with contextlib.suppress(picture.PictureError):
                return picture.made_anew(shot)
    return None


def _trace(context: BrowserContext, folder: Path, known: KnownSecrets) -> bytes | None:
    path = folder / "trace.zip"
    with contextlib.suppress(Error):  # the browser may have died
        context.tracing.stop(path=path)
        return without_secrets(path, known)
    return None


def _words(known: KnownSecrets, text: str) -> str | None:
    return console.message(known.removed(text))
