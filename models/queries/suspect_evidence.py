"""The evidence by which an incident's commits are ranked: read from GitHub, reported, and said by other plugins."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

from sqlmodel import Session, col, or_, select

from models.github.commit_ranges import RangeAsked, known_range, ranges_of, unread
from models.queries.privacy import PRIVATE
from models.rules.bisecting import narrowed
from models.rules.blame import Suspect
from models.rules.fingerprint import fingerprint
from models.rules.own_line import own_lines
from models.rules.plugin_names import shared_names
from models.rules.sources import JudgingSource
from models.rules.status import Verdict
from models.rules.suspects import PluginComplaint
from models.tables import Incident, Installation, Plugin, SourceNames, SourceVerdict

_GOOD, _BAD = Verdict.COMPATIBLE, Verdict.INCOMPATIBLE
# More plugins of one cause than these say nothing new.
_MOST_ALIKE = 20
_FEWEST_BROKEN = 2
_FEWEST_WELL = 5
_MOST_WELL = 300
# Goes up when the rules do that rank, so that what was ranked by older ones is ranked again.
_RULES = 4


@dataclass(frozen=True, slots=True)
class RangeEvidence:
    """What is known of a range: GitHub's word on it, and what reports leave of its commits, as shas with titles.

    Of the `unread` ones it is not known yet what they touch. `shared` is what the plugins that broke name in their
    source, and those that work do not. It `is_narrowed` where reports left out some of what GitHub lists.
    """

    asked: RangeAsked
    status: str
    commits: tuple[tuple[str, str], ...]
    unread: frozenset[str]
    complaints: tuple[PluginComplaint, ...]
    shared: tuple[str, ...]
    is_narrowed: bool


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
            _complaints(session, incident, () if own else alike),
            () if own else _shared(session, incident, alike),
            len(shas) < len(titles),
        )
        found.append(evidence)
    return found


def mark_of(evidence: Sequence[RangeEvidence], works_on: str, accused: str) -> str:
    """The same for the same evidence, rules and suspect, so that it is ranked once."""
    unordered = [sorted(each.unread) for each in evidence]
    ordered = [
        (each.asked, each.status, each.commits, each.complaints, each.shared) for each in evidence
    ]
    whole = repr((_RULES, ordered, unordered, works_on, accused))
    return hashlib.sha256(whole.encode()).hexdigest()


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
    session: Session, incident: Incident, alike: Sequence[Incident]
) -> tuple[PluginComplaint, ...]:
    """What all of them fail with; the plugin's own commits are blamed by its own words alone."""
    if not alike:
        return (PluginComplaint("", _text(incident)),)
    ids = {each.plugin_id for each in alike}
    handles = {id_: session.get_one(Plugin, id_).handle for id_ in ids}
    words = _words(handles[incident.plugin_id], incident)
    return tuple(
        PluginComplaint(
            handles[each.plugin_id],
            _text(each),
            _words(handles[each.plugin_id], each) != words,
        )
        for each in alike
    )


def _text(incident: Incident) -> str:
    return "\n".join([*own_lines(incident.message or ""), incident.backtrace or ""])


def _words(handle: str, incident: Incident) -> str:
    """The error without the frames where it was met, which each plugin has of its own."""
    return fingerprint(handle, "\n".join(own_lines(incident.message or "")), None)


def _shared(session: Session, incident: Incident, alike: list[Incident]) -> tuple[str, ...]:
    """What the broken plugins name in common that none names which works where this one failed.

    Nothing is told of what a private repository holds, and nothing where only a few work: that they do not name it may
    be chance.
    """
    public = col(SourceNames.plugin_id).not_in(PRIVATE)
    ids = [each.plugin_id for each in alike]
    asked = select(SourceNames.names).where(public, col(SourceNames.plugin_id).in_(ids))
    broken = session.exec(asked).all()
    if len(broken) < _FEWEST_BROKEN:
        return ()
    well = (
        select(SourceNames.names)
        .join(SourceVerdict, col(SourceVerdict.plugin_id) == col(SourceNames.plugin_id))
        .where(
            public,
            col(SourceNames.plugin_id).not_in(ids),
            SourceVerdict.source == JudgingSource.GUARD,
            SourceVerdict.host_branch == incident.host_branch,
            SourceVerdict.verdict == _GOOD,
            col(SourceVerdict.host_sha).in_([incident.bad_host_sha, incident.last_host_sha]),
        )
        .order_by(col(SourceNames.plugin_id))
        .limit(_MOST_WELL)
    )
    working = session.exec(well).all()
    return shared_names(broken, working) if len(working) >= _FEWEST_WELL else ()


def _host_reports(
    session: Session, incident: Incident, alike: list[Incident]
) -> tuple[set[str], set[str]]:
    """At which host commits, on whatever branch, the plugin's commit works, and at which it or its like fail so.

    Of what browsers see, those know nothing that only load plugins.
    """
    good = {each.good_host_sha or "" for each in alike if each.suspect == Suspect.HOST}
    bad = {each.bad_host_sha for each in alike if each.suspect == Suspect.HOST}
    by_browser = incident.origin == JudgingSource.CANARY
    for site in () if by_browser else _sites_with(session, incident):
        if site.verdict == _GOOD:
            good.add(site.host_sha or "")
        elif site.verdict == _BAD and site.fingerprint == incident.fingerprint:
            bad.add(site.host_sha or "")
    of_plugin = select(SourceVerdict).where(SourceVerdict.plugin_id == incident.plugin_id)
    if by_browser:
        of_plugin = of_plugin.where(SourceVerdict.source == JudgingSource.CANARY)
    for said in session.exec(of_plugin):
        if said.good_plugin_sha == incident.bad_plugin_sha:
            good.add(said.good_host_sha or "")
        if said.plugin_sha == incident.bad_plugin_sha and said.fingerprint == incident.fingerprint:
            bad.add(said.host_sha)
    return good - {""}, (bad | _first_failed(session, incident)) - {""}


def _first_failed(session: Session, incident: Incident) -> set[str]:
    """At which host commits the plugin's commit began to fail so, on all branches, whatever was reported since."""
    alike = select(Incident.bad_host_sha).where(
        Incident.plugin_id == incident.plugin_id,
        Incident.bad_plugin_sha == incident.bad_plugin_sha,
        Incident.fingerprint == incident.fingerprint,
    )
    if incident.origin == JudgingSource.CANARY:
        alike = alike.where(Incident.origin == JudgingSource.CANARY)
    return set(session.exec(alike))


def _sites_with(session: Session, incident: Incident) -> Sequence[Installation]:
    """What sites said last that run the plugin's commit which failed."""
    running = select(Installation).where(
        Installation.plugin_id == incident.plugin_id,
        Installation.plugin_sha == incident.bad_plugin_sha,
    )
    return session.exec(running).all()
