"""The sources that judge plugins, one descriptor each. All that differs between them is said here, and only here.

A judging source decides the status. Who ought to be heard, and is missed when silent, is in `models.rules.watched`.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from models.rules.speaking import marked
from models.rules.status import Verdict


class JudgingSource(StrEnum):
    """Who judged: a Plugin Guard on a canary server, the Plugin Canary's browser, or the plugin's own CI."""

    GUARD = "guard"
    CANARY = "canary"
    TESTS = "tests"


# What stands for them where a Guard, or a client site, sent none.
NO_ERROR = marked("The report came without an error text.")
NO_BACKTRACE = marked("The site sent no backtrace.")


@dataclass(frozen=True, slots=True)
class RunPage:
    """Where people see a run: `address` with {repository} (owner/name) and {run}, whose text has this `shape`."""

    address: str
    shape: str


@dataclass(frozen=True, slots=True)
class Descriptor:
    """What the house must know of a judging source.

    A verdict older than its `deadline` counts as unknown. `failing` is what it calls a plugin that fails.

    Words that go `by_commits` are put in the order of the commits that they are about, and of one pair of commits they
    never get better. Those of other sources go by their own clock: the later one counts.

    CI runs `in_repository`. It names no host commit, the workflow takes the place of the server that said it, and what
    it says of a private repository is as private.

    `column` heads its column. `who` is part of a sentence. `seen` says whose evidence an incident is, and `seen_at`
    also where, at {place}. `artefacts` is the question by which people get a run's log and screenshot, with {} for the
    server.
    """

    deadline: timedelta
    failing: Verdict
    column: str
    who: str
    seen: str
    seen_at: str
    by_commits: bool = False
    in_repository: bool = False
    no_error: str = NO_ERROR
    no_backtrace: str = NO_BACKTRACE
    artefacts: str = ""
    run_page: RunPage | None = None
    newest_run: str = ""


DESCRIPTORS: Mapping[JudgingSource, Descriptor] = {
    JudgingSource.GUARD: Descriptor(
        # A Guard reports when its site starts, and canary servers are rebuilt once a day; a registration counts for
        # three days, so two missed rebuilds are forgiven.
        deadline=timedelta(days=3),
        failing=Verdict.INCOMPATIBLE,
        by_commits=True,
        column=marked("Guard"),
        who=marked("a canary server"),
        seen=marked("Seen by a canary server"),
        seen_at=marked("Seen on {place}"),
    ),
    JudgingSource.CANARY: Descriptor(
        # The browser canary runs daily.
        deadline=timedelta(days=2),
        failing=Verdict.SMOKE_FAILING,
        column=marked("Canary"),
        who=marked("a browser canary"),
        seen=marked("Seen by the browser canary"),
        seen_at=marked("Seen by the browser canary on {place}"),
        no_error=marked("The browser canary gave no error text."),
        artefacts="/plugin canary {}",
    ),
    JudgingSource.TESTS: Descriptor(
        # CI is asked every ten minutes, but a quiet repository may go a week without a run.
        deadline=timedelta(days=7),
        failing=Verdict.TESTS_FAILING,
        in_repository=True,
        column=marked("Tests"),
        who=marked("CI"),
        seen=marked("Seen by CI"),
        seen_at=marked("Seen by CI in {place}"),
        no_error=marked("CI gave no error text; the run's log has it."),
        no_backtrace=marked("CI says no more of it; the run's log has the whole."),
        run_page=RunPage("https://github.com/{repository}/{run}", r"(?:actions/)?runs/[0-9]{1,20}"),
        newest_run=marked("Look at the newest CI run of this branch."),
    ),
}

_BY_NAME: Mapping[str, Descriptor] = {str(source): about for source, about in DESCRIPTORS.items()}
BY_COMMITS = tuple(source for source, about in DESCRIPTORS.items() if about.by_commits)
IN_REPOSITORY = tuple(source for source, about in DESCRIPTORS.items() if about.in_repository)


def descriptor(origin: str) -> Descriptor | None:
    """The source on whose word an incident rests; None where it rests on what client sites say."""
    return _BY_NAME.get(origin)


def effective(
    verdict: Verdict,
    seen_at: datetime,
    source: JudgingSource,
    now: datetime,
    *,
    expired: bool = False,
) -> Verdict:
    """The verdict as it may be shown at `now`: older than its source's deadline it is unknown, never green.

    One may have `expired` before that, when whoever said it fell silent.
    """
    is_fresh = now - seen_at <= DESCRIPTORS[source].deadline
    return verdict if is_fresh and not expired else Verdict.UNKNOWN
