"""The line to propose for `.discourse-compatibility`, from the last pair of commits that worked."""

from dataclasses import dataclass

from models.messages import links
from models.messages.blocks import known_links
from models.messages.message import Block, Code
from models.metadata.compatibility import CompatibilityError, parse_compatibility
from models.rules.blame import Suspect
from models.rules.ecosystems import Ecosystem
from models.rules.speaking import marked, say
from models.views import IncidentView

_VERSION = "VERSION"
_NUMBER_LIKE = frozenset("0123456789eE")

_SPARE_OLDER_HOSTS = marked(
    "Before fixing the plugin for this host, keep older hosts on the last good commit: add the line below to "
    "the plugin's .discourse-compatibility."
)
_GO_BACK = marked(
    "Until the plugin is fixed, let sites go back to the last good commit: add the line below to the "
    "plugin's .discourse-compatibility."
)


@dataclass(frozen=True, slots=True)
class Proposal:
    """When and why to pin (`advice`), and the line itself.

    `version` is the address of the file that says what VERSION in the line is, while that is not known.
    """

    advice: str
    line: str
    version: str | None

    @property
    def is_ready(self) -> bool:
        """Whether the line names the host's version, so that it can be pasted."""
        return _VERSION not in self.line

    def blocks(self) -> tuple[Block, ...]:
        """What is shown below the advice."""
        line = Code(self.line, ".discourse-compatibility")
        if self.is_ready:
            return (line,)
        return (line, *known_links((say("Where to read VERSION (lib/version.rb)"), self.version)))


def proposal(incident: IncidentView) -> Proposal | None:
    """The pin to propose.

    None where it is no plugin of Discourse, where no good commit is known, where a pin would not
    help or it is not known which one would, or where CI names no host commit.
    """
    good = incident.last_good
    if incident.plugin.ecosystem != Ecosystem.DISCOURSE:
        return None
    if good is None or not links.is_sha(good.plugin_sha) or not incident.first_bad.host_sha:
        return None
    if incident.first_bad.is_bundled:
        return None  # sites get it with the host, whatever a pin says
    # If the host changed, the good commit is proven on older hosts only; if not, on this host too.
    if incident.suspect is Suspect.PLUGIN:
        line = _line("<=", good.plugin_sha, incident.pin_version)
        return Proposal(
            say(_GO_BACK) + _now(line), line, links.host_version(incident.last_bad.host_sha)
        )
    if incident.suspect is Suspect.HOST:
        line = _line("<", good.plugin_sha, incident.pin_version)
        advice = say(_SPARE_OLDER_HOSTS) + _then(line)
        return Proposal(advice, line, links.host_version(incident.first_bad.host_sha))
    return None


def _line(relation: str, sha: str, version: str) -> str:
    # YAML reads digits alone, or with an exponent, as a number.
    quoted = f'"{sha}"' if _NUMBER_LIKE.issuperset(sha) else sha
    line = f"{relation} {version}: {quoted}"
    return (
        line
        if version and _is_read_so(line, relation, sha, version)
        else f"{relation} {_VERSION}: {quoted}"
    )


def _is_read_so(line: str, relation: str, sha: str, version: str) -> bool:
    """Whether a host of this version, by its own rules, makes of the line what is meant."""
    try:
        pinned = parse_compatibility(line).pin(version)
    except (CompatibilityError, ValueError):
        return False
    return pinned == (sha if relation == "<=" else None)


def _now(line: str) -> str:
    return "" if _VERSION not in line else " " + say("VERSION is the host's version now.")


def _then(line: str) -> str:
    if _VERSION not in line:
        return ""
    return " " + say("VERSION is the host's version at the first commit that failed.")
