"""Which commits are suspected of an incident, by all that is known now."""

from sqlmodel import Session, col, or_, select

from models.github.ranges import RangeAsked, files_of, known_range, ranges_of
from models.messages.links import HOST
from models.queries.incidents import shown_to
from models.queries.privacy import is_hidden
from models.rules.bisecting import deciding, narrowed
from models.rules.blame import Suspect
from models.rules.commit_index import CommitRead
from models.rules.own_line import own_lines
from models.rules.privacy import Clearance
from models.rules.status import Verdict
from models.rules.suspects import PluginComplaint, ranked
from models.tables import CommitRange, Incident, Installation, Plugin, SourceVerdict
from models.views.suspects import SuspectsView, Suspicion

_GOOD, _BAD = Verdict.COMPATIBLE, Verdict.INCOMPATIBLE
# More plugins of one cause than these say nothing new.
_MOST_ALIKE = 20


def suspects_of(session: Session, number: int, *, allowed: Clearance) -> SuspectsView | None:
    """Which commits are suspected of an incident: none of a hidden one, and None if there is none that may be known."""
    row = session.get(Incident, number)
    plugin = session.get(Plugin, row.plugin_id) if row else None
    if row is None or plugin is None:
        return None
    shown = shown_to(session, row, plugin, allowed)
    if shown is None:
        return None
    if is_hidden(session, plugin.id, allowed):
        return SuspectsView(shown, hidden=True)
    return SuspectsView(shown, tuple(suspicions(session, row)), works_on(session, row))


def suspicions(session: Session, incident: Incident) -> list[Suspicion]:
    """Of the host's range and the plugin's, what is suspected; nothing of one that was not read yet."""
    found = []
    for asked in ranges_of(session, incident):
        read = known_range(session, asked)
        if read is not None:
            found.append(_suspicion(session, incident, asked, read))
    return found


def works_on(session: Session, incident: Incident) -> str:
    """Another host branch on which the plugin's same commit works; empty if there is none."""
    row = session.exec(
        select(SourceVerdict.host_branch)
        .where(
            SourceVerdict.plugin_id == incident.plugin_id,
            SourceVerdict.plugin_branch == incident.plugin_branch,
            SourceVerdict.plugin_sha == incident.last_plugin_sha,
            SourceVerdict.host_branch != incident.host_branch,
            SourceVerdict.verdict == _GOOD,
            col(SourceVerdict.expired).is_(False),
        )
        .order_by(SourceVerdict.host_branch)
    ).first()
    return row or ""


def _suspicion(
    session: Session, incident: Incident, asked: RangeAsked, read: CommitRange
) -> Suspicion:
    alike = _alike(session, incident)
    shas = [sha for sha, _ in read.commits]
    if asked.side is Suspect.HOST:
        shas = list(narrowed(shas, *_host_reports(session, incident, alike)))
    touched = files_of(session, read)
    titles = dict(read.commits)
    commits = [
        CommitRead(sha, titles[sha])
        if (row := touched.get(sha)) is None
        else CommitRead(sha, titles[sha], tuple(row.files), tuple(row.names), frozenset(row.gone))
        for sha in shas
    ]
    own = asked.side is Suspect.PLUGIN
    ranking = ranked(_complaints(session, [incident] if own else alike, own=own), commits)
    weights = {each.commit.sha: each.weight for each in ranking.commits}
    return Suspicion(
        asked.side,
        HOST if not own else session.get_one(Plugin, incident.plugin_id).repository,
        read.status,
        len(shas),
        sum(sha not in touched for sha in shas),
        ranking,
        next((each for each in commits if each.sha == deciding(shas, weights)), None),
    )


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


def _complaints(session: Session, incidents: list[Incident], *, own: bool) -> list[PluginComplaint]:
    handles = {each.plugin_id: session.get_one(Plugin, each.plugin_id).handle for each in incidents}
    return [
        PluginComplaint(
            "" if own else handles[each.plugin_id],
            "\n".join([*own_lines(each.message or ""), each.backtrace or ""]),
        )
        for each in incidents
    ]


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
