"""What an extension contributes: each kind is a list of tables in its manifest. Pure."""

from collections import Counter
from datetime import timedelta
from keyword import iskeyword
from typing import Annotated, Literal, Self

from pydantic import AfterValidator, Field, StringConstraints, model_validator

from models.extensions.manifest.words import (
    Command,
    Handler,
    Length,
    Line,
    ManifestPart,
    Name,
    Rhythm,
    Short,
)
from models.rules.status import Verdict

_MINUTE = timedelta(minutes=1)
_LONGEST_JOB = timedelta(hours=1)
# What events are about; an extension's own are named by its handle.
NOUNS = (
    *("incident", "outbreak", "plugin", "issue", "release", "push", "ci", "canary"),
    *("person", "role", "key", "follow", "extension", "error"),
)
# What a handler gets beside its arguments, which are passed to it by their names.
_PASSED = {"call", "self"}
# The word by which an act on several incidents is done, which is asked about first without it.
SURE = "sure"
_PLUGIN = "plugin"  # what a step of a bug report is also passed
# What may be said from elsewhere is what CI says.
_VERDICTS = frozenset({Verdict.COMPATIBLE, Verdict.TESTS_FAILING})


def _event(text: str) -> str:
    noun, dot, what = text.partition(".")
    if not dot or not noun.isidentifier() or not what.replace("_", "").isalpha():
        raise ValueError(
            f"is {text!r}; it must be NOUN.WHAT or HANDLE.WHAT, such as incident.opened"
        )
    return text


def _verdicts(words: tuple[str, ...]) -> tuple[str, ...]:
    wrong = [word for word in words if word not in _VERDICTS]
    if wrong:
        raise ValueError(f"names {', '.join(wrong)}; verdicts are {', '.join(sorted(_VERDICTS))}")
    return words


class Taken(ManifestPart):
    """An argument of an action, or a field of a form."""

    name: Name
    type: Literal["text", "name", "integer", "flag", "choice", "plugin", "incident"]
    about: Line
    required: bool = False
    of: tuple[Short, ...] = Field(default=(), strict=False, max_length=30)

    @model_validator(mode="after")
    def _choice(self) -> Self:
        if (self.type == "choice") != bool(self.of):
            raise ValueError("a choice, and nothing else, needs `of`, the words to choose from")
        return self


def _distinct(takes: tuple[Taken, ...]) -> tuple[Taken, ...]:
    """As they can be passed by name."""
    counted = Counter(each.name for each in takes)
    wrong = [f"{name!r} stands {count} times" for name, count in counted.items() if count > 1]
    wrong += [
        f"{name!r} is passed to every handler, or is a word of Python; choose another name"
        for name in counted
        if name in _PASSED or iskeyword(name)
    ]
    if wrong:
        raise ValueError("; ".join(wrong))
    return takes


def _beside_plugin(fields: tuple[Taken, ...]) -> tuple[Taken, ...]:
    if any(each.name == _PLUGIN for each in fields):
        raise ValueError(f"{_PLUGIN!r} is passed to every step; choose another name")
    return fields


_Takes = Annotated[tuple[Taken, ...], Field(strict=False, max_length=10), AfterValidator(_distinct)]


class ContributedAction(ManifestPart):
    """A question or an act of one's own: `/plugin HANDLE NAME`, with a `button` on incidents if it takes one of these.

    One that takes a `selection` takes several incidents, and its button stands on outbreaks, too.
    """

    name: Command
    kind: Literal["question", "act"]
    summary: Line
    run: Handler
    takes: _Takes = ()
    power: Literal["ask", "follow", "act", "test", "administer"] = "ask"
    button: Annotated[str, StringConstraints(min_length=1, max_length=40)] | None = None
    selection: bool = False

    @model_validator(mode="after")
    def _incident(self) -> Self:
        if not (self.button or self.selection):
            return self
        required = [each for each in self.takes if each.required]
        if [each.type for each in required] != ["incident"] or required[0] != self.takes[0]:
            words = "an incident must be the first that it takes, and all that it requires"
            raise ValueError(f"for a button or a selection, {words}")
        if self.selection and any(each.name == SURE for each in self.takes):
            raise ValueError(
                f"{SURE!r} is what says that one means a selection; choose another name"
            )
        return self


class Hearing(ManifestPart):
    """A handler that hears of an event after it has happened."""

    event: Annotated[str, AfterValidator(_event)]
    run: Handler


class Raising(ManifestPart):
    """An event of its own, which others hear as HANDLE.NAME; `schema` says of what type each fact is."""

    name: Name
    facts: Annotated[
        dict[Name, Literal["text", "integer", "real", "flag", "time"]], Field(alias="schema")
    ]


class Verification(ManifestPart):
    """How a webhook is verified: a shared token, an HMAC of the body, or a Standard Webhook; `secret` is an option."""

    recipe: Literal["token", "hmac", "standard"]
    secret: Name
    header: Short | None = None

    @model_validator(mode="after")
    def _header(self) -> Self:
        if (self.recipe == "standard") != (self.header is None):
            raise ValueError(
                "a token and an HMAC need the `header` they stand in; a Standard Webhook needs none"
            )
        return self


class ContributedSource(ManifestPart):
    """A webhook door: how it is verified, the header with a delivery's id, and which verdicts it may say."""

    name: Command
    verify: Verification
    id: Short
    run: Handler
    says: Annotated[
        tuple[str, ...], Field(strict=False, max_length=10), AfterValidator(_verdicts)
    ] = ()


class ContributedJob(ManifestPart):
    """What the clock calls every so often; it is ended at its `limit`."""

    name: Command
    every: Rhythm
    run: Handler
    limit: Length = _MINUTE

    @model_validator(mode="after")
    def _bounds(self) -> Self:
        if self.limit > _LONGEST_JOB:
            raise ValueError('`limit` must be "1 h" at the most')
        return self


class WizardStep(ManifestPart):
    """A step of the bug report, behind its form: its fields, and a handler that may say something to the answers."""

    name: Command
    title: Short
    fields: Annotated[
        tuple[Taken, ...],
        Field(strict=False, min_length=1, max_length=5),  # no more fit into a form of Discord
        AfterValidator(_distinct),
        AfterValidator(_beside_plugin),
    ]
    run: Handler
    skippable: bool = True


class ContributedDestination(ManifestPart):
    """Another way to be told; `address` says to people what an address of it looks like."""

    name: Command
    about: Line
    address: Line
    run: Handler


class ChatPlace(ManifestPart):
    """A chat to ask in: its source or its job hands over who asked, where, and the words."""

    name: Command
    through: Command
