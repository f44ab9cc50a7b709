"""A smoke test that somebody asked for: the answer, and the card that shows it go step by step."""

from collections.abc import Sequence
from dataclasses import dataclass

from models.messages.canary_run import (
    STEP_LIMIT,
    attempts,
    attribution,
    details_button,
    failure,
    host,
    run_button,
    title,
    tone,
)
from models.messages.message import Block, Buttons, Items, Message, Text, Tone
from models.messages.times import lasted
from models.messages.words import clip, count
from models.rules.smoke import Result, RunState, RunStep
from models.views import CanaryRunView

# As many as one sees at once while they go by.
_STEPS = 8
_SIGNS = {Result.PASSED: "✓", Result.FAILED: "✗", Result.SKIPPED: "–"}


@dataclass(frozen=True, slots=True)
class Progress:
    """Who asked for the run, how many steps it has, and which one it is at."""

    asked_by: str
    planned: int = 0
    doing: str = ""


def asked_message(server: str, asked_by: str, *, is_answer: bool = False) -> Message:
    """The test is about to begin: the card, or the answer to the person who asked."""
    words = f"Asked for by {clip(asked_by)}. A browser is being started."
    if is_answer:
        words = "A message of its own shows step by step how it goes."
    return Message(f"The smoke test of {clip(server)} begins", Tone.INFO, (Text(words),))


def already_message(server: str) -> Message:
    """A test of this server is running already, and only one runs at a time."""
    how = Text(f"How it stands: /plugin canary {clip(server)}")
    return Message(f"A smoke test of {clip(server)} is under way already", Tone.INFO, (how,))


def unserved_card(server: str, asked_by: str) -> Message:
    """The test that was asked for did not happen."""
    why = (
        f"Asked for by {clip(asked_by)}. No process ran it to its end: is `python -m jobs` running?"
    )
    again = Buttons((run_button("Run again", server),))
    title = f"The smoke test of {clip(server)} came to nothing"
    return Message(title, Tone.UNKNOWN, (Text(why), again))


def run_card(run: CanaryRunView, progress: Progress) -> Message:
    """How the run stands now, or how it ended."""
    if run.state is RunState.RUNNING:
        return _going(run, progress)
    took = f" It took {lasted(run.started_at, run.finished_at)}." if run.finished_at else ""
    story = f"Asked for by {clip(progress.asked_by)}, on {host(run)}. {_passed(run.steps)}.{took}"
    rerun = () if run.state is RunState.PASSED else (run_button("Run again", run.server),)
    blocks: tuple[Block, ...] = (
        Text(story),
        *failure(run),
        *attribution(run),
        *attempts(run),
        Buttons((details_button(run.server), *rerun)),
    )
    return Message(title(run), tone(run), blocks)


def _going(run: CanaryRunView, progress: Progress) -> Message:
    again = f" This is attempt {len(run.earlier) + 1}." if run.earlier else ""
    story = f"Asked for by {clip(progress.asked_by)}, on {host(run)}.{again}"
    lines = _newest_steps(run, progress)
    steps = (Items(tuple(lines)),) if lines else ()
    done = f"{len(run.steps)} of {progress.planned}" if progress.planned else f"{len(run.steps)}"
    title = f"{clip(run.server)}: {done} steps of the smoke test done"
    return Message(title, Tone.INFO, (Text(story), *attempts(run), *steps))


def _newest_steps(run: CanaryRunView, progress: Progress) -> list[str]:
    lines = [_step(step) for step in run.steps[-_STEPS:]]
    if progress.doing:
        lines.append(f"… {clip(progress.doing, STEP_LIMIT)}")
    return lines


def _step(step: RunStep) -> str:
    return f"{_SIGNS[Result(step.result)]} {clip(step.name, STEP_LIMIT)}"


def _passed(steps: Sequence[RunStep]) -> str:
    passed = sum(step.result == Result.PASSED for step in steps)
    return f"{count(passed, 'step')} passed"
