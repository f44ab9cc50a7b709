"""What a run of the browser canary proves, and whom its steps and its console blame."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import StrEnum

from models.rules.attribution import blamed
from models.rules.excerpt import cut_middle

# How many characters of what all steps of a run say are kept; those that failed come first.
KEPT_MESSAGES = 16_000

# The canary tries three times, each for ten minutes at the most, and pauses for half a minute between at the most. Who
# is not done by then never will be.
LONGEST_RUN = 3 * timedelta(seconds=600) + 2 * timedelta(seconds=30)

# Of one server, of those that its key tells of: fifty a day for as long as they are kept.
MOST_RUNS = 1_500
# What a server may tell of within an hour: the runs of a day, and what the largest run leaves behind.
MOST_RUNS_AN_HOUR = 50
MOST_BYTES_AN_HOUR = 10 * 1024 * 1024
COUNTED_WITHIN = timedelta(hours=1)

_LINES_AROUND = 3
_LONGEST_BLOCK = 200  # lines
_EXCERPT = 8_000  # characters
_LONGEST_LINE = 1_000
_JOB = "canary "
_HEADING = "=== attempt "

_MAY_BLAME = re.compile(r"plugins/|\[PLUGIN |\bPlugin '")
# A word such as "error", not as a part of a name, of a path or of a file.
_ERROR = re.compile(
    r"(?<![\w/.-])(?:\w*errors?|uncaught|exception|fatal|severe|failed|failure)(?![\w/-]|\.\w)", re.IGNORECASE
)
_NOTICE = re.compile(r"deprecat|\[Admin Notice\]|contains code which needs updating", re.IGNORECASE)
_RUBY_FRAME = re.compile(r":\d+:in [`']")
# Stack frames, and what is indented, say more of the line before them.
_CONTINUES = re.compile(r"\s+\S|/|\d+: from |(?:at|from) ")


class Result(StrEnum):
    """How a step ended."""

    PASSED = "passed"
    FAILED = "failed"
    SKIPPED = "skipped"


@dataclass(frozen=True, slots=True)
class RunStep:
    """A step of a run, in the canary's own words."""

    name: str
    result: str
    duration_ms: int
    message: str | None = None


@dataclass(frozen=True, slots=True)
class EarlierAttempt:
    """An attempt that does not count: its number, the step at which it ended, and what that said."""

    number: int
    step: str
    message: str | None = None


def within_bounds(steps: Sequence[RunStep], most: int = KEPT_MESSAGES) -> tuple[RunStep, ...]:
    """The steps, of which all messages together are no longer than so many characters: first those of failed steps."""
    kept: dict[int, str] = {}
    in_order = sorted(range(len(steps)), key=lambda place: steps[place].result != Result.FAILED)
    for place in in_order:
        kept[place] = cut_middle(steps[place].message or "", most)
        most -= len(kept[place])
    return tuple(replace(step, message=kept[place] or None) for place, step in enumerate(steps))


class Conclusion(StrEnum):
    """What a finished run proves. One without steps, or with a step left out, proves nothing."""

    PASSED = "passed"
    FAILED = "failed"
    NOTHING = "nothing"


class RunState(StrEnum):
    """A run as people are told of it."""

    RUNNING = "running"
    NEVER_FINISHED = "never finished"
    PASSED = "passed"
    FAILED = "failed"
    NOTHING = "proves nothing"


class _LineKind(StrEnum):
    ERROR = "error"
    NOTICE = "notice"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Evidence:
    """Who is blamed, in the spelling of whoever blames: by the steps' messages, and by which console line first."""

    said: tuple[str, ...] = ()
    seen: dict[str, int] = field(default_factory=dict)

    @property
    def names(self) -> tuple[str, ...]:
        """All who are blamed, each once."""
        return tuple(dict.fromkeys((*self.said, *self.seen)))


@dataclass(frozen=True, slots=True)
class SeenError:
    """An error of the console: the line that heads it, all of its lines, and these with a few lines around them."""

    line: str
    whole: str
    excerpt: str


def job_name(server: str) -> str:
    """What the clock calls the job that tests the server."""
    return f"{_JOB}{server}"


def run_name(server: str, run_id: str) -> str:
    """How a run is called among those of all servers: each names its own."""
    return f"{server}/{run_id}"


