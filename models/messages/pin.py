"""The line to propose for `.discourse-compatibility`, from the last pair of commits that worked."""

from dataclasses import dataclass

from models.messages import links
from models.messages.message import Block, Code, Links
from models.rules.blame import Suspect
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
    """When and why to pin, the line itself, and the file that tells VERSION, which commits alone do not."""

    advice: str
    line: str
    version: str | None

    def blocks(self) -> tuple[Block, ...]:
        """What stands below the advice."""
        where = (Links((("Where to read VERSION (lib/version.rb)", self.version),)),) if self.version else ()
        return (Code(self.line, ".discourse-compatibility"), *where)


def proposal(incident: IncidentView) -> Proposal | None:
    """The pin to propose; None where no good commit is known, where none would help, or where CI names no host."""
    good = incident.last_good
    if good is None or not links.is_sha(good.plugin_sha) or not incident.first_bad.host_sha:
        return None
    # Where the host moved, the good commit is proven on older hosts only; where it did not, on this very host.
    if incident.suspect is Suspect.PLUGIN:
        return _proposal(_GO_BACK, "<=", good.plugin_sha, incident.last_bad.host_sha)
    if incident.suspect in {Suspect.HOST, Suspect.BOTH}:
        return _proposal(_SPARE_OLDER_HOSTS, "<", good.plugin_sha, incident.first_bad.host_sha)
    return None


def _proposal(advice: str, relation: str, sha: str, host_sha: str) -> Proposal:
    # YAML reads digits alone, or with an exponent, as a number.
    quoted = f'"{sha}"' if _NUMBER_LIKE.issuperset(sha) else sha
    return Proposal(advice, f"{relation} VERSION: {quoted}", links.host_version(host_sha))
