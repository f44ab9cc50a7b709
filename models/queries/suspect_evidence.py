"""By what the commits of an incident's ranges are ranked: what was read, what was reported, what plugins say."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

from sqlmodel import Session, col, or_, select

from models.github.ranges import RangeAsked, known_range, ranges_of, unread
from models.rules.bisecting import narrowed
from models.rules.blame import Suspect
from models.rules.own_line import own_lines
from models.rules.status import Verdict
from models.rules.suspects import PluginComplaint
from models.tables import Incident, Installation, Plugin, SourceVerdict

_GOOD, _BAD = Verdict.COMPATIBLE, Verdict.INCOMPATIBLE
# More plugins of one cause than these say nothing new.
_MOST_ALIKE = 20


@dataclass(frozen=True, slots=True)
class RangeEvidence:
    """What is known of a range: GitHub's word on it, and what reports leave of its commits, as shas with titles.

    Of the `unread` ones it is not known yet what they touch.
    """

    asked: RangeAsked
    status: str
    commits: tuple[tuple[str, str], ...]
    unread: frozenset[str]
    complaints: tuple[PluginComplaint, ...]


def evidence_of(session: Session, incident: Incident) -> list[RangeEvidence]:
    """Of the host's range and the plugin's, what is known; nothing of one that was not read yet."""
    alike = _alike(session, incident)
    found = []
    for asked in ranges_of(session, incident):
        read = known_range(session, asked)
        if read is None:
            continue
        own = asked.side is Suspect.PLUGIN
        titles = dict(read.commits)
        shas: Sequence[str] = list(titles)
        if not own:
            shas = narrowed(shas, *_host_reports(session, incident, alike))
        evidence = RangeEvidence(
            asked,
            read.status,
            tuple((sha, titles[sha]) for sha in shas),
            frozenset(sha for sha, _ in unread(session, read)),
            _complaints(session, [incident] if own else alike, own=own),
        )
        found.append(evidence)
    return found


def mark_of(evidence: Sequence[RangeEvidence], works_on: str) -> str:
    """The same for the same evidence, so that it is ranked once."""
    unordered = [sorted(each.unread) for each in evidence]
    ordered = [(each.asked, each.status, each.commits, each.complaints) for each in evidence]
    return hashlib.sha256(repr((ordered, unordered, works_on)).encode()).hexdigest()


def _alike(session: Session, incident: Incident) -> list[Incident]:
    """The incident, and the open ones of other plugins that fail so or are of its outbreak."""
    same = [col(Incident.fingerprint) == incident.fingerprint]
    if incident.outbreak_id:
        same.append(col(Incident.outbreak_id) == incident.outbreak_id)
    others = (
        select(Incident)
        .where(
            col(Incident.resolved_at).is_(None),
            Incident.plugin_id != incident.plugin_id,
            Incident.suspect == Suspect.HOST,
            or_(*same),
        )
        .order_by(col(Incident.id))
    )
    return [incident, *session.exec(others.limit(_MOST_ALIKE))]


def _complaints(
    session: Session, incidents: list[Incident], *, own: bool
) -> tuple[PluginComplaint, ...]:
    handles = {each.plugin_id: session.get_one(Plugin, each.plugin_id).handle for each in incidents}
    return tuple(
        PluginComplaint(
            "" if own else handles[each.plugin_id],
            "\n".join([*own_lines(each.message or ""), each.backtrace or ""]),
        )
        for each in incidents
    )


def _host_reports(
    session: Session, incident: Incident, alike: list[Incident]
) -> tuple[set[str], set[str]]:
    """At which host commits, on whatever branch, the plugin's commit works, and at which it or its like fail so."""
    good = {each.good_host_sha or "" for each in alike if each.suspect == Suspect.HOST}
    bad = {each.bad_host_sha for each in alike if each.suspect == Suspect.HOST}
    sites = select(Installation).where(
        Installation.plugin_id == incident.plugin_id,
        Installation.plugin_sha == incident.bad_plugin_sha,
    )
    for site in session.exec(sites):
        if site.verdict == _GOOD:
            good.add(site.host_sha or "")
        elif site.verdict == _BAD and site.fingerprint == incident.fingerprint:
            bad.add(site.host_sha or "")
    servers = select(SourceVerdict.good_host_sha).where(
        SourceVerdict.plugin_id == incident.plugin_id,
        SourceVerdict.good_plugin_sha == incident.bad_plugin_sha,
    )
    good |= {sha for sha in session.exec(servers) if sha}
    return good, bad
