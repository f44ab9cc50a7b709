"""An incident's life: opened, described, resolved, and the steps that people are told of."""

from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session

from models.database import bulk
from models.messages.story import story_words
from models.queries.incidents import incident_view
from models.queries.plugins import plugin_of
from models.recording.verdicts.changes import Change, Failure, Key
from models.rules.blame import Pair, Suspect, suspect
from models.rules.incidents import StoryKind
from models.rules.routing import outbreak_cause
from models.tables import Incident, Plugin, StoryEntry


@dataclass(frozen=True, slots=True)
class Told:
    """A step of an incident's story that people are to hear of. `quiet` ones only edit the card; `lines` say more.

    Without a `host_sha` only CI tells it.
    """

    incident: Incident
    plugin: Plugin
    kind: StoryKind
    words: str = ""
    quiet: bool = False
    lines: tuple[str, ...] = ()
    host_sha: str = ""


def newest_incident(session: Session, key: Key) -> Incident | None:
    """The key's open incident, or else the one that ended last."""
    found = bulk.run(session, _NEWEST, **key._asdict())
    return session.get_one(Incident, found[0][0]) if found else None


def open_incident(
    session: Session, last: Incident | None, change: Change, origin: str, now: datetime
) -> Told:
    """Open the change's incident: `last` once more when it flaps, a new one else."""
    incident = last or _blank(change.key, now)
    describe(incident, change, now)
    _accuse(incident, change, now)
    incident.origin = origin
    incident.resolved_at = None
    incident.times += 1
    _forget_acknowledgement(incident)
    incident.failing_sites = failing_sites(session, incident.plugin_id, change.pair.plugin_sha)
    session.add(incident)
    session.flush()
    return tell(session, incident, StoryKind.REOPENED if last else StoryKind.OPENED, now)


def describe(incident: Incident, change: Change, now: datetime) -> None:
    """Write down how it fails now, who says so, and on which commits."""
    failure = change.failure or Failure("")
    incident.last_plugin_sha, incident.last_host_sha = change.pair.plugin_sha, change.pair.host_sha
    incident.verdict = change.verdict
    incident.updated_at = now
    incident.fingerprint = failure.fingerprint
    reword(incident, failure)


def reword(incident: Incident, failure: Failure) -> None:
    """Tell the same failure in these words, as who said them."""
    incident.message = failure.message
    incident.backtrace = failure.backtrace
    incident.said_by = failure.said_by
    incident.reference = failure.reference


def resolve(session: Session, incident: Incident, fixed_by: Pair, now: datetime) -> Told:
    """End the incident; its last commits are then the ones that work."""
    incident.resolved_at = incident.updated_at = now
    _forget_acknowledgement(incident)
    incident.last_plugin_sha, incident.last_host_sha = fixed_by.plugin_sha, fixed_by.host_sha
    return tell(session, incident, StoryKind.RESOLVED, now)


def tell(
    session: Session,
    incident: Incident,
    kind: StoryKind,
    now: datetime,
    words: str = "",
    *,
    lines: tuple[str, ...] = (),
    quiet: bool = False,
) -> Told:
    """Add a step to the incident's story, in its usual words unless it brings its own."""
    plugin = plugin_of(session, incident.plugin_id)
    words = words or story_words(kind, incident_view(incident, plugin))
    entry = StoryEntry(
        incident_id=incident.id or 0,
        at=now,
        kind=kind,
        plugin_sha=incident.last_plugin_sha,
        host_sha=incident.last_host_sha,
        words=words,
        quiet=quiet,
    )
    session.add(entry)
    return Told(incident, plugin, kind, words, quiet, lines, entry.host_sha)


def failing_sites(session: Session, plugin_id: int, plugin_sha: str) -> int:
    """How many distinct client sites said last that the plugin fails at this commit, on any host branch."""
    ((count,),) = bulk.run(session, _FAILING_SITES, plugin_id=plugin_id, plugin_sha=plugin_sha)
    return int(count)


def _forget_acknowledgement(incident: Incident) -> None:
    incident.acknowledged_at = incident.acknowledger_id = incident.acknowledged_by = None


def _blank(key: Key, now: datetime) -> Incident:
    """An incident that has not opened yet; `open_incident` fills in the rest."""
    return Incident(
        plugin_id=key.plugin_id,
        plugin_branch=key.plugin_branch,
        host_branch=key.host_branch,
        origin="",
        verdict="",
        opened_at=now,
        updated_at=now,
        times=0,
        bad_plugin_sha="",
        bad_host_sha="",
        last_plugin_sha="",
        last_host_sha="",
        suspect="",
        fingerprint="",
        cause="",
    )


def _accuse(incident: Incident, change: Change, now: datetime) -> None:
    """Write down since when it fails, and who is suspected."""
    good = change.last_good
    incident.bad_plugin_sha, incident.bad_host_sha = change.pair.plugin_sha, change.pair.host_sha
    incident.good_plugin_sha, incident.good_host_sha = (
        (good.plugin_sha, good.host_sha) if good else (None, None)
    )
    incident.suspect = suspect(good, change.pair)
    incident.cause = outbreak_cause(
        change.key.host_branch,
        change.pair.host_sha,
        incident.fingerprint,
        host_moved=incident.suspect in {Suspect.HOST, Suspect.BOTH} and bool(change.pair.host_sha),
        has_words=bool(incident.message),
    )
    incident.opened_at = now


# With every change of a status. In SQLModel these two took a quarter of the time of an outbreak of 150 plugins.
_NEWEST = """
SELECT id FROM incident
WHERE plugin_id = :plugin_id AND plugin_branch = :plugin_branch AND host_branch = :host_branch
ORDER BY resolved_at IS NOT NULL, resolved_at DESC LIMIT 1
"""
_FAILING_SITES = """
SELECT count(*) FROM installation i JOIN site s ON s.id = i.site_id
WHERE i.plugin_id = :plugin_id AND i.plugin_sha = :plugin_sha AND i.verdict = 'incompatible' AND s.kind = 'client'
"""
