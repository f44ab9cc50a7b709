"""Whether what we read of Discourse still looks as we know it: names that it changed match nothing any more."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from sqlmodel import Session, col, func, select

from models.health.finding import Finding, Weight
from models.messages.times import ago
from models.queries.host_branches import is_one_line, known_branches
from models.rules.ci import WORKFLOW, WORKFLOW_RUN
from models.rules.inert import inert
from models.rules.kinds import SiteKind
from models.tables import CanaryRun, CiRun, Site

_LONG = timedelta(days=30)
# A server may have no plugin for a run or two, while it is set up.
_RUNS_TO_TELL = 5
_MOST_RUNS = 500


def upstream_findings(session: Session, now: datetime) -> Iterator[Finding]:
    """What was looked for and has not been found for long."""
    yield from _workflow(session, now)
    yield from _bundles(session, now)
    yield from _branches(session, now)


def _workflow(session: Session, now: datetime) -> Iterator[Finding]:
    """No workflow of the name by which plugins' tests are known, though others run."""
    newest = select(func.max(CiRun.completed_at)).where(CiRun.kind == WORKFLOW_RUN)
    heard = session.exec(newest).one()
    ours = session.exec(newest.where(CiRun.name == WORKFLOW)).one()
    if heard is None or heard < now - _LONG or (ours is not None and ours >= now - _LONG):
        return
    last = f" (the last one {ago(ours, now)})" if ours else ""
    words = f'GitHub reports CI, but no workflow named "{WORKFLOW}" ran in {_LONG.days} days{last}'
    yield Finding(
        Weight.HINT,
        f"{words}: if Discourse calls it otherwise now, nobody judges plugins' tests.",
    )


def _bundles(session: Session, now: datetime) -> Iterator[Finding]:
    """Servers whose canary finds no plugin loaded, run after run."""
    runs = session.exec(
        select(CanaryRun.server, CanaryRun.plugins)
        .where(col(CanaryRun.finished_at) >= now - _LONG)
        .order_by(col(CanaryRun.started_at).desc())
        .limit(_MOST_RUNS)
    )
    loaded: dict[str, list[bool]] = {}
    for server, plugins in runs:
        loaded.setdefault(server, []).append(bool(plugins))
    for server, newest in sorted(loaded.items()):
        if len(newest) >= _RUNS_TO_TELL and not any(newest[:_RUNS_TO_TELL]):
            words = (
                f"The last {_RUNS_TO_TELL} canary runs of {inert(server)} found no plugin loaded"
            )
            yield Finding(
                Weight.HINT,
                f"{words}: if it has some, Discourse may serve their scripts by other names now.",
            )


def _branches(session: Session, now: datetime) -> Iterator[Finding]:
    """Servers that name a branch of Discourse that is not known, while nobody names one that is."""
    asked = select(Site.host_branch).where(
        col(Site.seen_at) >= now - _LONG, Site.kind == SiteKind.CANARY
    )
    heard = {name for name in session.exec(asked.distinct()) if name}
    known = [row.name for row in known_branches(session)]
    missed = [name for name in known if name not in heard]
    for new in sorted(heard - {*known}):
        if not missed:
            return
        same = [name for name in missed if is_one_line(session, name, new)]
        former = (same or missed)[0]
        words = f"Servers name the host branch {inert(new)}, which is not known, and none named {former} in 30 days"
        why = "as GitHub has the same commits on both" if same else "if that is its name now"
        yield Finding(
            Weight.HINT,
            f"{words}: {why}, say so with python -m models host-branches set {inert(new)}={former} …",
        )
