"""A run of the browser canary, as the answers to `canary` and its card tell it."""

from models.messages.blocks import some_more
from models.messages.message import Block, Code, Items, Text, Tone
from models.messages.words import clip, error, error_line, joined, ordinal, short
from models.rules.smoke import EarlierAttempt, Result, RunState, failed_step
from models.views import CanaryRunView
from models.views.watched import WatchedIncidentView

STEP_LIMIT = 120


_BLAMED = 10


_NAME_LIMIT = 253  # of a domain


_SAID_LIMIT = 240


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


def failure(run: CanaryRunView) -> tuple[Block, ...]:
    """The step at which the run failed and its error; else why a step was skipped, if it says
    so.
    """
    step = failed_step(run.steps)
    if step is None:
        return _why_skipped(run)
    said = error(step.message)
    where = Text(f"Failed step: {clip(step.name, STEP_LIMIT)}, after {step_time(step.duration_ms)}")
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
    incident: WatchedIncidentView | None = None,
) -> tuple[Block, ...]:
    """Which plugins the failure is blamed on; nothing where the run did not fail."""
    if run.state is not RunState.FAILED:
        return ()
    if run.blamed:
        names = tuple(map(clip, run.blamed[:_BLAMED]))
        listed = joined((*names, *some_more(len(run.blamed), _BLAMED)))
        return (Text(f"Attributed to {listed}. The error: /plugin log {names[0]}"),)
    number = f" It is server incident {incident.number}." if incident else ""
    words = (
        "Attributed to no plugin: neither its steps nor its console log blame one that it loaded."
    )
    return (Text(f"{words}{number}"),)


def _attempt(attempt: EarlierAttempt) -> str:
    said = error_line(attempt.message)
    step = clip(attempt.step, STEP_LIMIT)
    return f"{step} ({said})" if said else step


def host(run: CanaryRunView) -> str:
    """The host branch and commit that were tested."""
    return f"{clip(run.host_branch)} at {short(run.host_sha)}"


def step_time(milliseconds: int) -> str:
    """How long a step took: "850 ms", "1.5 s"."""
    if milliseconds < 1_000:
        return f"{milliseconds} ms"
    return f"{milliseconds / 1_000:.1f} s"
