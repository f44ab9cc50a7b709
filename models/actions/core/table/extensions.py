"""Extensions: rows of the dictionary."""

from dataclasses import replace
from functools import partial

from models.actions.action import Action, ActionKind
from models.actions.arguments import Flag, FreeWords, Name
from models.actions.core import extensions as core
from models.actions.core import installing, using
from models.actions.core import options as core_options
from models.actions.core.takes import ME
from models.rules.authority import Power
from models.rules.extensions import ExtensionVerb
from models.rules.speaking import marked

# Discord counts all words of all commands together: 8,000 letters at the most.
_EXAMPLE = "acmejira"
_EXTENSION = Name(
    name="extension",
    about=marked("Its handle"),
    required=True,
    lower=True,
    missing=marked("{action} needs the handle of an extension; all: /plugin extensions"),
)
_AGAIN = Name(
    name="again",
    about=marked("Its handle once more"),
    required=True,
    lower=True,
    missing=marked("“purge” forgets for ever what an extension stored: type its handle twice"),
)
_AGREEING = Name(
    name="agreeing",
    about=marked("The code that stands below the terms"),
    called="CODE",
    lead="agreeing",
    lower=True,
    missing=marked("“agreeing” needs the code that stands below the terms"),
)
_EVERYWHERE = Flag(name="everywhere", about=marked("For everybody"), word="everywhere")
_WITHIN = "extensions"
_INSTALLS = (
    (
        "install",
        False,
        marked("Install a detected extension, turned off, once you agreed to its terms"),
    ),
    ("upgrade", True, marked("Install a newer version of an extension")),
)
_QUESTIONS = (
    ("info", core.info, marked("What it is, may do, and brings")),
    ("needs", core.needs, marked("Which extensions an extension needs")),
    ("needed", core.needed, marked("Which extensions need an extension")),
    (
        "can-install",
        installing.can_install,
        marked("Whether it can be installed, and what it asks for"),
    ),
    ("options", core_options.options, marked("Its options, and who sets them")),
    ("can-remove", core.can_remove, marked("Whether an extension can be removed")),
    ("remove", core.can_remove, marked("Remove an extension: asks what becomes of its data")),
)
_SWITCHES = (
    (ExtensionVerb.ON, marked("Start an installed extension, and let people ask it")),
    (ExtensionVerb.OFF, marked("Stop an extension; what it stored is kept")),
    (ExtensionVerb.RETRY, marked("Start an extension again that is quarantined because it failed")),
)

_USES = tuple(
    Action(
        kind=ActionKind.ACT,
        name=name,
        within=_WITHIN,
        summary=summary,
        run=partial(using.use, ends),
        takes=(_EXTENSION, replace(ME, hidden=False)),
        power=Power.FOLLOW,
        examples=(_EXAMPLE, f"{_EXAMPLE} me"),
    )
    for name, ends, summary in (
        (
            "use",
            False,
            marked("Use an extension in this channel; with “me”, yourself wherever you ask"),
        ),
        ("unuse", True, marked("Use it no more")),
    )
)

_OF_ONE = partial(Action, within=_WITHIN, takes=(_EXTENSION,), examples=(_EXAMPLE,))
_SET = _OF_ONE(
    kind=ActionKind.ACT,
    name="extension set",
    summary=marked("Set an option, or without a value reset it"),
    run=core_options.set_option,
    takes=(
        _EXTENSION,
        Name(
            name="option",
            about=marked("The option"),
            required=True,
            lower=True,
            called="OPTION",
            missing=marked("“set” needs an option; all: /plugin extension options NAME"),
        ),
        FreeWords(name="value", about=marked("Its value"), called="VALUE"),
    ),
    power=Power.TEST,
    examples=(f"{_EXAMPLE} project OPS",),
)


def extensions(install: Power, manage: Power) -> tuple[Action, ...]:
    """The rows; `install` and `manage` are what one needs to install extensions, and to remove them."""
    every = Action(
        kind=ActionKind.QUESTION,
        name=_WITHIN,
        summary=marked(
            "Which extensions there are, and how they stand; with “extension”, what one is"
        ),
        run=core.extensions,
        usage="or /plugin extension on|off|retry|info|options|needs|needed|can-install|install|upgrade|"
        "can-remove|remove|keep|purge NAME, /plugin extension set NAME OPTION VALUE, or /plugin use|unuse NAME [me]",
        also=("extension", "extension list"),
    )
    questions = [
        _OF_ONE(kind=ActionKind.QUESTION, name=f"extension {verb}", summary=summary, run=run)
        for verb, run, summary in _QUESTIONS
    ]
    switches = [
        _OF_ONE(
            kind=ActionKind.ACT,
            name=f"extension {verb}",
            summary=summary,
            run=partial(core.switch, verb, manage),
            takes=(_EXTENSION, _EVERYWHERE) if verb is ExtensionVerb.ON else (_EXTENSION,),
            power=manage,
        )
        for verb, summary in _SWITCHES
    ]
    installs = [
        _OF_ONE(
            kind=ActionKind.ACT,
            name=f"extension {verb}",
            summary=summary,
            run=partial(installing.install, upgrades, install),
            takes=(_EXTENSION, _AGREEING),
            power=install,
        )
        for verb, upgrades, summary in _INSTALLS
    ]
    return (every, *questions, *installs, *switches, _SET, *_removals(manage), *_USES)


def _removals(manage: Power) -> tuple[Action, Action]:
    return (
        _OF_ONE(
            kind=ActionKind.ACT,
            name="extension keep",
            summary=marked("Remove an extension, and keep what it stored"),
            run=partial(core.keep, manage),
            power=manage,
        ),
        _OF_ONE(
            kind=ActionKind.ACT,
            name="extension purge",
            summary=marked("Forget for ever what an extension stored that was removed"),
            run=partial(core.purge, manage),
            takes=(_EXTENSION, _AGAIN),
            power=manage,
            examples=(f"{_EXAMPLE} {_EXAMPLE}",),
        ),
    )
