"""What an extension contributes: each kind is a list of tables in its manifest. Pure."""

from collections import Counter
from datetime import timedelta
from keyword import iskeyword
from typing import Annotated, Literal, Self

from pydantic import AfterValidator, Field, model_validator

from models.extensions.manifest.words import (
    Command,
    Handler,
    Length,
    Line,
    ManifestPart,
    Name,
    Short,
)
from models.rules.status import Verdict

_MINUTE = timedelta(minutes=1)
_LONGEST_RHYTHM = timedelta(days=1)  # calls are kept so long, by which a slot is known
_LONGEST_JOB = timedelta(hours=1)
# What events are about; an extension's own are named by its handle.
NOUNS = (
    *("incident", "outbreak", "plugin", "issue", "release", "push", "ci", "canary"),
    *("person", "role", "key", "follow", "extension", "error"),
)
# What a handler gets beside its arguments, which are passed to it by their names.
_PASSED = {"call", "self"}
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


def _template(url: str) -> str:
    if (
        not url.startswith("https://")
        or url.count("{rest}") != 1
        or "{rest}" in url.split("/", 3)[2]
    ):
        raise ValueError(
            "must be an address such as https://jira.example.com/browse/OPS-{rest}, with {rest} behind the host"
        )
    return url


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


_Takes = Annotated[tuple[Taken, ...], Field(strict=False, max_length=10), AfterValidator(_distinct)]


class ContributedAction(ManifestPart):
    """A question or an act of one's own: `/plugin HANDLE NAME`, a `button` on incidents, or one for a `selection`."""

    name: Command
    kind: Literal["question", "act"]
    summary: Line
    run: Handler
    takes: _Takes = ()
    power: Literal["ask", "follow", "act", "test", "administer"] = "ask"
    button: Short | None = None
    selection: bool = False


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


class Panel(ManifestPart):
    """A Message on a page of ours, redrawn every so often."""

    on: Literal["board", "plugin", "incident", "mine", "menu"]
    title: Short
    run: Handler
    every: Length = _MINUTE


class MenuEntry(ManifestPart):
    """An entry of the menu that leads to a page of its own."""

    label: Short
    page: Command


class Page(ManifestPart):
    """A page of its own, below /extensions/HANDLE/."""

    name: Command
    title: Short
    run: Handler


class LinkFilter(ManifestPart):
    """Turns a prefix followed by a number or a word into a link."""

    prefix: Annotated[Short, Field(max_length=20)]
    rest: Literal["number", "word"]
    link: Annotated[Line, AfterValidator(_template)]


class ContributedJob(ManifestPart):
    """What the clock calls every so often; it is ended at its `limit`."""

    name: Command
    every: Length
    run: Handler
    limit: Length = _MINUTE

    @model_validator(mode="after")
    def _bounds(self) -> Self:
        if self.every < _MINUTE:
            raise ValueError('`every` must be "1 min" or longer')
        if self.every > _LONGEST_RHYTHM:
            raise ValueError('`every` must be "1 d" at the most')
        if self.limit > _LONGEST_JOB:
            raise ValueError('`limit` must be "1 h" at the most')
        return self


class DigestReport(ManifestPart):
    """A question of its own that a digest can carry."""

    title: Short
    question: Command


class WizardStep(ManifestPart):
    """Fields, or a step of their own, in the bug report's wizard."""

    name: Command
    title: Short
    fields: Annotated[
        tuple[Taken, ...],
        Field(strict=False, min_length=1, max_length=10),
        AfterValidator(_distinct),
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


class Decoration(ManifestPart):
    """Blocks that are added to a card by an edit afterwards."""

    on: Literal["incident", "outbreak"]
    run: Handler
