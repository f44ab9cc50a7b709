"""A smoke test that somebody asked for: the answer, and the card that shows it go step by step."""

from collections.abc import Sequence
from dataclasses import dataclass

from models.messages.canary import attempts, attribution, details_button, failure, run_button, title, tone
from models.messages.message import Block, Buttons, Items, Message, Text, Tone
from models.messages.times import lasted
from models.messages.words import clip, count, short
from models.rules.smoke import Result, RunState, Step
from models.views import CanaryRunView

# As many as one sees at once while they go by.
_STEPS = 8
_STEP_LIMIT = 120
_SIGNS = {Result.PASSED: "✓", Result.FAILED: "✗", Result.SKIPPED: "–"}


@dataclass(frozen=True, slots=True)
class Progress:
    """Who asked for the run, how many steps it has, and which one it is at."""

    asked_by: str
    planned: int = 0
    doing: str = ""


def asked_message(server: str, asked_by: str, *, is_answer: bool = False) -> Message:
    """It is about to begin: the card, or the answer to whoever asked."""
    title = f"The smoke test of {clip(server)} begins"
    if is_answer:
        return Message(title, Tone.INFO, (Text("A message of its own shows step by step how it goes."),))
    return Message(title, Tone.INFO, (Text(f"Asked for by {clip(asked_by)}. A browser is being started."),))


def already_message(server: str) -> Message:
    """One at a time."""
    how = Text(f"How it stands: /plugin canary {clip(server)}")
    return Message(f"A smoke test of {clip(server)} is under way already", Tone.INFO, (how,))


def unserved_card(server: str, asked_by: str) -> Message:
    """What was asked for did not happen."""
    why = f"Asked for by {clip(asked_by)}. No process ran it to its end: is `python -m jobs` running?"
    return Message(
        f"The smoke test of {clip(server)} came to nothing",
        Tone.UNKNOWN,
        (Text(why), Buttons((run_button("Run again", server),))),
    )


def run_card(run: CanaryRunView, progress: Progress) -> Message:
    """How the run stands now, or how it ended."""
    if run.state is RunState.RUNNING:
        return _going(run, progress)
    took = f" It took {lasted(run.started_at, run.finished_at)}." if run.finished_at else ""
    story = f"Asked for by {clip(progress.asked_by)}, on {_host(run)}. {_passed(run.steps)}.{took}"
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
    lines = [f"{_SIGNS[Result(step.result)]} {clip(step.name, _STEP_LIMIT)}" for step in run.steps[-_STEPS:]]
    now = (f"… {clip(progress.doing, _STEP_LIMIT)}",) if progress.doing else ()
    story = f"Asked for by {clip(progress.asked_by)}, on {_host(run)}.{again}"
    of = f" of {progress.planned}" if progress.planned else ""
    blocks: tuple[Block, ...] = (Text(story), *attempts(run), *((Items((*lines, *now)),) if lines or now else ()))
    return Message(f"{clip(run.server)}: {len(run.steps)}{of} steps of the smoke test done", Tone.INFO, blocks)


def _passed(steps: Sequence[Step]) -> str:
    return f"{count(sum(step.result == Result.PASSED for step in steps), 'step')} passed"


def _host(run: CanaryRunView) -> str:
    return f"{clip(run.host_branch)} at {short(run.host_sha)}"
