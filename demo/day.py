"""The day: scenes of steps, each of which somebody reports over HTTP."""

from collections.abc import Iterator

from demo import checks, failures
from demo.cast import TESTS_PASSED, Cast
from demo.scene import DemoStep, Scene

PLANNER = "discourse-shift-planner"
CLOUD = "discourse-cloud-attachments"
PARADE = "discourse-badge-parade"
TICKETS = "discourse-event-tickets"
BROKEN_AT_BOOT = (
    *("discourse-group-calendar", "discourse-tool-lending"),
    *("discourse-mentor-match", "discourse-photo-contest"),
)
BROKEN_IN_BROWSERS = ("discourse-map-pins", "discourse-member-spotlight", "discourse-reading-time")
ADAPTED = ("discourse-photo-contest", "discourse-map-pins")
HEALTHY = "discourse-recipe-cards"


def _canaries_start(cast: Cast) -> Iterator[DemoStep]:
    cast.newest.report()
    cast.stable.report()
    yield DemoStep(
        "05:00", f"Both canary servers are rebuilt: all {len(cast.newest.plugins)} plugins work"
    )


def _a_commit_breaks_a_plugin(cast: Cast) -> Iterator[DemoStep]:
    cast.commits.push(PLANNER)
    cast.newest.breaks(failures.TYPO, PLANNER)
    yield DemoStep("05:40", f"A commit breaks {PLANNER} on tests-passed: the first alert")
    cast.stable.breaks(failures.TYPO, PLANNER)
    yield DemoStep("06:05", "It fails on stable too: its card gets a line for each host branch")


def _sites_open(cast: Cast) -> Iterator[DemoStep]:
    third = len(cast.clients) // 3
    for clock, start in (("06:30", 0), ("06:50", third), ("07:10", 2 * third)):
        some = cast.clients[start : start + third]
        for client in some:
            client.register()
            client.report()
        yield DemoStep(
            clock, f"{some[0].domain} and {len(some) - 1} more register their plugins and report"
        )


def _a_repair_fails_and_another_works(cast: Cast) -> Iterator[DemoStep]:
    cast.commits.push(PLANNER)
    cast.newest.breaks(failures.FORGOTTEN_FILE, PLANNER)
    yield DemoStep("07:40", f"The repair of {PLANNER} forgot a file: the card is edited")
    (first, *_) = cast.running(PLANNER)
    first.breaks(failures.FORGOTTEN_FILE, PLANNER)
    yield DemoStep("08:00", f"{first.domain} has pulled it already, which its card counts")
    cast.commits.push(PLANNER)
    cast.newest.recovers(PLANNER)
    yield DemoStep("08:20", f"{PLANNER} works again on tests-passed")
    cast.stable.recovers(PLANNER)
    first.recovers(PLANNER)
    yield DemoStep("08:40", f"{PLANNER} works again on stable")


def _an_error_holds_secrets(cast: Cast) -> Iterator[DemoStep]:
    cast.commits.push(CLOUD)
    cast.newest.breaks(failures.LEAK, CLOUD)
    yield DemoStep("09:10", f"{CLOUD} fails, and its error holds secrets: look for them")
    cast.commits.push(CLOUD)
    cast.newest.recovers(CLOUD)
    yield DemoStep("09:40", f"{CLOUD} works again")


def _the_host_breaks_many(cast: Cast) -> Iterator[DemoStep]:
    cast.commits.push(TESTS_PASSED)
    cast.newest.breaks(failures.OLD_ARGUMENTS, *BROKEN_AT_BOOT)
    yield DemoStep(
        "10:00", f"The host changes: {len(BROKEN_AT_BOOT)} plugins fail at once and share one card"
    )
    for clock, plugin in zip(("10:10", "10:20", "10:30"), BROKEN_IN_BROWSERS, strict=True):
        cast.newest.breaks(failures.LOST_COMPONENT, plugin)
        yield DemoStep(clock, f"{plugin} fails in the browser: it joins the outbreak")
    cast.newest.report()
    yield DemoStep("10:40", "All other plugins work on the new host")


def _a_plugin_flaps(cast: Cast) -> Iterator[DemoStep]:
    cast.commits.push(PARADE)
    cast.newest.breaks(failures.NIL_BADGE, PARADE)
    yield DemoStep("11:10", f"A commit breaks {PARADE}")
    cast.github.issue(
        "opened", PARADE, 41, "No badge, no parade: undefined method 'image_url' for nil", "bug"
    )
    yield DemoStep("11:20", f"Somebody opens an issue; the room follows those of {PARADE}")
    cast.commits.push(PARADE)
    cast.newest.recovers(PARADE)
    yield DemoStep("11:40", f"{PARADE} is repaired")
    cast.github.issue(
        "closed", PARADE, 41, "No badge, no parade: undefined method 'image_url' for nil", "bug"
    )
    yield DemoStep("11:45", "The issue is closed")


