"""The answers to `canary`: how the browser's smoke tests went, on every server or on one."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from models.messages.blocks import and_more, some_more
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


def servers_message(
    runs: Sequence[CanaryRunView],
    now: datetime,
    untested: Mapping[str, str],
) -> Message:
    """How each server's newest run stands.

    `runs` are sorted by server. `untested` maps a server without a run to when its first one is
    due.
    """
    if not runs and not untested:
        blocks = (Text("What to do:"), Items(_HOW_TO_BEGIN))
        return Message("No browser canary has told of a run yet", Tone.INFO, blocks)
    rows = [_server_row(run, now) for run in runs[:_ROWS]]
    rows += [(clip(name), "– none yet", "—", clip(due)) for name, due in untested.items()][:_ROWS]
    table = Table(("Server", "Newest run", "Host", "Started"), tuple(rows))
    more = map(Text, and_more(len(runs), _ROWS))
    hint = Text("One server's steps, log and screenshot: /plugin canary SERVER", quiet=True)
    worst = min((_TONES[run.state] for run in runs), key=_WORST_FIRST.index, default=Tone.INFO)
    return Message(_servers_title(runs, len(untested)), worst, (table, *more, hint))


def _servers_title(runs: Sequence[CanaryRunView], untested: int) -> str:
    failed = sum(run.state is RunState.FAILED for run in runs)
    fails = f"{failed:,}" if failed else "none"
    return f"The smoke test fails on {fails} of {count(len(runs) + untested, 'server')}"


def _server_row(run: CanaryRunView, now: datetime) -> tuple[str, ...]:
    return clip(run.server), _STATES[run.state], _host(run), ago(run.started_at, now)


def server_message(
    runs: Sequence[CanaryRunView],
    incident: SourceIncidentView | None,
    artefacts: Sequence[tuple[str, str]],
    now: datetime,
    *,
    is_ours: bool = False,
) -> Message:
    """A server's newest run in full, then its last runs. `runs` are newest first, at least one.

    `artefacts` are the labels and addresses of what the newest run left behind; empty for people
    who may not see them. `is_ours` is true where the server can be tested at once.
    """
    newest = runs[0]
    last_runs = tuple(_row(run, now) for run in runs[:_ROWS])
    run_now = (Buttons((run_button("Run now", newest.server),)),) if is_ours else ()
    blocks: tuple[Block, ...] = (
        Text(_story(newest, now)),
        *failure(newest),
        *attribution(newest, incident),
        *attempts(newest),
        *_links(artefacts, newest),
        *_steps(newest),
        Text("Its last runs:"),
        Table(("Started", "Result", "Host", "Took"), last_runs),
        *run_now,
    )
    return Message(title(newest), tone(newest), blocks)


def untested_message(server: str, due: str) -> Message:
    """A server of ours that was never tested. `due` says when it will be."""
    blocks = (Text(f"Its test is due {clip(due)}."), Buttons((run_button("Run now", server),)))
    return Message(f"{clip(server)}: no smoke test has run yet", Tone.INFO, blocks)


def title(run: CanaryRunView) -> str:
    """How the run stands, in one line."""
    said = f"{clip(run.server)}: {_CLAIMS[run.state]}"
    if run.earlier and run.state is RunState.PASSED:
        return f"{said} at the {ordinal(len(run.earlier) + 1)} attempt"
    return said


def tone(run: CanaryRunView) -> Tone:
    """The tone of a message about this run."""
    return _TONES[run.state]


def run_button(label: str, server: str) -> tuple[str, str]:
    """A button that has the server tested now."""
    return label, f"canary run {clip(server, _NAME_LIMIT)}"


def details_button(server: str) -> tuple[str, str]:
    """A button that shows the server's newest run with all that it left behind."""
    return "Log and pictures", f"canary {clip(server, _NAME_LIMIT)}"


