"""What can happen: frozen values that a door parses and `record` takes."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from models.github_facts import Fact
from models.rules.status import Verdict
from models.tables.canary import ArtefactKind
from models.tables.site import SiteKind


@dataclass(frozen=True, slots=True)
class PluginError:
    """Why one plugin's line was not taken, in words for its sender. `name` is as it was sent."""

    name: str
    reason: str


@dataclass(frozen=True, slots=True)
class Observation:
    """One plugin's line of a report. `name` is as it was sent; message and backtrace are already redacted and cut."""

    name: str
    handle: str
    branch: str
    sha: str
    verdict: Verdict
    message: str | None = None
    backtrace: str | None = None


@dataclass(frozen=True, slots=True)
class Reporter:
    """The verified sender: its key, the kind of site that the key stands for, and the site's domain."""

    key_id: int
    kind: SiteKind
    domain: str


@dataclass(frozen=True, slots=True)
class GuardReport:
    """What a Plugin Guard says of the plugins on its site. `rejected` lines were refused while parsing."""

    reporter: Reporter
    host_branch: str
    host_sha: str
    observations: tuple[Observation, ...]
    rejected: tuple[PluginError, ...] = ()


@dataclass(frozen=True, slots=True)
class Registration:
    """A site names the plugins that it will report on: (name as sent, handle) pairs."""

    reporter: Reporter
    names: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Usage:
    """One plugin's line of a site's statistics."""

    handle: str
    branch: str
    sha: str
    url: str | None = None
    data: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Statistics:
    """What a site tells of the plugins that it runs."""

    host: str
    host_branch: str
    host_sha: str
    usages: tuple[Usage, ...]


@dataclass(frozen=True, slots=True)
class Overdue:
    """The clock has moved: verdicts that passed their source's deadline turn unknown, `limit` of them at the most."""

    limit: int


@dataclass(frozen=True, slots=True)
class GithubDelivery:
    """A verified webhook delivery. `guid` is GitHub's id of it, the same when it is sent again."""

    guid: str
    event: str
    facts: tuple[Fact, ...]


@dataclass(frozen=True, slots=True)
class SmokeStep:
    """A step of a canary run; `result` is "passed", "failed" or "skipped", `message` is redacted and cut."""

    name: str
    result: str
    duration_ms: int
    message: str | None = None


@dataclass(frozen=True, slots=True)
class LoadedPlugin:
    """A plugin that the server had loaded during a run. `name` is as it was sent."""

    name: str
    handle: str
    branch: str
    sha: str


@dataclass(frozen=True, slots=True)
class CanaryReport:
    """What a browser canary says of a run, once it began and again when it has ended."""

    key_id: int
    run_id: str
    server: str
    host_branch: str
    host_sha: str
    started_at: datetime
    finished_at: datetime | None
    steps: tuple[SmokeStep, ...]
    plugins: tuple[LoadedPlugin, ...]


@dataclass(frozen=True, slots=True)
class ArtefactUpload:
    """A run's console log (UTF-8, redacted and cut) or screenshot (PNG, encoded anew)."""

    key_id: int
    run_id: str
    kind: ArtefactKind
    content: bytes


Event = GuardReport | Registration | Statistics | Overdue | GithubDelivery | CanaryReport | ArtefactUpload


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of an event, recorded `at`.

    `refused` is set, and nothing was recorded, when its key is no longer valid; `number` counts what it touched.
    """

    accepted: tuple[str, ...] = ()
    errors: tuple[PluginError, ...] = ()
    refused: str | None = None
    number: int = 0
    at: datetime | None = None
