"""What is done about incidents and their issues: rows of the dictionary."""

from functools import partial

from models.actions.action import Action, ActionKind, Reading
from models.actions.arguments import Choice, FreeWords, Integer, Length, Name, Number, Source
from models.actions.core import acting, filing, suspecting
from models.actions.core.takes import (
    BRANCH,
    INCIDENT,
    PLUGIN,
    READING_BRANCHES,
    READING_NAMES,
    SOLVED,
)
from models.actions.core.takes import INCIDENTS as SEVERAL
from models.messages.closing import NO_REASON
from models.rules.authority import Power
from models.rules.care import Deed
from models.rules.report_steps import ReportMove
from models.rules.speaking import marked

_act = partial(Action, kind=ActionKind.ACT)
_on_incident = partial(
    _act,
    takes=(SEVERAL, BRANCH),
    power=Power.ACT,
    reading=READING_BRANCHES,
    examples=("12", SOLVED),
)

# The buttons of the steps that extensions have behind the form.
_MOVE = Choice(
    name="move",
    about=marked("Where to go from the step"),
    of=tuple(ReportMove),
    meaning=tuple(ReportMove),
    hidden=True,
)
_STEP = Integer(name="step", about=marked("The number of the step"), hidden=True)

INCIDENTS: tuple[Action, ...] = (
    _on_incident(
        name="ack",
        summary=marked(
            "Say that you have seen incidents, all open ones of a plugin by its NAME, or all of an outbreak"
        ),
        run=partial(acting.act, Deed.ACKNOWLEDGE),
        examples=("12", "12 15 16", SOLVED, f"{SOLVED} on stable", "outbreak 3"),
    ),
    Action(
        kind=ActionKind.QUESTION,
        name="suspects",
        summary=marked("Which commits most likely broke a plugin, why, and which one to try"),
        run=suspecting.suspects,
        takes=(
            Number(
                name="incident",
                about=marked("A plugin's name, or an incident's number"),
                of=Source.PLUGINS,
                required=True,
                missing=marked("{action} needs the number of an incident or the name of a plugin"),
            ),
        ),
        reading=READING_NAMES,
        examples=("12", SOLVED),
    ),
    _on_incident(
        name="claim",
        summary=marked("Take care of an incident"),
        run=partial(acting.act, Deed.CLAIM),
    ),
    _on_incident(
        name="release",
        summary=marked("Leave an incident to others again"),
        run=partial(acting.act, Deed.RELEASE),
    ),
    _on_incident(
        name="mute",
        summary=marked(
            "Mute an incident for a while, 4 h unless you say; when that ends, what it hid is shown"
        ),
        run=acting.mute,
        takes=(
            SEVERAL,
            BRANCH,
            Length(name="length", about=marked("For how long"), offered=("30m", "4h", "1d")),
            FreeWords(
                name="because",
                about=marked("Why, for those who read it later"),
                label="reason",
                lead="because",
                called="REASON",
                missing=marked("“because” needs a reason"),
            ),
        ),
        reading=Reading(
            in_order=True,
            hint=marked(
                "; how long is 30m, 4h, 1d, “until 2030-12-31” or “until fixed”, and a reason follows “because”"
            ),
        ),
        examples=(
            "12",
            "12 1d because we wait for the host",
            f"{SOLVED} until fixed",
            "outbreak 3 1d",
        ),
    ),
    _act(
        name="close",
        summary=marked(
            "End an incident that can never end by itself, because its branch or plugin is gone"
        ),
        run=acting.close,
        takes=(
            Name(
                name="incident",
                about=marked("An incident's number"),
                called="NUMBER",
                required=True,
                missing=marked("close needs the number of an incident"),
            ),
            FreeWords(
                name="because",
                about=marked("Why, for those who read it later"),
                label="reason",
                lead="because",
                called="REASON",
                missing=NO_REASON,
            ),
        ),
        power=Power.TEST,
        reading=Reading(hint=marked("; a reason follows “because”")),
        examples=("12 because the branch is gone",),
    ),
    _on_incident(name="unmute", summary=marked("End a mute"), run=partial(acting.act, Deed.UNMUTE)),
    _act(
        name="report",
        summary=marked("Report a bug: a form, and an issue on GitHub of what you fill in"),
        run=filing.report,
        inside=True,
        form=filing.bug_form,
        takes=(PLUGIN, _MOVE, _STEP),
        formless=(ReportMove.SKIP, ReportMove.FINISH),
        reading=READING_NAMES,
        examples=(SOLVED,),
    ),
    _on_incident(
        name="file",
        summary=marked("Make an issue on GitHub of an incident"),
        takes=(INCIDENT, BRANCH),
        run=partial(acting.act, Deed.FILE),
    ),
    _act(
        name="filing",
        summary=marked(
            "Whether a plugin's incidents become issues by themselves, and are closed when it works again"
        ),
        run=filing.filing,
        takes=(
            PLUGIN,
            Choice(
                name="files",
                about=marked("Whether its incidents become issues by themselves"),
                label="issues",
                of=("auto", "manual"),
                repeats=True,
                meaning=(True, False),
            ),
            Choice(
                name="closes",
                about=marked("Whether those are closed when it works again"),
                label="closing",
                of=("close", "keep"),
                repeats=True,
                meaning=(True, False),
            ),
        ),
        power=Power.ACT,
        reading=Reading(
            lower=True,
            hint=marked("; say auto or manual, close or keep; a name with spaces needs quotes"),
        ),
        examples=(SOLVED, f"{SOLVED} auto close"),
    ),
)
