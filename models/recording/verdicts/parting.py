"""Incidents that leave their outbreak, since what the host mended shows that they have another cause."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import NamedTuple

from sqlmodel import Session, col, select

from models.messages.kept import PARTED
from models.queries.plugins import plugins_of
from models.recording.verdicts.failing_alike import breakage_of
from models.recording.verdicts.incidents import Told, tell
from models.rules.incidents import StoryKind
from models.rules.parting import strangers
from models.tables import Incident, Outbreak


class _Mending(NamedTuple):
    """The host's commit that mended members of an outbreak."""

    outbreak_id: int
    host_branch: str
    host_sha: str


def part(session: Session, told: list[Told], now: datetime) -> set[str]:
    """Let leave what has another cause, which those that left together share; return these causes.

    What is still broken says in its thread why, as a step that is added to `told`.
    """
    causes = set()
    for mending, mended in _mended_by_host([step.incident for step in told]).items():
        failing = _failing(session, mending)
        if not failing:
            continue
        left = session.get_one(Outbreak, mending.outbreak_id)
        for incident in _strangers(session, mending, mended, failing):
            incident.cause = f"{left.cause}/{mending.host_sha}"
            incident.outbreak_id = None
            causes.add(incident.cause)
            if incident.resolved_at is None:
                told.append(tell(session, incident, StoryKind.CHANGED, now, PARTED))
    session.flush()
    return causes


def _mended_by_host(incidents: Iterable[Incident]) -> dict[_Mending, set[int]]:
    """Which members of outbreaks work again although their plugins had not moved, by what mended them."""
    found: dict[_Mending, set[int]] = {}
    for incident in incidents:
        if incident.outbreak_id is None or incident.resolved_at is None or incident.closed:
            continue
        stood_still = incident.last_plugin_sha == incident.bad_plugin_sha
        host_moved = incident.last_host_sha not in {"", incident.bad_host_sha}
        if stood_still and host_moved:
            mending = _Mending(incident.outbreak_id, incident.host_branch, incident.last_host_sha)
            found.setdefault(mending, set()).add(incident.id or 0)
    return found


def _failing(session: Session, mending: _Mending) -> set[int]:
    """The members that fail on the very commit that mended others."""
    return {
        number or 0
        for number in session.exec(
            select(Incident.id).where(
                Incident.outbreak_id == mending.outbreak_id,
                Incident.host_branch == mending.host_branch,
                Incident.last_host_sha == mending.host_sha,
                Incident.bad_host_sha != mending.host_sha,  # which broke by it, and had worked
                col(Incident.resolved_at).is_(None),
            )
        )
    }


def _strangers(
    session: Session, mending: _Mending, mended: set[int], failing: set[int]
) -> Sequence[Incident]:
    members = select(Incident).where(Incident.outbreak_id == mending.outbreak_id)
    incidents = session.exec(members.order_by(col(Incident.id))).all()
    plugins = plugins_of(session, {incident.plugin_id for incident in incidents})
    breakages = [breakage_of(each, plugins[each.plugin_id].handle) for each in incidents]
    numbers = strangers(breakages, mended, failing)
    return [incident for incident in incidents if incident.id in numbers]
