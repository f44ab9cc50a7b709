"""Records which commit most likely broke a plugin, and which one mends it."""

from datetime import datetime

from sqlmodel import Session

from models.events import Outcome
from models.events.github import FixLanded, LikelyCommit
from models.messages.links import HOST
from models.recording.verdicts.incidents import Told, tell
from models.rules.incidents import StoryKind
from models.tables import Incident


def record_likely(
    session: Session, found: LikelyCommit, now: datetime
) -> tuple[Outcome, list[Told]]:
    """Name the commit on the incident's card, or none; nothing where it has ended or broke anew meanwhile.

    What the card says already is told to nobody; that it was ranked is noted.
    """
    incident = session.get(Incident, found.incident)
    asked = found.bad_host_sha, found.bad_plugin_sha
    if incident is None or incident.resolved_at or _range_ends(incident) != asked:
        return Outcome(number=0, at=now), []
    incident.ranked_by = found.ranked_by
    if (incident.likely_sha or "", incident.likely_words or "") == (found.sha, found.words):
        return Outcome(number=0, at=now), []
    if incident.likely_sha != found.sha:
        incident.fix_sha = incident.fix_words = None
    incident.likely_sha, incident.likely_words = found.sha or None, found.words or None
    incident.likely_repository = found.repository or None
    incident.updated_at = now
    told = tell(session, incident, StoryKind.ACCUSED, now, _story_words(found), quiet=True)
    return Outcome(number=1, at=now), [told]


def record_fix(session: Session, fix: FixLanded, now: datetime) -> tuple[Outcome, list[Told]]:
    """Name the commit that mends it on the incident's card; nothing where another one is likely meanwhile."""
    incident = session.get(Incident, fix.incident)
    if incident is None or incident.resolved_at or incident.likely_sha != fix.likely_sha:
        return Outcome(number=0, at=now), []
    incident.fix_sha, incident.fix_words = fix.sha, fix.words
    incident.updated_at = now
    is_public = incident.likely_repository == HOST
    words = fix.words if is_public else "A fix of that commit has landed: the card names it."
    told = tell(session, incident, StoryKind.ACCUSED, now, words, quiet=True)
    return Outcome(number=1, at=now), [told]


def _story_words(found: LikelyCommit) -> str:
    """What the story tells to all: of the host's commit all, of the plugin's nothing that may be private."""
    if not found.sha:
        return found.words or "No single commit is likely any more."
    if found.repository == HOST:
        return found.words
    return "One of the plugin's commits is the likeliest: the card names it."


def _range_ends(incident: Incident) -> tuple[str, str]:
    return incident.bad_host_sha, incident.bad_plugin_sha
