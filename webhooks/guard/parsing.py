"""What a Plugin Guard posts: its shape, and how it is parsed into frozen values. Pure: no clock, no database."""

import re
from collections.abc import Sequence
from contextlib import suppress
from functools import lru_cache
from typing import Any

from models.events import (
    GuardReport,
    Observation,
    Registration,
    Reporter,
)
from models.events.lines import PluginError
from models.events.statistics import Statistics, Usage
from models.rules.ecosystems import Ecosystem
from models.rules.status import Verdict
from models.rules.traits import traits_of
from webhooks.refusal import Refusal
from webhooks.shapes import (
    BranchName,
    Clipped,
    CodedNumber,
    Entries,
    HostName,
    Object,
    PluginName,
    Prose,
    Rows,
    Word,
    WordChoice,
)

MAX_PLUGINS = 1_000
MAX_BRANCH = 255  # what Git allows a reference to be, roughly
MAX_SHA = 64
MAX_MESSAGE = 4_000
MAX_BACKTRACE = 32_000
# Anyone may send these without a key, so that they are as small as can be.
MAX_DATA = 1_000
MAX_URL = 300
# Lines are sent again and again, so that what they mean is remembered: of so many lines, of so many letters at most.
_MOST_KNOWN = 4_096
_SHORT = 300
_PLAIN = ("name", "branch", "sha", "status")
_PLAIN_TYPES = (str, str, str, int)

# A guard sends its status as a number; tests_failing (3) is for the Manager alone to say.
_VERDICTS = {0: Verdict.UNKNOWN, 1: Verdict.COMPATIBLE, 2: Verdict.INCOMPATIBLE}

NAME = PluginName("name")
DOMAIN = HostName("domain", MAX_BRANCH)
_BRANCH = BranchName("branch", MAX_BRANCH)
_SHA = Word("sha", MAX_SHA)
_STATUS = CodedNumber("status", _VERDICTS)
_MESSAGE = Prose("message", MAX_MESSAGE)
_BACKTRACE = Prose("backtrace", MAX_BACKTRACE)
_LINE = Object("it", (NAME, _BRANCH, _SHA, _STATUS, _MESSAGE, _BACKTRACE))

_HOST_BRANCH = BranchName("branch", MAX_BRANCH, "discourse.")
_HOST_SHA = Word("sha", MAX_SHA, "discourse.")
_HOST = Object("discourse", (_HOST_BRANCH, _HOST_SHA))
_LINES = Rows("plugins", "plugin", _LINE.schema, MAX_PLUGINS)
# The ecosystems that a host may name. Pluginwatch judges its own extensions itself.
_OTHERS = tuple(each for each in Ecosystem if each is not Ecosystem.PLUGINWATCH)
_ECOSYSTEM = WordChoice("ecosystem", _OTHERS)
# A Guard of Discourse says no ecosystem, and as its host's commit what Git calls it; other hosts have versions.
_COMMIT = re.compile("[0-9a-f]{40}")
REPORT = Object("the body", (DOMAIN, _LINES, _HOST, _ECOSYSTEM))

_NAMES = Rows("plugins", "plugin", NAME.schema, MAX_PLUGINS)
REGISTRATION = Object("the body", (_NAMES, DOMAIN, _ECOSYSTEM))

_URL = Clipped("url", MAX_URL)
_DATA = Entries("data", MAX_DATA)
_USAGE = Object("it", (NAME, _BRANCH, _SHA, _URL, _DATA))
_HOST_NAME = Word("host", MAX_BRANCH, "discourse.")
_NAMED_HOST = Object("discourse", (_HOST_NAME, _HOST_BRANCH, _HOST_SHA))
_USAGES = Rows("plugins", "plugin", _USAGE.schema, MAX_PLUGINS)
STATISTICS = Object("the body", (_NAMED_HOST, _USAGES, _ECOSYSTEM))


