"""What an extension shows on pages, cards and in answers: each kind is a list of tables in its manifest. Pure."""

from datetime import timedelta
from typing import Annotated, Literal

from pydantic import AfterValidator, Field

from models.extensions.manifest.words import Command, Handler, Line, ManifestPart, Rhythm, Short

_MINUTE = timedelta(minutes=1)


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


class Panel(ManifestPart):
    """A Message on a page of ours, redrawn every so often."""

    on: Literal["board", "plugin", "incident", "mine", "menu"]
    title: Short
    run: Handler
    every: Rhythm = _MINUTE


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


class DigestReport(ManifestPart):
    """A question of its own that a digest can carry."""

    title: Short
    question: Command


class Decoration(ManifestPart):
    """Blocks that are added to a card by an edit afterwards."""

    on: Literal["incident"]
    run: Handler
