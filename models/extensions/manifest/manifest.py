"""A manifest as frozen values. Pure."""

from datetime import date
from itertools import chain
from typing import Annotated, Any

from pydantic import Field

from models.extensions.manifest.contributions import (
    ChatPlace,
    ContributedAction,
    ContributedDestination,
    ContributedJob,
    ContributedSource,
    Hearing,
    Raising,
    WizardStep,
)
from models.extensions.manifest.declared import (
    HostNeeds,
    Maturity,
    Options,
    OwnTables,
    Permissions,
    PythonNeeds,
)
from models.extensions.manifest.shown import (
    Decoration,
    DigestReport,
    LinkFilter,
    MenuEntry,
    Page,
    Panel,
)
from models.extensions.manifest.words import (
    Handle,
    Language,
    Line,
    ManifestPart,
    Short,
    VersionOf,
    Versions,
)
from models.rules.languages import languages_near

_MOST = 50
_MOST_LANGUAGES, _MOST_WORDS = 30, 500


def _many() -> Any:
    return Field(default=(), strict=False, max_length=_MOST)


class Manifest(ManifestPart):
    """What an extension is, needs and may, and what it contributes. `reason` says why a deprecated one is."""

    api: int = Field(ge=1)
    handle: Handle
    name: Short
    version: VersionOf
    status: Maturity = Field(strict=False)
    reason: Line | None = None
    created: date
    publisher: Short
    website: Annotated[Line, Field(pattern=r"^https://[^\s]+$")]
    description: Line
    licence: Short
    host: HostNeeds
    python: PythonNeeds = PythonNeeds()
    requires: dict[Handle, Versions] = Field(default_factory=dict)
    optional: dict[Handle, Versions] = Field(default_factory=dict)
    may: Permissions = Permissions()
    option: Options = Field(default_factory=dict)
    table: OwnTables = Field(default_factory=dict)
    action: tuple[ContributedAction, ...] = _many()
    hears: tuple[Hearing, ...] = _many()
    raises: tuple[Raising, ...] = _many()
    source: tuple[ContributedSource, ...] = _many()
    panel: tuple[Panel, ...] = _many()
    menu: tuple[MenuEntry, ...] = _many()
    page: tuple[Page, ...] = _many()
    filter: tuple[LinkFilter, ...] = _many()
    job: tuple[ContributedJob, ...] = _many()
    report: tuple[DigestReport, ...] = _many()
    wizard: tuple[WizardStep, ...] = _many()
    destination: tuple[ContributedDestination, ...] = _many()
    place: tuple[ChatPlace, ...] = _many()
    decorate: tuple[Decoration, ...] = _many()
    words: dict[Language, Annotated[dict[Line, Line], Field(max_length=_MOST_WORDS)]] = Field(
        default_factory=dict, max_length=_MOST_LANGUAGES
    )

    def said(self, words: str, language: str) -> str:
        """A label or a title of it in this language, or the nearest that it has."""
        known = (self.words.get(each, {}).get(words) for each in languages_near(language))
        return next(filter(None, known), words)

    @property
    def labels(self) -> frozenset[str]:
        """What of it people read in their own language: labels of buttons and the menu, titles, and what forms ask."""
        fields = chain.from_iterable(step.fields for step in self.wizard)
        titles = {
            *(each.title for each in self.page),
            *(each.title for each in self.panel),
            *(each.title for each in self.report),
            *(each.title for each in self.wizard),
        }
        pressed = {each.button for each in self.action if each.button}
        pressed |= {each.label for each in self.menu}
        return frozenset(pressed | titles | {each.about for each in fields})

    @property
    def handlers(self) -> frozenset[str]:
        """Every handler that it names, all of which its code must have."""
        lists = (
            self.action,
            self.hears,
            self.source,
            self.panel,
            self.page,
            self.job,
            self.wizard,
            self.destination,
            self.decorate,
        )
        return frozenset(each.run for contributions in lists for each in contributions)
