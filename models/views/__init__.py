"""What the queries answer: frozen values, free of rows and sessions."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from models.rules.audit import AuditOutcome
from models.rules.blame import Pair, Proof, Suspect
from models.rules.care import UNTOUCHED, Care
from models.rules.digest import USUAL_MINUTE, USUAL_ZONE, Digest
from models.rules.languages import ENGLISH
from models.rules.routing import Filter
from models.rules.smoke import EarlierAttempt, RunState, RunStep
from models.rules.sources import JudgingSource
from models.rules.status import MILDEST_BROKEN, Verdict
from models.rules.suspects import NOT_CLEAR, Likely
from models.views.github import RepositoryView
from models.views.plugin import PluginView as PluginView
from models.views.usage import InstallsView


@dataclass(frozen=True, slots=True)
class VerdictView:
    """A judging source's verdict as it counts now, with the commits judged and when it was seen last."""

    source: JudgingSource
    verdict: Verdict
    seen_at: datetime
    changed_at: datetime
    pair: Pair
    last_good: Pair | None = None


@dataclass(frozen=True, slots=True)
class IncidentView:
    """An incident, open or resolved."""

    number: int
    plugin: PluginView
    plugin_branch: str
    host_branch: str
    origin: str
    verdict: Verdict
    opened_at: datetime
    updated_at: datetime
    resolved_at: datetime | None
    times: int
    suspect: Suspect
    first_bad: Pair
    last_bad: Pair
    last_good: Pair | None
    fingerprint: str
    message: str | None
    backtrace: str | None
    said_by: str | None
    failing_sites: int
    outbreak: int | None = None
    reference: str | None = None
    care: Care = UNTOUCHED
    confirmed: bool = True
    proof: Proof | None = None
    proof_where: str = ""
    pin_version: str = ""
    likely: Likely = NOT_CLEAR
    fix: Likely = NOT_CLEAR
    pinned_sha: str = ""
    closed: str = ""


@dataclass(frozen=True, slots=True)
class StatusView:
    """A plugin's branch on a host branch: the combined status now, what each source said, and the
    open incident.

    `changed_at` is empty where only client sites were heard, whose word is no status.
    `client_sites` counts the client sites heard from, `failing_sites` those of them where the
    plugin fails. `behind` is how many commits of the host's branch are newer than the one that a
    Guard judged last.
    """

    plugin_branch: str
    host_branch: str
    verdict: Verdict
    changed_at: datetime | None
    verdicts: tuple[VerdictView, ...] = ()
    incident: IncidentView | None = None
    client_sites: int = 0
    failing_sites: int = 0
    behind: int = 0


@dataclass(frozen=True, slots=True)
class StatusMatrix:
    """All that is known of a plugin now. `repository` is empty where GitHub never told of it."""

    plugin: PluginView
    statuses: tuple[StatusView, ...] = ()
    repository: RepositoryView | None = None


_NOWHERE = InstallsView()


@dataclass(frozen=True, slots=True)
class PluginLine:
    """A line of a list: the plugin with its worst status, where that is, and its status on each
    host branch.

    `repository_state` is empty, or "archived", or "deleted". The `sites` are those that were counted last.
    """

    plugin: PluginView
    verdict: Verdict
    host_branches: tuple[str, ...] = ()
    verdicts: Mapping[str, Verdict] = field(default_factory=dict)
    repository_state: str = ""
    sites: InstallsView = _NOWHERE

    def on(self, host_branch: str) -> Verdict:
        """The status there."""
        return self.verdicts.get(host_branch, Verdict.UNKNOWN)


@dataclass(frozen=True, slots=True)
class StoryView:
    """One step of an incident's story."""

    at: datetime
    kind: str
    words: str


@dataclass(frozen=True, slots=True)
class IncidentStory:
    """An incident with its story, oldest step first."""

    incident: IncidentView
    story: tuple[StoryView, ...] = ()


@dataclass(frozen=True, slots=True)
class StatusLine:
    """One status, as Plugin Guards read it: the commits that were judged so, and when it was last heard of."""

    handle: str
    plugin_branch: str
    host_branch: str
    verdict: Verdict
    changed_at: datetime
    seen_at: datetime | None = None
    pair: Pair | None = None
    tests: Verdict | None = None


@dataclass(frozen=True, slots=True)
class CanaryRunView:
    """A run of the browser canary as it stands now; `blamed` are the plugins that it failed by, by
    handle.

    `plugins` counts those that it found loaded, `artefacts` names what it left behind that is still
    kept, and `earlier` are the attempts that do not count.
    """

    run_id: str
    server: str
    state: RunState
    host_branch: str
    host_sha: str
    started_at: datetime
    finished_at: datetime | None
    steps: tuple[RunStep, ...] = ()
    plugins: int = 0
    blamed: tuple[str, ...] = ()
    artefacts: tuple[str, ...] = ()
    earlier: tuple[EarlierAttempt, ...] = ()


@dataclass(frozen=True, slots=True)
class AuditLine:
    """An attempt to act: by whom, by name and by the platform's id, and what became of it."""

    at: datetime
    who: str
    id: str
    outcome: AuditOutcome
    words: str


@dataclass(frozen=True, slots=True)
class WishView:
    """What is followed, and what of it is heard: a plugin by its handle, those with a tag, or all
    when both are empty.

    It is followed on any host branch when none is named.
    """

    handle: str
    tag: str
    host_branch: str
    filter: Filter


@dataclass(frozen=True, slots=True)
class DestinationView:
    """A channel or a person with what they follow, and how the channel likes to be told.

    A digest comes at the minute `digest_at` of the day in its zone.
    """

    name: str
    is_person: bool
    wishes: tuple[WishView, ...] = ()
    flat: bool = False
    quiet: bool = False
    least: Verdict = MILDEST_BROKEN
    digest: Digest = Digest.OFF
    digest_at: int = USUAL_MINUTE
    digest_zone: str = USUAL_ZONE
    reminders: bool = True
    escalations: bool = False
    mention: str = ""
    hears_private: bool = False
    language: str = ENGLISH
