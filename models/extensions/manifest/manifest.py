"""A manifest as frozen values. Pure."""

from datetime import date
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
from models.extensions.manifest.words import Handle, Line, ManifestPart, Short, VersionOf, Versions

_MOST = 50


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
