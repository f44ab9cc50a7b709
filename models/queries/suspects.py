"""Which commits are suspected of an incident, by all that is known now."""

from sqlmodel import Session, col, select

from models.github.commit_ranges import files_of
from models.messages.links import HOST
from models.queries.host_branches import branch_order
from models.queries.incidents import shown_to
from models.queries.privacy import is_hidden
from models.queries.suspect_evidence import RangeEvidence, evidence_of
from models.rules.bisecting import deciding
from models.rules.blame import Suspect
from models.rules.commit_index import CommitRead
from models.rules.privacy import Clearance
from models.rules.status import Verdict
from models.rules.suspects import ranked
from models.tables import Incident, Plugin, SourceVerdict
from models.views.suspects import SuspectsView, Suspicion


def suspects_of(session: Session, number: int, *, allowed: Clearance) -> SuspectsView | None:
    """Which commits are suspected of an incident; none if it is hidden, and None if it may not be known at all."""
    row = session.get(Incident, number)
    plugin = session.get(Plugin, row.plugin_id) if row else None
    if row is None or plugin is None:
        return None
    shown = shown_to(session, row, plugin, allowed)
    if shown is None:
        return None
    if is_hidden(session, plugin.id, allowed):
        return SuspectsView(shown, hidden=True)
    return SuspectsView(
        shown,
        tuple(suspicion(session, row, each) for each in evidence_of(session, row)),
        works_on(session, row),
    )


def works_on(session: Session, incident: Incident) -> str:
    """Another host branch on which the plugin's same commit works, the first that changes reach; empty if none."""
    works = session.exec(
        select(SourceVerdict.host_branch)
        .distinct()
        .where(
            SourceVerdict.plugin_id == incident.plugin_id,
            SourceVerdict.plugin_branch == incident.plugin_branch,
            SourceVerdict.plugin_sha == incident.last_plugin_sha,
            SourceVerdict.host_branch != incident.host_branch,
            SourceVerdict.verdict == Verdict.COMPATIBLE,
            col(SourceVerdict.expired).is_(False),
        )
    ).all()
    return min(works, key=branch_order(session)) if works else ""


def suspicion(session: Session, incident: Incident, evidence: RangeEvidence) -> Suspicion:
    """What is suspected of a range of the host's commits, or the plugin's."""
    touched = files_of(session, evidence.asked.repository, [sha for sha, _ in evidence.commits])
    commits = [
        CommitRead(sha, title)
        if (row := touched.get(sha)) is None
        else CommitRead(sha, title, tuple(row.files), tuple(row.names), frozenset(row.gone))
        for sha, title in evidence.commits
    ]
    own = evidence.asked.side is Suspect.PLUGIN
    # Where both moved, even the only commit of one of them need not be guilty.
    is_left = (own or evidence.is_narrowed) and incident.suspect != Suspect.BOTH
    ranking = ranked(evidence.complaints, commits, evidence.shared, is_left=is_left)
    weights = {each.commit.sha: each.weight for each in ranking.commits}
    decides = deciding([each.sha for each in commits], weights)
    return Suspicion(
        evidence.asked.side,
        HOST if not own else session.get_one(Plugin, incident.plugin_id).repository,
        evidence.status,
        len(commits),
        sum(each.sha in evidence.unread for each in commits),
        ranking,
        next((each for each in commits if each.sha == decides), None),
    )
