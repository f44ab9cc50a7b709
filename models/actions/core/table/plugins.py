"""How plugins and canary servers stand: rows of the dictionary."""

from dataclasses import replace
from functools import partial

from models.actions.action import Action, ActionKind, Reading
from models.actions.arguments import Choice, Flag, FreeWords, Labels
from models.actions.core import canary, questions, servers
from models.actions.core.takes import (
    BRANCH,
    INCIDENT,
    PLUGIN,
    READING_BRANCHES,
    READING_NAMES,
    SERVER,
    SOLVED,
)
from models.actions.words import LONGEST
from models.rules.authority import Power
from models.rules.speaking import marked

_question = partial(Action, kind=ActionKind.QUESTION)
_about_plugin = partial(_question, takes=(PLUGIN,), reading=READING_NAMES, examples=(SOLVED,))

PLUGINS: tuple[Action, ...] = (
    _about_plugin(
        name="status",
        summary=marked("Whether a plugin works, host branch by host branch"),
        run=questions.status,
        takes=(PLUGIN, BRANCH),
        reading=READING_BRANCHES,
        examples=(SOLVED, f"{SOLVED} on stable", '"Discourse Solved"'),
    ),
    _question(
        name="list",
        summary=marked("All plugins or those that match"),
        run=questions.listed,
        takes=(
            FreeWords(
                name="filter", about=marked("A part of a name, a tag, or a status"), called="FILTER"
            ),
        ),
        examples=("", "chat", "incompatible", "broken"),
    ),
    _question(
        name="failing",
        summary=marked("What is broken now, on all host branches or on one"),
        run=questions.failing,
        takes=(BRANCH,),
        reading=Reading(hint=marked("; a host branch follows “on”: failing on stable")),
        examples=("", "on stable"),
    ),
    _question(
        name="silent",
        summary=marked("Sources that stopped reporting, and those that will be missed soon"),
        run=questions.silent,
        inside=True,
    ),
    _about_plugin(
        name="log",
        summary=marked(
            "What went wrong last with a plugin, or in an incident or outbreak, with the backtrace"
        ),
        run=questions.log,
        takes=(replace(INCIDENT, name="plugin"),),
        examples=(SOLVED, "12", "outbreak 3"),
    ),
    _about_plugin(
        name="info",
        summary=marked("Repository, authors, versions and compatibility"),
        run=questions.info,
    ),
    _about_plugin(
        name="history",
        summary=marked("When a plugin was broken, and for how long"),
        run=questions.history,
    ),
    _about_plugin(
        name="issues",
        summary=marked("A plugin's issues on GitHub, the newest first"),
        run=questions.issues,
        takes=(
            PLUGIN,
            Choice(
                name="state",
                about=marked("Open issues or closed ones"),
                of=("open", "closed"),
                repeats=True,
            ),
            Labels(
                name="labels",
                about=marked("Only issues that bear this label"),
                glue="label:",
                longest=LONGEST,
            ),
        ),
        examples=(SOLVED, f"{SOLVED} closed", f'{SOLVED} "label:needs info"'),
    ),
    _question(
        name="canary",
        summary=marked(
            "How the browser's smoke tests went, with log and screenshot; with “run”, have one made now"
        ),
        run=canary.canary,
        inside=True,
        takes=(SERVER,),
        usage="[run] [SERVER] [trace]",
        examples=("", "tests-passed", "run tests-passed", "run tests-passed trace"),
    ),
    Action(
        kind=ActionKind.ACT,
        name="canary run",
        within="canary",
        summary=marked("Have a smoke test made in a browser now"),
        run=canary.run,
        takes=(
            replace(
                SERVER,
                required=True,
                missing=marked("“run” needs the name of a server; all servers: /plugin canary"),
            ),
            Flag(
                name="trace", about=marked("Keep the browser's own record of it, too"), word="trace"
            ),
        ),
        power=Power.TEST,
        examples=("tests-passed", "tests-passed trace"),
    ),
    _question(
        name="sites",
        summary=marked("A private link to all sites that report, for guardians"),
        run=servers.sites,
        inside=True,
    ),
)