def unknown_server(name: str, known: Sequence[str]) -> Message:
    """No canary has told of this server; says which names are close."""
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
    """The step at which the run failed and its error; else why a step was skipped, if it says so."""
    step = failed_step(run.steps)
    if step is None:
        return _why_skipped(run)
    said = error(step.message)
    where = Text(f"Failed step: {clip(step.name, _STEP_LIMIT)}, after {_took(step.duration_ms)}")
    if not said:
        return (where,)
    return (where, Code(said, "What it said"))


def _why_skipped(run: CanaryRunView) -> tuple[Block, ...]:
    for step in run.steps:
        if step.result == Result.SKIPPED and step.message:
            return (Text(f"{clip(step.message, _SAID_LIMIT)}."),)
    return ()


def attempts(run: CanaryRunView) -> tuple[Block, ...]:
    """At which steps the earlier attempts of this run ended."""
    if not run.earlier:
        return ()
    lines = (f"Attempt {each.number} ended at: {_attempt(each)}" for each in run.earlier)
    return (Items(tuple(lines)),)


def attribution(
    run: CanaryRunView,
    incident: SourceIncidentView | None = None,
) -> tuple[Block, ...]:
    """Which plugins the failure is blamed on; nothing where the run did not fail."""
    if run.state is not RunState.FAILED:
        return ()
    if run.blamed:
        names = tuple(map(clip, run.blamed[:_BLAMED]))
        listed = joined((*names, *some_more(len(run.blamed), _BLAMED)))
        return (Text(f"Attributed to {listed}. The error: /plugin log {names[0]}"),)
    number = f" It is server incident {incident.number}." if incident else ""
    words = "Attributed to no plugin: neither its steps nor its console log blame one that it loaded."
    return (Text(f"{words}{number}"),)


def _attempt(attempt: Attempt) -> str:
    said = error_line(attempt.message)
    step = clip(attempt.step, _STEP_LIMIT)
    return f"{step} ({said})" if said else step


def _links(artefacts: Sequence[tuple[str, str]], run: CanaryRunView) -> tuple[Block, ...]:
    if not artefacts and run.artefacts:
        return (Text("Its log and pictures are shown to guardians and admins.", quiet=True),)
    if not artefacts:
        return (Text("No log and no screenshot of this run is kept.", quiet=True),)
    return (
        Links(tuple(artefacts)),
        Text("These links work for an hour; then ask again.", quiet=True),
    )


def _steps(run: CanaryRunView) -> tuple[Block, ...]:
    """The steps in the order in which they ran; those that failed come first."""
    if not run.steps:
        return (Text("It told of no step."),)
    ordered = sorted(run.steps, key=lambda step: step.result != Result.FAILED)
    rows = tuple(_step(step) for step in ordered[:_STEPS])
    more = map(Text, and_more(len(ordered), _STEPS))
    return (Table(("Step", "Result", "Took"), rows), *more)


def _step(step: Step) -> tuple[str, str, str]:
    took = "—" if step.result == Result.SKIPPED else _took(step.duration_ms)
    return clip(step.name, _STEP_LIMIT), _RESULTS[Result(step.result)], took


def _row(run: CanaryRunView, now: datetime) -> tuple[str, ...]:
    took = lasted(run.started_at, run.finished_at) if run.finished_at else "—"
    return ago(run.started_at, now), _outcome(run), _host(run), took


def _outcome(run: CanaryRunView) -> str:
    state = _STATES[run.state]
    if run.state is not RunState.FAILED or not run.blamed:
        return state
    rest = len(run.blamed) - 1
    others = f" and {rest} more" if rest else ""
    return f"{state}: {clip(run.blamed[0])}{others}"


def _host(run: CanaryRunView) -> str:
    return f"{clip(run.host_branch)} at {short(run.host_sha)}"


def _took(milliseconds: int) -> str:
    if milliseconds < 1_000:
        return f"{milliseconds} ms"
    return f"{milliseconds / 1_000:.1f} s"
