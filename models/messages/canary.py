"""The answers to `canary`: how the browser's smoke tests went, on every server or on one."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from models.messages.message import Block, Buttons, Code, Items, Links, Message, Table, Text, Tone
from models.messages.suggestions import closest
from models.messages.times import ago, clock, lasted
from models.messages.words import clip, count, either, error, error_line, joined, ordinal, short
from models.rules.smoke import Attempt, Result, RunState, Step, failed_step
from models.views import CanaryRunView
from models.views.sources import SourceIncidentView

_ROWS = 50
_STEPS = 60
_BLAMED = 10
_STEP_LIMIT = 120
_NAME_LIMIT = 253  # of a domain
_SAID_LIMIT = 240

_STATES = {
    RunState.RUNNING: "… running",
    RunState.NEVER_FINISHED: "? never finished",
    RunState.PASSED: "✓ passed",
    RunState.FAILED: "✗ failed",
    RunState.NOTHING: "? proves nothing",
}
_TONES = {
    RunState.RUNNING: Tone.INFO,
    RunState.NEVER_FINISHED: Tone.UNKNOWN,
    RunState.PASSED: Tone.HEALTHY,
    RunState.FAILED: Tone.BROKEN,
    RunState.NOTHING: Tone.UNKNOWN,
}
_CLAIMS = {
    RunState.RUNNING: "a smoke test is running",
    RunState.NEVER_FINISHED: "the last smoke test never finished",
    RunState.PASSED: "the last smoke test passed",
    RunState.FAILED: "the last smoke test failed",
    RunState.NOTHING: "the last smoke test proves nothing",
}
_RESULTS = {Result.PASSED: "✓ passed", Result.FAILED: "✗ failed", Result.SKIPPED: "– skipped"}
_WORST_FIRST = (Tone.BROKEN, Tone.UNKNOWN, Tone.INFO, Tone.HEALTHY)

_HOW_TO_BEGIN = (
    "Name the servers in the setting CANARY_SERVERS, and the jobs process tests them every day.",
    "Or an operator makes a key for a canary of your own: python -m models keys create --kind canary --name SERVER. "
    "It PUTs its runs to /canary/runs/ID of this project's address; /docs there tells how.",
)


def servers_message(runs: Sequence[CanaryRunView], now: datetime, untested: Mapping[str, str]) -> Message:
    """How each server's newest run stands. `runs` are by server; the `untested` ones are due when it says."""
    if not runs and not untested:
        blocks = (Text("What to do:"), Items(_HOW_TO_BEGIN))
        return Message("No browser canary has told of a run yet", Tone.INFO, blocks)
    failed = sum(run.state is RunState.FAILED for run in runs)
    number = len(runs) + len(untested)
    title = f"The smoke test fails on {f'{failed:,}' if failed else 'none'} of {count(number, 'server')}"
    rows = tuple((clip(run.server), _STATES[run.state], _host(run), ago(run.started_at, now)) for run in runs[:_ROWS])
    rows += tuple((clip(name), "– none yet", "—", clip(due)) for name, due in untested.items())[:_ROWS]
    rest = len(runs) - _ROWS
    more = (Text(f"and {rest:,} more"),) if rest > 0 else ()
    hint = Text("One server's steps, log and screenshot: /plugin canary SERVER", quiet=True)
    worst = min((_TONES[run.state] for run in runs), key=_WORST_FIRST.index, default=Tone.INFO)
    return Message(title, worst, (Table(("Server", "Newest run", "Host", "Started"), rows), *more, hint))


def server_message(
    runs: Sequence[CanaryRunView],
    incident: SourceIncidentView | None,
    artefacts: Sequence[tuple[str, str]],
    now: datetime,
    *,
    is_ours: bool = False,
) -> Message:
    """A server's newest run in full, then its last runs. `runs` are newest first, at least one.

    `artefacts` are the labels and addresses of what the newest run left behind, none for whom they are not meant.
    `is_ours` where it can be tested at once.
    """
    newest = runs[0]
    blocks: tuple[Block, ...] = (
        Text(_story(newest, now)),
        *failure(newest),
        *attribution(newest, incident),
        *attempts(newest),
        *_links(artefacts, newest),
        *_steps(newest),
        Text("Its last runs:"),
        Table(("Started", "Result", "Host", "Took"), tuple(_row(run, now) for run in runs[:_ROWS])),
        *((Buttons((run_button("Run now", newest.server),)),) if is_ours else ()),
    )
    return Message(title(newest), tone(newest), blocks)


def untested_message(server: str, due: str) -> Message:
    """A server of ours that was never tested."""
    blocks = (Text(f"Its test is due {clip(due)}."), Buttons((run_button("Run now", server),)))
    return Message(f"{clip(server)}: no smoke test has run yet", Tone.INFO, blocks)


def title(run: CanaryRunView) -> str:
    """How the run stands, in a line."""
    late = f" at the {ordinal(len(run.earlier) + 1)} attempt" if run.earlier and run.state is RunState.PASSED else ""
    return f"{clip(run.server)}: {_CLAIMS[run.state]}{late}"


