"""What the queries answer of suspect commits: frozen values, as those of `models.views`."""

from dataclasses import dataclass

from models.rules.blame import Suspect
from models.rules.commit_index import CommitRead
from models.rules.suspects import Ranking
from models.views import IncidentView


@dataclass(frozen=True, slots=True)
class Suspicion:
    """What is suspected of a range of the host's commits, or the plugin's; `unread` ones by their titles alone.

    `status` is GitHub's word on the commit that failed, seen from the one that worked. The commit `decides` would tell
    the most if it were tried.
    """

    side: Suspect
    repository: str
    status: str
    commits: int
    unread: int
    ranking: Ranking
    decides: CommitRead | None


@dataclass(frozen=True, slots=True)
class SuspectsView:
    """Which commits are suspected of an incident, and the host branch that the plugin's same commit `works_on`.

    Nothing is told of one that is `hidden`.
    """

    incident: IncidentView
    suspicions: tuple[Suspicion, ...] = ()
    works_on: str = ""
    hidden: bool = False