def server_of(job: str) -> str | None:
    """The server that a job of the clock tests; None for another kind of job."""
    return job.removeprefix(_JOB) if job.startswith(_JOB) else None


def conclusion(steps: Sequence[RunStep]) -> Conclusion:
    """What a finished run with these steps proves."""
    results = {step.result for step in steps}
    if Result.FAILED in results:
        return Conclusion.FAILED
    return Conclusion.PASSED if results == {Result.PASSED} else Conclusion.NOTHING


def run_state(concluded: str | None, started_at: datetime, now: datetime) -> RunState:
    """How a run stands at `now`; `concluded` is empty while it has not finished."""
    if concluded is not None:
        return RunState[Conclusion(concluded).name]
    return RunState.RUNNING if now - started_at <= LONGEST_RUN else RunState.NEVER_FINISHED


def failed_step(steps: Sequence[RunStep]) -> RunStep | None:
    """The step that failed first."""
    return next((step for step in steps if step.result == Result.FAILED), None)


def heading(number: int, of: int) -> str:
    """The line of a log under which an attempt's own lines stand; those of the one that counts stand last."""
    return f"{_HEADING}{number} of {of} ==="


def last_attempt(console: Sequence[str]) -> Sequence[str]:
    """What the console showed during the attempt that counts."""
    start = next((place for place in reversed(range(len(console))) if console[place].startswith(_HEADING)), 0)
    return console[start:]


def evidence(steps: Sequence[RunStep], console: Sequence[str]) -> Evidence:
    """Whom the messages of the failed steps and the lines of the console blame.

    What was deprecated and what administrators were warned of, which healthy servers show as well, count only where
    the console shows no error at all. Other lines say what was loaded, not what went wrong.
    """
    failed = [step.message or "" for step in steps if step.result == Result.FAILED]
    said = [line for message in failed for line in message.splitlines()]
    seen = list(_blaming(console))
    for wanted in (_LineKind.ERROR, _LineKind.NOTICE):
        lines = [line for line in said if (_NOTICE.search(line) is not None) == (wanted is _LineKind.NOTICE)]
        places: dict[str, int] = {}
        for place, kind in seen:
            if kind is wanted:
                for name in blamed(console[place]):
                    places.setdefault(name, place)
        found = Evidence(blamed("\n".join(lines)), places)
        if found.names or first_error(console):
            return found
    return Evidence()


def first_error(console: Sequence[str]) -> str | None:
    """The first line that tells of an error, whoever caused it."""
    found = (line for line in console if _ERROR.search(line) and not _NOTICE.search(line))
    return next((cut_middle(line.strip(), _LONGEST_LINE) for line in found), None)


def error_at(console: Sequence[str], place: int) -> SeenError:
    """The error that the console shows at this place."""
    start, end = _block(console, place)
    around = console[max(0, start - _LINES_AROUND) : end + _LINES_AROUND]
    return SeenError(
        line=cut_middle(console[start].strip(), _LONGEST_LINE),
        whole=cut_middle("\n".join(console[start:end]), _EXCERPT),
        excerpt=cut_middle("\n".join(around), _EXCERPT),
    )


def _blaming(console: Sequence[str]) -> Iterator[tuple[int, _LineKind]]:
    """The places that may blame somebody, each with what kind of line it is or belongs to."""
    head = 0
    for place, line in enumerate(console):
        if not _CONTINUES.match(line):
            head = place
        if _MAY_BLAME.search(line):
            kind = _kind(line)
            if kind is _LineKind.OTHER and head != place:
                kind = _kind(console[head])
            yield place, _LineKind.ERROR if kind is _LineKind.OTHER and _RUBY_FRAME.search(line) else kind


def _kind(line: str) -> _LineKind:
    if _NOTICE.search(line):
        return _LineKind.NOTICE
    return _LineKind.ERROR if _ERROR.search(line) else _LineKind.OTHER


def _block(console: Sequence[str], place: int) -> tuple[int, int]:
    """Where the lines that belong together around a place begin and end."""
    start, end = place, place + 1
    while start > 0 and place - start < _LONGEST_BLOCK and _CONTINUES.match(console[start]):
        start -= 1
    while end < len(console) and end - place < _LONGEST_BLOCK and _CONTINUES.match(console[end]):
        end += 1
    return start, end