def parse_report(body: Any, reporter: Reporter) -> GuardReport:
    """A status report. A line that makes no sense is put aside with its reason and does not sink the others.

    Raises:
        Refusal: 400: the report as a whole makes no sense.
    """
    fields = REPORT.of(body)
    host = _HOST.read(fields)
    observations: list[Observation] = []
    rejected: list[PluginError] = []
    for place, line in enumerate(_LINES.read(fields)):
        name = _sent_name(line, place)
        try:
            observations.append(_observation(line, name))
        except Refusal as refusal:
            rejected.append(PluginError(name, refusal.reason))
    host_sha = _HOST_SHA.read(host)
    return GuardReport(
        reporter=reporter,
        host_branch=_HOST_BRANCH.read(host),
        host_sha=host_sha,
        observations=_each_once(observations),
        rejected=tuple(rejected),
        ecosystem=_ecosystem(fields, host_sha),
    )


def _each_once(observations: Sequence[Observation]) -> tuple[Observation, ...]:
    """The same, and of lines that say the same the last: whoever records them has one writer, for which all wait."""
    if len({seen.handle for seen in observations}) == len(observations):
        return tuple(observations)  # as nearly always
    return tuple(reversed(dict.fromkeys(reversed(observations))))


def parse_registration(body: Any, reporter: Reporter) -> Registration:
    """The names of the plugins on a site. Entries that are no names, or names that give no handle, are left out.

    Raises:
        Refusal: 400: there are no names.
    """
    fields = REGISTRATION.of(body)
    names = [name for name in _NAMES.read(fields) if isinstance(name, str)]
    if not names:
        raise Refusal(400, 'plugins must be a list of names, such as ["discourse-solved"]')
    pairs = [(name, NAME.handle(name)) for name in names]
    known = tuple((name, handle) for name, handle in pairs if handle)
    return Registration(reporter, known, _ECOSYSTEM.read(fields))


def parse_statistics(body: Any) -> Statistics:
    """The statistics of a site. A line that makes no sense is left out.

    Raises:
        Refusal: 400: it makes no sense as a whole.
    """
    fields = STATISTICS.of(body)
    host = _NAMED_HOST.read(fields)
    usages: list[Usage] = []
    for line in _USAGES.read(fields):
        with suppress(Refusal):
            usages.append(_usage(line))
    host_sha = _HOST_SHA.read(host)
    return Statistics(
        host=_HOST_NAME.read(host).lower(),
        host_branch=_HOST_BRANCH.read(host),
        host_sha=host_sha,
        usages=tuple(usages),
        ecosystem=_ecosystem(fields, host_sha),
    )


def _ecosystem(fields: dict[str, Any], host_sha: str) -> Ecosystem | None:
    """The host's ecosystem: as it says, or Discourse if its commit is one of Git; None if nothing tells."""
    said = _ECOSYSTEM.read(fields)
    if said is None and _COMMIT.fullmatch(host_sha):
        return Ecosystem.DISCOURSE
    return said


def _sent_name(line: Any, place: int) -> str:
    """The name as it was sent, by which its sender finds the error again; without one, the line's place."""
    name = line.get("name") if isinstance(line, dict) else None
    return name if isinstance(name, str) and name else f"plugins[{place}]"


def _observation(line: Any, name: str) -> Observation:
    fields = _LINE.of(line)
    if fields.get("message") is None and fields.get("backtrace") is None:
        sent: Any = tuple(map(fields.get, _PLAIN))
        if tuple(map(type, sent)) == _PLAIN_TYPES and sum(map(len, sent[:3])) <= _SHORT:
            return _known_line(*sent)
    return _read_line(fields, name)


@lru_cache(maxsize=_MOST_KNOWN)
def _known_line(name: str, branch: str, sha: str, status: int) -> Observation:
    """The same for a line without message and backtrace, as nearly all are, remembered from its last time."""
    return _read_line(dict(zip(_PLAIN, (name, branch, sha, status), strict=True)), name)


def _read_line(fields: dict[str, Any], name: str) -> Observation:
    handle = NAME.read(fields)
    verdict = _STATUS.read(fields)
    branch, sha = _BRANCH.read(fields), _SHA.read(fields)
    message, backtrace = _MESSAGE.read(fields), _BACKTRACE.read(fields)
    traits = traits_of(handle, message, backtrace) if verdict.broken else None
    return Observation(name, handle, branch, sha, verdict, message, backtrace, traits)


def _usage(line: Any) -> Usage:
    fields = _USAGE.of(line)
    return Usage(
        handle=NAME.read(fields),
        branch=_BRANCH.read(fields),
        sha=_SHA.read(fields),
        url=_URL.read(fields),
        data=_DATA.read(fields),
    )
