"""What is written of an incident: how it fails now, since which commits, and who is suspected."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy.orm.attributes import set_attribute, set_committed_value
from sqlmodel import Session

from models.database import bulk
from models.recording.verdicts.changes import Change, Failure
from models.rules.blame import Pair, Suspect, known_pair, suspect
from models.tables import Incident

# What is written of an incident goes by its columns: SQLModel takes as long to set one as to read a row, so that a new
# incident is made of all of them at once.
Columns = Mapping[str, Any]
UNACKNOWLEDGED: Columns = {
    "acknowledged_at": None,
    "acknowledger_id": None,
    "acknowledged_by": None,
}
# What is found out of an incident that fails since these commits.
_FOUND_LATER = (
    "proof",
    "proof_where",
    "pin_version",
    "likely_sha",
    "likely_words",
    "likely_repository",
    "fix_sha",
    "fix_words",
    "ranked_by",
    "pinned_sha",
)


def describe(incident: Incident, change: Change, now: datetime) -> None:
    """Write down how it fails now, who says so, and on which commits."""
    if incident.last_host_sha != change.pair.host_sha and incident.suspect == Suspect.PLUGIN:
        incident.pin_version = None  # the pin is to hold for the host's newest version
    set_columns(incident, described(change, now))


def reword(incident: Incident, failure: Failure) -> None:
    """Tell the same failure in these words, as who said them."""
    set_columns(incident, failure._asdict())


def accuse(incident: Incident, change: Change) -> None:
    """Write down since which commits it fails, and who is suspected."""
    set_columns(incident, accused(change))


def suspect_again(incident: Incident) -> None:
    """Suspect whose commits moved, whatever was proven: that was of other words, or of other commits."""
    good = known_pair(incident.good_plugin_sha, incident.good_host_sha)
    incident.suspect = suspect(good, Pair(incident.bad_plugin_sha, incident.bad_host_sha))
    incident.proof = incident.proof_where = incident.pin_version = None


def set_columns(incident: Incident, columns: Columns) -> None:
    """Write these columns. To write one that is so already takes SQLAlchemy as long as to change it, and SQLModel
    writes each twice.
    """
    for name, value in columns.items():
        if getattr(incident, name) != value:
            set_attribute(incident, name, value)


def failure_of(change: Change) -> Failure:
    """How it fails by the change, in no words where it has none."""
    return change.failure or Failure("")


def described(change: Change, now: datetime) -> Columns:
    """The columns of how it fails now, who says so, and on which commits."""
    return {
        "last_plugin_sha": change.pair.plugin_sha,
        "last_host_sha": change.pair.host_sha,
        "verdict": change.verdict,
        "updated_at": now,
        **failure_of(change)._asdict(),
    }


def accused(change: Change) -> Columns:
    """The columns of since which commits it fails, and who is suspected."""
    good = change.last_good
    return {
        "bad_plugin_sha": change.pair.plugin_sha,
        "bad_host_sha": change.pair.host_sha,
        "good_plugin_sha": good.plugin_sha if good else None,
        "good_host_sha": good.host_sha if good else None,
        "suspect": suspect(good, change.pair),
        **dict.fromkeys(_FOUND_LATER),
        "cause": "",  # `outbreaks` names it, once all that broke together is known
        "cause_words": "",
    }


def write_causes(session: Session, incidents: Sequence[Incident], named: Mapping[int, str]) -> None:
    """Write down the causes of these, and that they are those of their present words."""
    new = [
        (each, named[each.id or 0], each.fingerprint)
        for each in incidents
        if (each.cause, each.cause_words) != (named[each.id or 0], each.fingerprint)
    ]
    if not new:
        return
    with bulk.pipelined(session, into_next=True):
        bulk.run(
            session, _WRITE_CAUSES, [(incident.id, cause, words) for incident, cause, words in new]
        )
    for incident, cause, words in new:
        set_committed_value(incident, "cause", cause)
        set_committed_value(incident, "cause_words", words)


# By SQLAlchemy it would take as long as to find them.
_WRITE_CAUSES = """
UPDATE incident SET cause = r.cause, cause_words = r.words FROM {rows(id int, cause text, words text)} r
WHERE incident.id = r.id
"""
