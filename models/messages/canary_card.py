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
from models.messages.words import clip
from models.rules.smoke import Result, RunState, RunStep
from models.rules.speaking import count, say
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
    words = say("Asked for by {person}. A browser is being started.", person=clip(asked_by))
    if is_answer:
        words = say("A message of its own shows step by step how it goes.")
    return Message(
        say("The smoke test of {server} begins", server=clip(server)), Tone.INFO, (Text(words),)
    )


def already_message(server: str) -> Message:
    """A test of this server is running already, and only one runs at a time."""
    how = Text(say("How it stands: /plugin canary {server}", server=clip(server)))
    return Message(
        say("A smoke test of {server} is under way already", server=clip(server)), Tone.INFO, (how,)
    )


def unserved_card(server: str, asked_by: str) -> Message:
    """The test that was asked for did not happen."""
    why = say(
        "Asked for by {person}. No process ran it to its end: is `python -m jobs` running?",
        person=clip(asked_by),
    )
    again = Buttons((run_button(say("Run again"), server),))
    title = say("The smoke test of {server} came to nothing", server=clip(server))
    return Message(title, Tone.UNKNOWN, (Text(why), again))


def run_card(run: CanaryRunView, progress: Progress) -> Message:
    """How the run stands now, or how it ended."""
    if run.state is RunState.RUNNING:
        return _going(run, progress)
    story = [_asked(run, progress), _passed(run.steps)]
    if run.finished_at:
        story.append(say("It took {time}.", time=lasted(run.started_at, run.finished_at)))
    rerun = () if run.state is RunState.PASSED else (run_button(say("Run again"), run.server),)
    blocks: tuple[Block, ...] = (
        Text(" ".join(story)),
        *failure(run),
        *attribution(run),
        *attempts(run),
        Buttons((details_button(run.server), *rerun)),
    )
    return Message(title(run), tone(run), blocks)


def _going(run: CanaryRunView, progress: Progress) -> Message:
    story = _asked(run, progress)
    if run.earlier:
        story += " " + say("This is attempt {number}.", number=len(run.earlier) + 1)
    lines = _newest_steps(run, progress)
    steps = (Items(tuple(lines)),) if lines else ()
    return Message(_done(run, progress), Tone.INFO, (Text(story), *attempts(run), *steps))


def _asked(run: CanaryRunView, progress: Progress) -> str:
    return say("Asked for by {person}, on {host}.", person=clip(progress.asked_by), host=host(run))


def _done(run: CanaryRunView, progress: Progress) -> str:
    done = len(run.steps)
    if not progress.planned:
        return count(
            done,
            "{server}: {number} step of the smoke test done",
            "{server}: {number} steps of the smoke test done",
            server=clip(run.server),
        )
    return say(
        "{server}: {done} of {planned} steps of the smoke test done",
        server=clip(run.server),
        done=done,
        planned=progress.planned,
    )


def _newest_steps(run: CanaryRunView, progress: Progress) -> list[str]:
    lines = [_step(step) for step in run.steps[-_STEPS:]]
    if progress.doing:
        lines.append(f"… {clip(progress.doing, STEP_LIMIT)}")
    return lines


def _step(step: RunStep) -> str:
    return f"{_SIGNS[Result(step.result)]} {clip(step.name, STEP_LIMIT)}"


def _passed(steps: Sequence[RunStep]) -> str:
    passed = sum(step.result == Result.PASSED for step in steps)
    return count(passed, "{number} step passed.", "{number} steps passed.")
