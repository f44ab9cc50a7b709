"""From broken to fixed."""

from datetime import datetime

import sqlalchemy
from sqlmodel import Field, Index, SQLModel

_OPEN = sqlalchemy.text("resolved_at IS NULL")
# All are of plugins; but to who asks for none, PostgreSQL then cannot offer all of this index, which it takes to be as
# good as any while it knows of no rows.
_OPEN_OF_PLUGIN = sqlalchemy.text("resolved_at IS NULL AND plugin_id IS NOT NULL")
# As above: all have words. SQLite would not use it at all.
_OPEN_IN_WORDS = sqlalchemy.text("resolved_at IS NULL AND fingerprint IS NOT NULL")
# As above: all have a time, and only what asks for those that have one is offered this index.
_OPEN_BY_TIME = sqlalchemy.text("resolved_at IS NULL AND opened_at IS NOT NULL")
_HOST_OPEN = sqlalchemy.text("resolved_at IS NULL AND suspect = 'host'")
_SAID = sqlalchemy.text("sayer IS NOT NULL")
_UNPROVEN = sqlalchemy.text("resolved_at IS NULL AND suspect = 'both' AND bad_host_sha <> ''")


class Incident(SQLModel, table=True):
    """A plugin's branch broken on a host branch. At most one is open for the three at a time.

    `bad_*` are the first commits seen failing, `last_*` the newest ones, `good_*` the last pair
    that worked; `times` counts how often it opened. It is muted while `muted_at` is set; without an
    `until`, until it is fixed. Its issue was asked for at `filed_at`. One that is not `confirmed`
    rests on one report that may be bad luck.
    """

    __table_args__ = (
        Index(
            "one_open_incident",
            "plugin_id",
            "plugin_branch",
            "host_branch",
            unique=True,
            sqlite_where=_OPEN,
            postgresql_where=_OPEN_OF_PLUGIN,
        ),
        Index("incident_of_plugin", "plugin_id", "opened_at"),
        # Of those that ended alone, or SQLite would read by it all that is open.
        Index(
            "incident_by_end",
            "resolved_at",
            sqlite_where=sqlalchemy.text("resolved_at IS NOT NULL"),
            postgresql_where=sqlalchemy.text("resolved_at IS NOT NULL"),
        ),
        Index(
            "open_incident_in_words",
            "fingerprint",
            sqlite_where=_OPEN,
            postgresql_where=_OPEN_IN_WORDS,
        ),
        # Status pages are told of those that opened last.
        Index(
            "open_incident_by_time",
            "opened_at",
            "id",
            sqlite_where=_OPEN,
            postgresql_where=_OPEN_BY_TIME,
        ),
        # What opens looks what else broke by the same host commits (verdicts/causes.py).
        Index(
            "open_incident_by_host",
            "bad_host_sha",
            sqlite_where=_HOST_OPEN,
            postgresql_where=_HOST_OPEN,
        ),
        # Whatever changes a verdict looks whether it proves one of these (verdicts/proving.py).
        Index("incident_without_proof", "id", sqlite_where=_UNPROVEN, postgresql_where=_UNPROVEN),
    )

    id: int | None = Field(default=None, primary_key=True)
    plugin_id: int = Field(foreign_key="plugin.id", ondelete="CASCADE")
    plugin_branch: str
    host_branch: str
    origin: str
    verdict: str
    opened_at: datetime
    updated_at: datetime
    resolved_at: datetime | None = None
    times: int = 1
    confirmed: bool = True
    bad_plugin_sha: str
    bad_host_sha: str
    last_plugin_sha: str
    last_host_sha: str
    good_plugin_sha: str | None = None
    good_host_sha: str | None = None
    suspect: str
    proof: str | None = Field(
        default=None, description="what shows that it is the suspect, where both had moved"
    )
    proof_where: str | None = Field(default=None, description="on which host branch that is seen")
    fingerprint: str
    cause: str = Field(
        index=True, description="what it may share with other incidents, as `routing` names it"
    )
    cause_words: str = Field(
        default="", description="the fingerprint of the error for which the cause was named"
    )
    message: str | None = None
    backtrace: str | None = None
    said_by: str | None = Field(
        default=None, description="the site, canary server or workflow that saw it last"
    )
    reference: str | None = Field(
        default=None, description="the canary run, or the CI run on GitHub, that saw it last"
    )
    failing_sites: int = 0
    pin_version: str | None = Field(
        default=None, description="the host's version that the proposed pin names, once it is read"
    )
    pinned_sha: str | None = Field(
        default=None, description="an older commit that works where sites run it by itself"
    )
    closed: str | None = Field(
        default=None, description="why it ended although nobody saw it work, in words"
    )
    likely_sha: str | None = Field(
        default=None, description="the commit that most likely broke it, once that is clear"
    )
    likely_words: str | None = Field(default=None, description="which one that is, and why")
    likely_repository: str | None = Field(default=None, description="owner/name, of that commit")
    ranked_by: str | None = Field(
        default=None, description="a mark of the evidence by which the likely commit was found"
    )
    fix_sha: str | None = Field(default=None, description="the commit that mends that one")
    fix_words: str | None = Field(default=None, description="which one that is, and how")
    lead_id: int | None = Field(
        default=None,
        foreign_key="incident.id",
        index=True,
        ondelete="SET NULL",
        description="the incident of the same plugin on another host branch whose card tells of it",
    )
    outbreak_id: int | None = Field(default=None, foreign_key="outbreak.id", index=True)
    acknowledged_at: datetime | None = None
    acknowledger_id: int | None = Field(default=None, foreign_key="person.id")
    acknowledged_by: str | None = Field(
        default=None, description="the person's name then, for show"
    )
    owner_id: int | None = Field(default=None, foreign_key="person.id")
    owner: str | None = Field(default=None, description="the owner's name then, for show")
    muted_at: datetime | None = None
    muted_until: datetime | None = None
    muted_by: str | None = Field(default=None, description="the person's name then, for show")
    mute_reason: str | None = None
    filed_at: datetime | None = None
    issue: int | None = Field(
        default=None, description="its issue's number on GitHub, once that stands"
    )


class StoryEntry(SQLModel, table=True):
    """One step of an incident's story, as its thread tells it; a `quiet` one only edited the card.

    `fingerprint` is that of the error of which it told. One that says that it is broken, as somebody said, has its
    `sayer`.
    """

    __tablename__ = "story_entry"
    # Whatever breaks counts how many steps its server made within the hour (verdicts/allowance.py).
    __table_args__ = (
        Index("step_of_sayer", "sayer", "at", sqlite_where=_SAID, postgresql_where=_SAID),
    )

    id: int | None = Field(default=None, primary_key=True)
    incident_id: int = Field(foreign_key="incident.id", index=True, ondelete="CASCADE")
    at: datetime = Field(index=True)
    kind: str
    plugin_sha: str
    host_sha: str
    fingerprint: str | None = None
    words: str
    quiet: bool = False
    sayer: str | None = Field(default=None, description="the judging source, and who said so there")
