"""The answers to `canary`: how the browser's smoke tests went, on every server or on one."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from models.messages.blocks import and_more
from models.messages.canary_run import (
    STEP_LIMIT,
    attempts,
    attribution,
    failure,
    host,
    run_button,
    step_time,
    title,
    tone,
)
from models.messages.message import Block, Buttons, Items, Links, Message, Table, Text, Tone
from models.messages.pages import server_page
from models.messages.suggestions import closest
from models.messages.times import ago, clock, lasted
from models.messages.words import clip, either, joined
from models.rules.smoke import Result, RunState, RunStep
from models.rules.speaking import count, marked, say
from models.views import CanaryRunView
from models.views.watched import WatchedIncidentView

_ROWS = 50
_STEPS = 60

_STATES = {
    RunState.RUNNING: marked("… running"),
    RunState.NEVER_FINISHED: marked("? never finished"),
    RunState.PASSED: marked("✓ passed"),
    RunState.FAILED: marked("✗ failed"),
    RunState.NOTHING: marked("? proves nothing"),
}
_RESULTS = {
    Result.PASSED: marked("✓ passed"),
    Result.FAILED: marked("✗ failed"),
    Result.SKIPPED: marked("– skipped"),
}
_WORST_FIRST = (Tone.BROKEN, Tone.UNKNOWN, Tone.INFO, Tone.HEALTHY)

_HOW_TO_BEGIN = (
    marked(
        "Name the servers in the setting CANARY_SERVERS, and the jobs process tests them every day."
    ),
    marked(
        "Or an operator makes a key for a canary of your own: python -m models keys create --kind canary --name "
        "SERVER. It PUTs its runs to /canary/runs/ID of this project's address; /docs there says how."
    ),
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
        blocks = (Text(say("What to do:")), Items(tuple(map(say, _HOW_TO_BEGIN))))
        return Message(say("No browser canary has reported a run yet"), Tone.INFO, blocks)
    rows = [_server_row(run, now) for run in runs[:_ROWS]]
    rows += [(clip(name), say("– none yet"), "—", clip(due)) for name, due in untested.items()][
        :_ROWS
    ]
    table = Table((say("Server"), say("Newest run"), say("Host"), say("Started")), tuple(rows))
    more = map(Text, and_more(len(runs), _ROWS))
    hint = Text(say("One server's steps, log and screenshot: /plugin canary SERVER"), quiet=True)
    worst = min((tone(run) for run in runs), key=_WORST_FIRST.index, default=Tone.INFO)
    return Message(_servers_title(runs, len(untested)), worst, (table, *more, hint))


def _servers_title(runs: Sequence[CanaryRunView], untested: int) -> str:
    failed = sum(run.state is RunState.FAILED for run in runs)
    fails = f"{failed:,}" if failed else say("none")
    return count(
        len(runs) + untested,
        "The smoke test fails on {fails} of {number} server",
        "The smoke test fails on {fails} of {number} servers",
        fails=fails,
    )


def _server_row(run: CanaryRunView, now: datetime) -> tuple[str, ...]:
    return clip(run.server), say(_STATES[run.state]), host(run), ago(run.started_at, now)


def server_message(
    runs: Sequence[CanaryRunView],
    incident: WatchedIncidentView | None,
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
    run_now = (Buttons((run_button(say("Run now"), newest.server),)),) if is_ours else ()
    blocks: tuple[Block, ...] = (
        Text(_story(newest, now)),
        *failure(newest),
        *attribution(newest, incident),
        *attempts(newest),
        *_links(artefacts, newest),
        *_steps(newest),
        Text(say("Its last runs:")),
        Table((say("Started"), say("Result"), say("Host"), say("Took")), last_runs),
        *server_page(newest.server),
        *run_now,
    )
    return Message(title(newest), tone(newest), blocks)


def untested_message(server: str, due: str) -> Message:
    """A server of ours that was never tested. `due` says when it will be."""
    blocks = (
        Text(say("Its test is due {due}.", due=clip(due))),
        Buttons((run_button(say("Run now"), server),)),
    )
    return Message(
        say("{server}: no smoke test has run yet", server=clip(server)), Tone.INFO, blocks
    )


def unknown_server(name: str, known: Sequence[str]) -> Message:
    """No canary has told of this server; says which names are close."""
    meant = closest(name, known)
    hint = (
        say("Did you mean {meant}?", meant=either(meant))
        if meant
        else say("All servers: /plugin canary")
    )
    return Message(
        say("No browser canary reports on a server “{name}”", name=clip(name)),
        Tone.INFO,
        (Text(hint),),
    )


def tested_elsewhere(server: str, ours: Sequence[str]) -> Message:
    """A canary of its own tests this server; `ours` are those that can be tested from here."""
    words = say("That canary says itself when it runs.")
    if ours:
        words += " " + say(
            "From here can be tested: {servers}.", servers=joined(tuple(map(clip, ours[:_ROWS])))
        )
    else:
        words += " " + say(
            "The setting CANARY_SERVERS names the servers that can be tested from here: none yet."
        )
    title = say(
        "{server} is tested by a canary of its own, so no test can be asked for here",
        server=clip(server),
    )
    return Message(title, blocks=(Text(words),))


def _story(run: CanaryRunView, now: datetime) -> str:
    began = say(
        "Started {age}, {started_at}, on {host}",
        age=ago(run.started_at, now),
        started_at=clock(run.started_at),
        host=host(run),
    )
    loaded = say(
        "with {plugins} loaded", plugins=count(run.plugins, "{number} plugin", "{number} plugins")
    )
    if run.finished_at:
        return say(
            "{began}, {loaded}. It took {length}.",
            began=began,
            loaded=loaded,
            length=lasted(run.started_at, run.finished_at),
        )
    silence = (
        ", " + say("then nothing was reported")
        if run.state is RunState.NEVER_FINISHED
        else " " + say("so far")
    )
    return say(
        "{began}, {loaded}. It reported {steps}{silence}.",
        began=began,
        loaded=loaded,
        steps=count(len(run.steps), "{number} step", "{number} steps"),
        silence=silence,
    )


def _links(artefacts: Sequence[tuple[str, str]], run: CanaryRunView) -> tuple[Block, ...]:
    if not artefacts and run.artefacts:
        return (Text(say("Its log and pictures are shown to guardians and admins."), quiet=True),)
    if not artefacts:
        return (Text(say("No log and no screenshot of this run is kept."), quiet=True),)
    return (
        Links(tuple(artefacts)),
        Text(say("These links work for an hour; then ask again."), quiet=True),
    )


def _steps(run: CanaryRunView) -> tuple[Block, ...]:
    """The steps in the order in which they ran; those that failed come first."""
    if not run.steps:
        return (Text(say("It reported no step.")),)
    ordered = sorted(run.steps, key=lambda step: step.result != Result.FAILED)
    rows = tuple(_step(step) for step in ordered[:_STEPS])
    more = map(Text, and_more(len(ordered), _STEPS))
    return (Table((say("Step"), say("Result"), say("Took")), rows), *more)


def _step(step: RunStep) -> tuple[str, str, str]:
    took = "—" if step.result == Result.SKIPPED else step_time(step.duration_ms)
    return clip(step.name, STEP_LIMIT), say(_RESULTS[Result(step.result)]), took


def _row(run: CanaryRunView, now: datetime) -> tuple[str, ...]:
    took = lasted(run.started_at, run.finished_at) if run.finished_at else "—"
    return ago(run.started_at, now), _outcome(run), host(run), took


def run_state(run: CanaryRunView) -> str:
    """How the run stands, in a word or two."""
    return say(_STATES[run.state])


def _outcome(run: CanaryRunView) -> str:
    state = run_state(run)
    if run.state is not RunState.FAILED or not run.blamed:
        return state
    rest = len(run.blamed) - 1
    others = " " + say("and {rest} more", rest=rest) if rest else ""
    return f"{state}: {clip(run.blamed[0])}{others}"