def _two_adapt(cast: Cast) -> Iterator[DemoStep]:
    for clock, plugin in zip(("12:20", "12:50"), ADAPTED, strict=True):
        cast.commits.push(plugin)
        cast.newest.recovers(plugin)
        yield DemoStep(clock, f"{plugin} adapts to the new host: its line says so")
    cast.github.release(ADAPTED[0], "v2.1.0")
    yield DemoStep(
        "13:00", f"{ADAPTED[0]} publishes a release, of which its followers are notified"
    )


def _sites_fail_where_canaries_do_not(cast: Cast) -> Iterator[DemoStep]:
    cast.commits.push(TICKETS)
    cast.newest.report(TICKETS)
    cast.stable.report(TICKETS)
    yield DemoStep("13:10", f"A new {TICKETS} works on both canary servers")
    happenings = (
        ("13:30", "{} fails: one site alone is its own trouble"),
        ("13:50", "{} too: still no alert"),
        ("14:10", "{} is the third: an alert of field evidence"),
    )
    for (clock, words), site in zip(happenings, cast.running(TICKETS), strict=False):
        site.breaks(failures.NO_COLUMN, TICKETS)
        yield DemoStep(clock, words.format(site.domain))


def _the_host_is_mended(cast: Cast) -> Iterator[DemoStep]:
    cast.commits.push(TESTS_PASSED)
    cast.newest.works([*BROKEN_AT_BOOT, *BROKEN_IN_BROWSERS])
    cast.newest.report(*BROKEN_AT_BOOT)
    yield DemoStep("15:00", "The host restores the old way: what failed at boot loads again")
    cast.newest.report(*BROKEN_IN_BROWSERS)
    yield DemoStep("15:20", "The others follow: the outbreak is over")
    cast.newest.report()
    yield DemoStep("15:40", "All other plugins work on this host as well")


def _sites_repair(cast: Cast) -> Iterator[DemoStep]:
    cast.commits.push(TICKETS)
    for clock, client in zip(("16:10", "16:30", "16:50"), cast.running(TICKETS), strict=False):
        client.recovers(TICKETS)
        yield DemoStep(clock, f"{client.domain} installs the repaired {TICKETS}")


def _it_flaps_again(cast: Cast) -> Iterator[DemoStep]:
    cast.commits.push(PARADE)
    cast.newest.breaks(failures.NIL_BADGE, PARADE)
    yield DemoStep("17:30", f"{PARADE} breaks again: the same incident opens again")
    cast.stable.breaks(failures.NIL_BADGE, PARADE)
    yield DemoStep("17:50", "It fails on stable for the first time")


def _evening(cast: Cast) -> Iterator[DemoStep]:
    for client in cast.clients:
        client.report()
    yield DemoStep("18:30", "The client sites restart for the night")
    cast.newest.report()
    cast.stable.report()
    yield DemoStep("19:00", f"All quiet, but for {PARADE}, which stays broken")


SCENES = (
    Scene("Canary servers start", _canaries_start),
    Scene("Browser canaries start", checks.browsers_start),
    Scene("A commit breaks a plugin", _a_commit_breaks_a_plugin),
    Scene("Client sites open", _sites_open),
    Scene("A repair fails, another works", _a_repair_fails_and_another_works),
    Scene("An error holds secrets", _an_error_holds_secrets),
    Scene("It loads, but not in the browser", checks.a_browser_finds_it),
    Scene("A host update breaks many", _the_host_breaks_many),
    Scene("A plugin flaps", _a_plugin_flaps),
    Scene("Tests fail", checks.tests_fail),
    Scene("Two plugins adapt", _two_adapt),
    Scene("Only client sites fail", _sites_fail_where_canaries_do_not),
    Scene("The host is mended", _the_host_is_mended),
    Scene("Nobody is to blame", checks.a_server_fails),
    Scene("Client sites repair", _sites_repair),
    Scene("A repository is archived", checks.a_repository_is_archived),
    Scene("It flaps again", _it_flaps_again),
    Scene("Evening", _evening),
)
FIRST_MINUTE, LAST_MINUTE = 5 * 60, 19 * 60


def minute(clock: str) -> int:
    """The minute of the day."""
    hours, _, minutes = clock.partition(":")
    return int(hours) * 60 + int(minutes)
