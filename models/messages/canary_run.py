"""A run of the browser canary, as the answers to `canary` and its card tell it."""

from models.messages.blocks import some_more
from models.messages.message import Block, Code, Items, Text, Tone
from models.messages.words import clip, error, error_line, joined, ordinal, short
from models.rules.smoke import EarlierAttempt, Result, RunState, failed_step
from models.rules.speaking import marked, say
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
    RunState.RUNNING: marked("{server}: a smoke test is running"),
    RunState.NEVER_FINISHED: marked("{server}: the last smoke test never finished"),
    RunState.PASSED: marked("{server}: the last smoke test passed"),
    RunState.FAILED: marked("{server}: the last smoke test failed"),
    RunState.NOTHING: marked("{server}: the last smoke test proves nothing"),
}


def title(run: CanaryRunView) -> str:
    """How the run stands, in one line."""
    server = clip(run.server)
    if run.earlier and run.state is RunState.PASSED:
        attempt = ordinal(len(run.earlier) + 1)
        words = marked("{server}: the last smoke test passed at the {ordinal} attempt")
        return say(words, server=server, ordinal=attempt)
    return say(_CLAIMS[run.state], server=server)


def tone(run: CanaryRunView) -> Tone:
    """The tone of a message about this run."""
    return _TONES[run.state]


def run_button(label: str, server: str) -> tuple[str, str]:
    """A button that has the server tested now."""
    return label, f"canary run {clip(server, _NAME_LIMIT)}"


def details_button(server: str) -> tuple[str, str]:
    """A button that shows the server's newest run with all that it left behind."""
    return say("Log and pictures"), f"canary {clip(server, _NAME_LIMIT)}"


def failure(run: CanaryRunView) -> tuple[Block, ...]:
    """The step at which the run failed and its error; else why a step was skipped, if it says
    so.
    """
    step = failed_step(run.steps)
    if step is None:
        return _why_skipped(run)
    said = error(step.message)
    where = Text(
        say(
            "Failed step: {step}, after {time}",
            step=clip(step.name, STEP_LIMIT),
            time=step_time(step.duration_ms),
        )
    )
    if not said:
        return (where,)
    return (where, Code(said, say("What it said")))


def _why_skipped(run: CanaryRunView) -> tuple[Block, ...]:
    for step in run.steps:
        if step.result == Result.SKIPPED and step.message:
            return (Text(f"{clip(step.message, _SAID_LIMIT)}."),)
    return ()


def attempts(run: CanaryRunView) -> tuple[Block, ...]:
    """At which steps the earlier attempts of this run ended."""
    if not run.earlier:
        return ()
    lines = (
        say("Attempt {number} ended at: {step}", number=each.number, step=_attempt(each))
        for each in run.earlier
    )
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
        return (
            Text(
                say(
                    "Attributed to {plugins}. The error: /plugin log {plugin}",
                    plugins=listed,
                    plugin=names[0],
                )
            ),
        )
    words = say(
        "Attributed to no plugin: neither its steps nor its console log blame one that it loaded."
    )
    if incident:
        words += " " + say("It is server incident {number}.", number=incident.number)
    return (Text(words),)


def _attempt(attempt: EarlierAttempt) -> str:
    said = error_line(attempt.message)
    step = clip(attempt.step, STEP_LIMIT)
    return f"{step} ({said})" if said else step


def host(run: CanaryRunView) -> str:
    """The host branch and commit that were tested."""
    branch, commit = clip(run.host_branch), short(run.host_sha)
    return say("{branch} at {commit}", branch=branch, commit=commit)


def step_time(milliseconds: int) -> str:
    """How long a step took: "850 ms", "1.5 s"."""
    if milliseconds < 1_000:
        return say("{number} ms", number=milliseconds)
    return say("{number} s", number=f"{milliseconds / 1_000:.1f}")
