"""The host's branches: those that the operator knows, those that reports name, and which are one line of history."""

from collections.abc import Callable, Sequence

from sqlalchemy import CTE
from sqlalchemy.orm import aliased
from sqlmodel import Session, col, delete, func, select
from sqlmodel.sql.expression import SelectOfScalar

from models.queries.privacy import visible
from models.rules.ecosystems import Ecosystem
from models.rules.history_lines import host_line
from models.rules.privacy import PUBLIC, Clearance
from models.tables import Commit, HostBranch, MasterListLine, Plugin, SourceVerdict, Status

# Each costs two requests every ten minutes, most of which cost nothing of what GitHub allows.
_MOST_FOLLOWED = 20


def known_branches(session: Session) -> list[HostBranch]:
    """The branches that the operator knows, in the order in which changes reach them."""
    return list(session.exec(select(HostBranch).order_by(col(HostBranch.place))))


def set_known_branches(session: Session, branches: list[tuple[str, str]]) -> None:
    """Let these be the branches that are known, each with its line, in this order."""
    session.exec(delete(HostBranch))
    session.add_all(
        HostBranch(name=name, place=place, line=line) for place, (name, line) in enumerate(branches)
    )


def branch_order(session: Session) -> Callable[[str], tuple[int, str]]:
    """By what branches are sorted: the known ones first, in their order, then others by name."""
    return order_of([row.name for row in known_branches(session)])


def order_of(known: Sequence[str]) -> Callable[[str], tuple[int, str]]:
    """The same, of the known ones in their order."""
    places = {name: place for place, name in enumerate(known)}
    return lambda branch: (places.get(branch, len(places)), branch)


def host_branches(session: Session, *, allowed: Clearance = PUBLIC) -> list[str]:
    """The host branches that reports name and the known ones, in the order in which changes reach them.

    One that only the CI of a hidden plugin names is as private.
    """
    known = {row.name for row in known_branches(session)}
    reported = reported_branches(session, allowed=allowed)
    return sorted({*known, *reported}, key=branch_order(session))


def reported_branches(session: Session, *, allowed: Clearance = PUBLIC) -> list[str]:
    """The host branches on which any source said anything of a plugin of the list, the freshest first."""
    named = _named_branches()
    # The first that is found will do; PostgreSQL would make EXISTS a join with all verdicts.
    said = (
        select(SourceVerdict.plugin_id)
        .join(MasterListLine, col(MasterListLine.plugin_id) == col(SourceVerdict.plugin_id))
        .where(
            col(SourceVerdict.host_branch) == named.c.host_branch,
            col(MasterListLine.is_listed),
            visible(col(SourceVerdict.plugin_id), col(SourceVerdict.source), allowed),
        )
        .limit(1)
        .scalar_subquery()
    )
    is_named = named.c.host_branch.is_not(None)
    found = session.exec(select(named.c.host_branch).where(is_named, said.is_not(None)))
    return sorted(found, key=branch_order(session))


def _named_branches() -> CTE:
    """Each host branch of the verdicts, by a look into its index for the next one: DISTINCT reads all verdicts."""
    branch = col(SourceVerdict.host_branch)
    named = select(func.min(branch).label("host_branch")).cte(recursive=True)
    following = select(func.min(branch)).where(branch > named.c.host_branch).scalar_subquery()
    return named.union_all(select(following).where(named.c.host_branch.is_not(None)))


def ecosystem_of(session: Session, branch: str) -> str | None:
    """Whose plugins run on the host branch, as reports say; None where none speaks of it, or those of several do."""
    reported = select(Plugin.ecosystem).join(Status).where(Status.host_branch == branch).distinct()
    found = session.exec(reported).all()
    return found[0] if len(found) == 1 else None


def branch_of(session: Session, ecosystem: str | None, among: Sequence[str]) -> str:
    """The first of these on which plugins of the ecosystem run, as reports say; or else the first."""
    fitting = (each for each in among if ecosystem and ecosystem_of(session, each) == ecosystem)
    return next(fitting, among[0])


def followed_host_branches(session: Session) -> list[str]:
    """The branches of Discourse that are worth asking GitHub about: the known ones, and those that reports name.

    Of the latter only so many, those of the most statuses, for a site may call its branch as it likes.
    """
    known = {row.name for row in known_branches(session)}
    named = session.exec(_reported().limit(_MOST_FOLLOWED))
    return sorted({*named, *known}, key=branch_order(session))


def trunk(session: Session, usual: str) -> str:
    """What those who report call the branch of this name: another name of its line where nobody uses this one."""
    reported = list(session.exec(_reported()))
    if usual in reported:
        return usual
    same = {row.name for row in known_branches(session) if usual in {row.name, row.line}}
    return next(
        (each for each in reported if each in same or is_one_line(session, usual, each)), usual
    )


def is_one_line(session: Session, one: str, other: str) -> bool:
    """Whether GitHub listed the newest commit of one of the two branches on the other, too."""
    return _leads(session, host_line(one), host_line(other)) or _leads(
        session, host_line(other), host_line(one)
    )


def _leads(session: Session, line: str, other: str) -> bool:
    mine, same = aliased(Commit), aliased(Commit)
    newest = (
        select(mine.sha)
        .where(mine.line == line, col(mine.asked_at).is_not(None))
        .order_by(func.coalesce(mine.place, mine.id).desc())
        .limit(1)
        .scalar_subquery()
    )
    found = select(same.sha).where(
        same.line == other, same.sha == newest, col(same.asked_at).is_not(None)
    )
    return session.exec(found).first() is not None


def _reported() -> SelectOfScalar[str]:
    """The branches of Discourse's plugins that have statuses, those of the most first."""
    return (
        select(Status.host_branch)
        .join(Plugin)
        .where(Plugin.ecosystem == Ecosystem.DISCOURSE)
        .group_by(col(Status.host_branch))
        .order_by(func.count().desc(), Status.host_branch)
    )
