"""Pages of the plugins of an ecosystem by their names: all, or those that a text is found in."""

from collections.abc import Sequence

from sqlalchemy import ColumnElement
from sqlmodel import Session, and_, col, func, or_, select
from sqlmodel.sql.expression import SelectOfScalar

from models.queries.master_list_lines import contains, has_words
from models.queries.plugins import ON_THE_LIST
from models.queries.privacy import PRIVATE
from models.rules.ecosystems import Ecosystem
from models.rules.status import Verdict
from models.tables import MasterListLine, Plugin, Repository, RepositoryOwner

# As in lists (`list_pages`).
FEW = 1_000


def is_text(filter_: str) -> bool:
    """Whether a filter, as in `plugins.matching`, asks for a part of texts, or for all, and not for a status."""
    return filter_.strip().casefold() not in {"broken", *Verdict}


def named_page(
    session: Session,
    ecosystem: Ecosystem,
    text: str,
    rows: slice,
    *,
    descending: bool,
) -> tuple[Sequence[str], int]:
    """These rows of the handles in their order, and how many there are.

    The text is a part of what everybody may know of a plugin: of its handle, name, repository, tags and purpose, or of
    what its owner says of themselves, in any case; an empty one leaves all.
    """
    line = MasterListLine
    chosen: list[ColumnElement[bool]] = [
        and_(col(line.is_listed)),
        col(line.ecosystem) == ecosystem,
    ]
    others: Sequence[str] = ()
    if wanted := text.strip().casefold():
        chosen += [col(line.plugin_id).not_in(PRIVATE), _says(session, wanted)]
        others = _private(session, ecosystem, wanted)
    # As many of the others as there are may stand before the page, and move these on.
    first = max(0, rows.start - len(others))
    rows_of_lines = slice(first, rows.stop)
    page = _found_once if wanted else _counted_apart
    found, total = page(session, chosen, rows_of_lines, descending=descending)
    handles = sorted((*found, *others), reverse=descending)
    return handles[rows.start - first : rows.stop - first], total + len(others)


def _found_once(
    session: Session, chosen: Sequence[ColumnElement[bool]], rows: slice, *, descending: bool
) -> tuple[Sequence[str], int]:
    """The page and the number by one look at all texts; of many, that look ends early, and they are counted apart."""
    found = select(MasterListLine.handle).where(*chosen).limit(FEW + 1).cte("found")
    number = select(func.count()).select_from(found).scalar_subquery()
    in_order = found.c.handle.desc() if descending else found.c.handle
    shown = select(found.c.handle, number).order_by(in_order)
    page = session.exec(shown.offset(rows.start).limit(rows.stop - rows.start)).all()
    total = page[0][1] if page else _number(session, chosen)
    if total > FEW:
        return _counted_apart(session, chosen, rows, descending=descending)
    return [handle for handle, _ in page], total


def _counted_apart(
    session: Session, chosen: Sequence[ColumnElement[bool]], rows: slice, *, descending: bool
) -> tuple[Sequence[str], int]:
    """The page, in its order, and the number."""
    handle = col(MasterListLine.handle)
    shown = select(handle).where(*chosen).order_by(handle.desc() if descending else handle)
    page = session.exec(shown.offset(rows.start).limit(rows.stop - rows.start)).all()
    return page, _number(session, chosen)


def _number(session: Session, chosen: Sequence[ColumnElement[bool]]) -> int:
    return session.exec(select(func.count()).select_from(MasterListLine).where(*chosen)).one()


def _says(session: Session, wanted: str) -> ColumnElement[bool]:
    line = MasterListLine
    said = or_(has_words(session, wanted), contains(session, line.about, wanted))
    told = contains(session, RepositoryOwner.words, wanted)
    owners = session.exec(select(RepositoryOwner.login_key).where(told)).all()
    return or_(said, col(line.plugin_id).in_(_owned(session, told))) if owners else said


def _owned(session: Session, told: ColumnElement[bool]) -> SelectOfScalar[int | None]:
    """The plugins whose repositories belong to such owners; logins are of ASCII."""
    name = col(Repository.full_name)
    place = func.instr if session.connection().dialect.name == "sqlite" else func.strpos
    login = func.lower(func.substr(name, 1, place(name + "/", "/") - 1))
    owners = select(RepositoryOwner.login_key).where(told)
    return (
        select(col(Plugin.id))
        .join(Repository, col(Repository.github_id) == col(Plugin.repository_id))
        .where(login.in_(owners))
    )


def _private(session: Session, ecosystem: Ecosystem, wanted: str) -> Sequence[str]:
    """Of those whose repositories are private only these texts may be known."""
    rows = session.exec(
        select(Plugin.handle, Plugin.name, Plugin.tags).where(
            ON_THE_LIST, Plugin.ecosystem == ecosystem, col(Plugin.id).in_(PRIVATE)
        )
    )
    return [
        handle
        for handle, name, tags in rows
        if any(wanted in each.casefold() for each in (handle, name, *tags))
    ]
