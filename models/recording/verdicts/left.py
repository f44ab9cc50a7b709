"""Branches of plugins that nobody runs any more: what is broken there is closed, with a word why."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement
from sqlmodel import Session, col, exists, or_, select

from models.events import Outcome
from models.events.silence import BranchesLeft
from models.messages.kept import left_words, moved_words
from models.recording.verdicts.changes import Key
from models.recording.verdicts.incidents import Told, close, tell_all
from models.recording.verdicts.key_states import set_statuses
from models.rules.ecosystems import Ecosystem
from models.rules.incidents import FIELD_SITE_LASTS, QUIET_TIME
from models.rules.sources import JudgingSource
from models.rules.status import Verdict
from models.tables import Incident, Installation, Plugin, Repository, Site, SourceVerdict

# A server may report on two branches in turn; what was heard so lately is not left.
_QUIET_FOR = timedelta(days=3)


def record_branches_left(
    session: Session, left: BranchesLeft, now: datetime
) -> tuple[Outcome, list[Told]]:
    """Close what is broken on branches that are left; `number` in the outcome counts the incidents."""
    steps = []
    for incident, default_branch in _left(session, left.limit, now):
        expire_verdicts(session, incident, now)
        if default_branch and default_branch != incident.plugin_branch:
            words = left_words(incident.plugin_branch, default_branch)
        else:
            words = moved_words(incident.plugin_branch, incident.host_branch)
        steps.append(close(incident, words, now))
    return Outcome(number=len(steps)), tell_all(session, steps, now)


def _left(session: Session, limit: int, now: datetime) -> Sequence[tuple[Incident, str | None]]:
    """Open incidents on branches that nobody says are not well, each with the plugin's default branch.

    Where GitHub calls another branch the default one, a day without a report on them is enough; else some days.
    """
    is_other = col(Repository.default_branch) != col(Incident.plugin_branch)
    return session.exec(
        select(Incident, Repository.default_branch)
        .join(Plugin, col(Plugin.id) == col(Incident.plugin_id))
        .outerjoin(
            Repository,
            (col(Repository.github_id) == col(Plugin.repository_id))
            & col(Repository.deleted).is_(False),
        )
        .where(
            col(Incident.resolved_at).is_(None),
            Plugin.ecosystem == Ecosystem.DISCOURSE,
            ~_runs_somewhere(now),
            or_(is_other & ~_ran_lately(now), ~_heard(now)),
        )
        .order_by(col(Incident.id))
        .limit(limit)
    ).all()


def _heard(now: datetime) -> ColumnElement[bool]:
    """Whether a Guard spoke of the branches lately, or another source's word still counts."""
    return or_(
        _heard_by_guard(now - _QUIET_FOR),
        _says(col(SourceVerdict.source) != JudgingSource.GUARD),
        col(Incident.opened_at) >= now - _QUIET_FOR,
    )


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


def _ran_lately(now: datetime) -> ColumnElement[bool]:
    """Whether a server, which may report on two branches in turn, did so since its last rebuild, or a browser does."""
    by_browser = _says(col(SourceVerdict.source) == JudgingSource.CANARY)
    return or_(_heard_by_guard(now - QUIET_TIME), by_browser)


def _heard_by_guard(since: datetime) -> ColumnElement[bool]:
    by_guard = col(SourceVerdict.source) == JudgingSource.GUARD
    return _of_incident(by_guard, col(SourceVerdict.seen_at) >= since)


def _says(by: ColumnElement[bool]) -> ColumnElement[bool]:
    """Whether such a source found it failing, not too long ago. What these say is of no site."""
    return _of_incident(
        by,
        col(SourceVerdict.verdict) != Verdict.COMPATIBLE,
        col(SourceVerdict.expired).is_(False),
    )


def _of_incident(*conditions: ColumnElement[bool]) -> ColumnElement[bool]:
    return exists().where(
        col(SourceVerdict.plugin_id) == col(Incident.plugin_id),
        col(SourceVerdict.plugin_branch) == col(Incident.plugin_branch),
        col(SourceVerdict.host_branch) == col(Incident.host_branch),
        *conditions,
    )


def expire_verdicts(session: Session, incident: Incident, now: datetime) -> None:
    """What was said of the incident's branches counts no more, until somebody says it again."""
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
