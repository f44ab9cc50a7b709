"""Extensions: rows of the dictionary."""

from functools import partial

from models.actions.action import Action, ActionKind
from models.actions.arguments import Name
from models.actions.core import extensions as core
from models.rules.authority import Power

_EXAMPLE = "acmejira"
_EXTENSION = Name(
    name="extension",
    about="An extension's handle",
    required=True,
    lower=True,
    missing="{action} needs the handle of an extension; all: /plugin extensions",
)
_AGAIN = Name(
    name="again",
    about="Its handle once more",
    required=True,
    lower=True,
    missing="“purge” forgets for ever what an extension stored: type its handle twice",
)
_WITHIN = "extensions"
_QUESTIONS = (
    ("info", core.info, "What an extension is, what it may do, and what it brings"),
    ("needs", core.needs, "Which extensions an extension needs"),
    ("needed", core.needed, "Which extensions need an extension"),
    ("can-remove", core.can_remove, "Whether an extension can be removed"),
    ("remove", core.can_remove, "Remove an extension: asks what becomes of its data"),
)


def extensions(manage: Power) -> tuple[Action, ...]:
    """The rows; whoever has the power `manage` may do what is more than a question."""
    every = Action(
        kind=ActionKind.QUESTION,
        name=_WITHIN,
        summary="Which extensions there are, and how they stand; with “extension”, what one is",
        run=core.extensions,
        usage="or /plugin extension info|needs|needed|can-remove|remove|keep|purge NAME",
        also=("extension", "extension list"),
    )
    of_one = partial(Action, within=_WITHIN, takes=(_EXTENSION,), examples=(_EXAMPLE,))
    return (
        every,
        *(
            of_one(kind=ActionKind.QUESTION, name=f"extension {verb}", summary=summary, run=run)
            for verb, run, summary in _QUESTIONS
        ),
        of_one(
            kind=ActionKind.ACT,
            name="extension keep",
            summary="Remove an extension, and keep what it stored",
            run=partial(core.keep, manage),
            power=manage,
        ),
        of_one(
            kind=ActionKind.ACT,
            name="extension purge",
            summary="Forget for ever what an extension stored that was removed",
            run=partial(core.purge, manage),
            takes=(_EXTENSION, _AGAIN),
            power=manage,
            examples=(f"{_EXAMPLE} {_EXAMPLE}",),
        ),
    )
