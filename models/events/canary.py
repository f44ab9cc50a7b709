"""What browser canaries tell, and what people ask of ours. Frozen values for `record`."""

from dataclasses import dataclass
from datetime import datetime

from models.events.lines import PluginError
from models.rules.key_limits import MOST_NEW_NAMES
from models.rules.kinds import ArtefactKind
from models.rules.people import Actor
from models.rules.places import Place
from models.rules.smoke import EarlierAttempt, RunStep


@dataclass(frozen=True, slots=True)
class LoadedPlugin:
    """A plugin that the server had loaded during a run. `name` is as it was sent.

    Of a run of ours, an empty branch or sha stands for what was heard last.
    """

    name: str
    handle: str
    branch: str
    sha: str


@dataclass(frozen=True, slots=True)
class CanaryReport:
    """What a browser canary says of a run, once it began and again when it has ended.

    The steps' messages are redacted and cut. A run of ours has no key; it also tells of the `earlier` attempts, which
    do not count, of how many steps are `planned`, and which one it is `doing`. `ignored` plugins were refused before.
    Of branches of which no run spoke before, `most_new` may be named by its key.
    """

    key_id: int | None
    run_id: str
    server: str
    host_branch: str
    host_sha: str
    started_at: datetime
    finished_at: datetime | None
    steps: tuple[RunStep, ...]
    plugins: tuple[LoadedPlugin, ...]
    earlier: tuple[EarlierAttempt, ...] = ()
    planned: int = 0
    doing: str = ""
    ignored: tuple[PluginError, ...] = ()
    most_new: int = MOST_NEW_NAMES


@dataclass(frozen=True, slots=True)
class ArtefactUpload:
    """A run's console log (UTF-8, redacted and cut), screenshot (PNG, encoded anew) or trace (ZIP, without secrets)."""

    key_id: int | None
    server: str
    run_id: str
    kind: ArtefactKind
    content: bytes


@dataclass(frozen=True, slots=True)
class RunWanted:
    """Somebody wants a server to be tested now, and to see at this place how it goes.

    When `traced`, the browser's own record of the run is kept as well.
    """

    actor: Actor
    place: Place
    server: str
    traced: bool = False