def tone(run: CanaryRunView) -> Tone:
    """How that feels."""
    return _TONES[run.state]


def run_button(label: str, server: str) -> tuple[str, str]:
    """A button that has the server tested now."""
    return label, f"canary run {clip(server, _NAME_LIMIT)}"


def details_button(server: str) -> tuple[str, str]:
    """A button that shows its newest run with all that it left behind."""
    return "Log and pictures", f"canary {clip(server, _NAME_LIMIT)}"


def unknown_server(name: str, known: Sequence[str]) -> Message:
    """No canary has told of this server; which ones are close."""
    meant = closest(name, known)
    hint = f"Did you mean {either(meant)}?" if meant else "All servers: /plugin canary"
    return Message(f"No browser canary tells of a server “{clip(name)}”", Tone.INFO, (Text(hint),))


def _story(run: CanaryRunView, now: datetime) -> str:
    began = f"Started {ago(run.started_at, now)}, {clock(run.started_at)}, on {_host(run)}"
    loaded = f"with {count(run.plugins, 'plugin')} loaded"
    if run.finished_at:
        return f"{began}, {loaded}. It took {lasted(run.started_at, run.finished_at)}."
    silence = ", then nothing was heard" if run.state is RunState.NEVER_FINISHED else " so far"
    return f"{began}, {loaded}. It told of {count(len(run.steps), 'step')}{silence}."


def failure(run: CanaryRunView) -> tuple[Block, ...]:
    """At which step it failed, and what that said."""
    step = failed_step(run.steps)
    if step is None:
        untried = next((step.message for step in run.steps if step.result == Result.SKIPPED and step.message), None)
        return (Text(f"{clip(untried, _SAID_LIMIT)}."),) if untried else ()
    said = error(step.message)
    where = Text(f"Failed step: {clip(step.name, _STEP_LIMIT)}, after {_took(step.duration_ms)}")
    return (where, Code(said, "What it said")) if said else (where,)


def attempts(run: CanaryRunView) -> tuple[Block, ...]:
    """What else was tried."""
    if not run.earlier:
        return ()
    lines = (f"Attempt {each.number} ended at: {_attempt(each)}" for each in run.earlier)
    return (Items(tuple(lines)),)


def attribution(run: CanaryRunView, incident: SourceIncidentView | None = None) -> tuple[Block, ...]:
    """Whom the failure is blamed on."""
    if run.state is not RunState.FAILED:
        return ()
    if run.blamed:
        rest = len(run.blamed) - _BLAMED
        more = (f"{rest} more",) if rest > 0 else ()
        names = tuple(map(clip, run.blamed[:_BLAMED]))
        return (Text(f"Attributed to {joined((*names, *more))}. The error: /plugin log {names[0]}"),)
    number = f" It is server incident {incident.number}." if incident else ""
    return (Text(f"Attributed to no plugin: neither its steps nor its console log blame one that it loaded.{number}"),)


def _attempt(attempt: Attempt) -> str:
    said = error_line(attempt.message)
    return f"{clip(attempt.step, _STEP_LIMIT)}{f' ({said})' if said else ''}"


def _links(artefacts: Sequence[tuple[str, str]], run: CanaryRunView) -> tuple[Block, ...]:
    if not artefacts and run.artefacts:
        return (Text("Its log and pictures are shown to guardians and admins.", quiet=True),)
    if not artefacts:
        return (Text("No log and no screenshot of this run is kept.", quiet=True),)
    return (Links(tuple(artefacts)), Text("These links work for an hour; then ask again.", quiet=True))


def _steps(run: CanaryRunView) -> tuple[Block, ...]:
    """The steps as they went; those that failed come first, for they are what one looks for."""
    if not run.steps:
        return (Text("It told of no step."),)
    ordered = sorted(run.steps, key=lambda step: step.result != Result.FAILED)
    rows = tuple(_step(step) for step in ordered[:_STEPS])
    rest = len(ordered) - _STEPS
    more = (Text(f"and {rest:,} more"),) if rest > 0 else ()
    return (Table(("Step", "Result", "Took"), rows), *more)


def _step(step: Step) -> tuple[str, str, str]:
    took = "—" if step.result == Result.SKIPPED else _took(step.duration_ms)
    return clip(step.name, _STEP_LIMIT), _RESULTS[Result(step.result)], took


def _row(run: CanaryRunView, now: datetime) -> tuple[str, ...]:
    took = lasted(run.started_at, run.finished_at) if run.finished_at else "—"
    return ago(run.started_at, now), _outcome(run), _host(run), took


def _outcome(run: CanaryRunView) -> str:
    if run.state is RunState.FAILED and run.blamed:
        rest = len(run.blamed) - 1
        return f"{_STATES[run.state]}: {clip(run.blamed[0])}" + (f" and {rest} more" if rest else "")
    return _STATES[run.state]


def _host(run: CanaryRunView) -> str:
    return f"{clip(run.host_branch)} at {short(run.host_sha)}"


def _took(milliseconds: int) -> str:
    if milliseconds < 1_000:
        return f"{milliseconds} ms"
    return f"{milliseconds / 1_000:.1f} s"
