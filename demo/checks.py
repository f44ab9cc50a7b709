"""Scenes of what only a browser, CI or GitHub can tell."""

from collections.abc import Iterator

from demo.canary import Accident
from demo.cast import Cast
from demo.failures import SECRETS
from demo.scene import DemoStep

TIDES = "discourse-tide-tables"
SCORES = "discourse-choir-scores"
MARKET = "discourse-night-market"

_NO_TIDES = Accident(
    "open the first topic",
    "timed out after 100 s: no post appeared",
    "[error] Uncaught TypeError: Cannot read properties of undefined (reading 'nextHighTide')\n"
    f"    at render (https://canary.example/assets/plugins/{TIDES}-3f9a1c5e77b04d21.js:9:1204)\n"
    "    at Renderer.renderTransaction (https://canary.example/assets/vendor-5d41402a.js:3911:20)\n"
    f"[log] \x1b[33mcookie: _forum_session={SECRETS[0]}\x1b[0m <script>alert('tide')</script>\n",
)
_NO_ANSWER = Accident(
    "log in", "POST /session answered 502", "[error] Failed to load resource: 502 (Bad Gateway)\n"
)


def browsers_start(cast: Cast) -> Iterator[DemoStep]:
    """Both smoke tests pass."""
    cast.newest_browser.passes()
    cast.stable_browser.passes()
    yield DemoStep("05:20", "The browser canaries walk through both servers: every step passes")


def a_browser_finds_it(cast: Cast) -> Iterator[DemoStep]:
    """A plugin loads, and only a browser sees that it does not work."""
    cast.commits.push(TIDES)
    cast.newest.report(TIDES)
    cast.newest_browser.fails(_NO_TIDES)
    yield DemoStep("09:45", f"{TIDES} loads, but no topic opens: the browser's console blames it")
    cast.commits.push(TIDES)
    cast.newest.report(TIDES)
    cast.newest_browser.passes()
    yield DemoStep("09:55", "Its next commit passes the smoke test")


def tests_fail(cast: Cast) -> Iterator[DemoStep]:
    """CI fails, and passes again."""
    cast.github.ci(SCORES, "success")
    cast.commits.push(SCORES)
    cast.github.ci(
        SCORES, "failure", "1 of 214 examples failed: Score#transpose keeps the key signature"
    )
    yield DemoStep("11:50", f"GitHub reports that the tests of {SCORES} fail")
    cast.commits.push(SCORES)
    cast.github.ci(SCORES, "success")
    yield DemoStep("12:05", "They pass again")


def a_server_fails(cast: Cast) -> Iterator[DemoStep]:
    """The smoke test fails without a plugin to blame."""
    cast.stable_browser.fails(_NO_ANSWER)
    yield DemoStep(
        "15:50",
        "Nobody can log in on stable, and no plugin is to blame: the server has an incident of its own",
    )
    cast.stable_browser.passes()
    yield DemoStep("16:00", "The next run passes")


def a_repository_is_archived(cast: Cast) -> Iterator[DemoStep]:
    """A plugin is given up."""
    cast.github.archive(MARKET)
    yield DemoStep("17:10", f"The repository of {MARKET} is archived: who runs it should know")
