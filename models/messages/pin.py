"""The line to propose for `.discourse-compatibility`, from the last pair of commits that worked."""

from dataclasses import dataclass

from models.messages import links
from models.messages.blocks import known_links
from models.messages.message import Block, Code
from models.rules.blame import Suspect
from models.rules.ecosystems import Ecosystem
from models.views import IncidentView

_NUMBER_LIKE = frozenset("0123456789eE")

_SPARE_OLDER_HOSTS = (
    "Before fixing the plugin for this host, keep older hosts on the last good commit: add the line below to the "
    "plugin's .discourse-compatibility. VERSION is the host's version at the first commit that failed."
)
_GO_BACK = (
    "Until the plugin is fixed, let sites go back to the last good commit: add the line below to the plugin's "
    ".discourse-compatibility. VERSION is the host's version now."
)


@dataclass(frozen=True, slots=True)
class Proposal:
    """When and why to pin (`advice`), and the line itself.

    `version` is the address of the file that says what VERSION in the line is.
    """

    advice: str
    line: str
    version: str | None

    def blocks(self) -> tuple[Block, ...]:
        """What is shown below the advice."""
        where = known_links(("Where to read VERSION (lib/version.rb)", self.version))
        return (Code(self.line, ".discourse-compatibility"), *where)


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
    # If the host changed, the good commit is proven on older hosts only; if not, on this host too.
    if incident.suspect is Suspect.PLUGIN:
        return _proposal(_GO_BACK, "<=", good.plugin_sha, incident.last_bad.host_sha)
    if incident.suspect is Suspect.HOST:
        return _proposal(_SPARE_OLDER_HOSTS, "<", good.plugin_sha, incident.first_bad.host_sha)
    return None


def _proposal(advice: str, relation: str, sha: str, host_sha: str) -> Proposal:
    # YAML reads digits alone, or with an exponent, as a number.
    quoted = f'"{sha}"' if _NUMBER_LIKE.issuperset(sha) else sha
    return Proposal(advice, f"{relation} VERSION: {quoted}", links.host_version(host_sha))
