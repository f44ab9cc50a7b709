"""Branches of plugins that nobody runs any more: what is broken there is closed, with a word why."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import ColumnElement
from sqlmodel import Session, col, exists, select

from models.events import Outcome
from models.events.silence import BranchesLeft
from models.messages.incident import left_words
from models.recording.verdicts.changes import Key
from models.recording.verdicts.incidents import Told, close, tell_all
from models.recording.verdicts.known import set_statuses
from models.rules.ecosystems import Ecosystem
from models.rules.incidents import FIELD_SITE_LASTS
from models.rules.sources import JudgingSource
from models.rules.status import Verdict
from models.tables import Incident, Installation, Plugin, Repository, Site, SourceVerdict


def record_branches_left(
    session: Session, left: BranchesLeft, now: datetime
) -> tuple[Outcome, list[Told]]:
    """Close what is broken on branches that are left; `number` in the outcome counts the incidents."""
    steps = []
    for incident, default_branch in _left(session, left.limit, now):
        _expire(session, incident, now)
        words = left_words(incident.plugin_branch, default_branch or "")
        steps.append(close(incident, words, now))
    return Outcome(number=len(steps)), tell_all(session, steps, now)


def _left(session: Session, limit: int, now: datetime) -> Sequence[tuple[Incident, str | None]]:
    """Open incidents on a branch that GitHub does not call the default one, and that nobody says is not well."""
    return session.exec(
        select(Incident, Repository.default_branch)
        .join(Plugin, col(Plugin.id) == col(Incident.plugin_id))
        .join(Repository, col(Repository.github_id) == col(Plugin.repository_id))
        .where(
            col(Incident.resolved_at).is_(None),
            Plugin.ecosystem == Ecosystem.DISCOURSE,
            col(Repository.deleted).is_(False),
            col(Repository.default_branch).is_not(None),
            Repository.default_branch != Incident.plugin_branch,
            ~_runs_somewhere(now),
            ~_fails_in_a_browser(),
        )
        .order_by(col(Incident.id))
        .limit(limit)
    ).all()


def _runs_somewhere(now: datetime) -> ColumnElement[bool]:
    """Whether the last word of a site that lives is on that branch, and not good."""
    return exists().where(
        col(Installation.plugin_id) == col(Incident.plugin_id),
        col(Installation.plugin_branch) == col(Incident.plugin_branch),
        col(Installation.host_branch) == col(Incident.host_branch),
        col(Installation.verdict) != Verdict.COMPATIBLE,
        col(Site.id) == col(Installation.site_id),
        col(Site.seen_at) >= now - FIELD_SITE_LASTS,
    )


def _fails_in_a_browser() -> ColumnElement[bool]:
    """Whether a browser canary, which says nothing of sites, found it failing not too long ago."""
    return exists().where(
        col(SourceVerdict.plugin_id) == col(Incident.plugin_id),
        col(SourceVerdict.plugin_branch) == col(Incident.plugin_branch),
        col(SourceVerdict.host_branch) == col(Incident.host_branch),
        col(SourceVerdict.source) == JudgingSource.CANARY,
        col(SourceVerdict.verdict) != Verdict.COMPATIBLE,
        col(SourceVerdict.expired).is_(False),
    )


def _expire(session: Session, incident: Incident, now: datetime) -> None:
    """What was said of the branch counts no more, until somebody says it again."""
    key = Key(incident.plugin_id, incident.plugin_branch, incident.host_branch)
    said = select(SourceVerdict).where(
        SourceVerdict.plugin_id == key.plugin_id,
        SourceVerdict.plugin_branch == key.plugin_branch,
        SourceVerdict.host_branch == key.host_branch,
    )
    for row in session.exec(said):
        row.expired = True
    session.flush()
    set_statuses(session, [key], now)
