"""What lines of the master list are meant by the words of a search, of what everybody may know of a plugin."""

from datetime import datetime

from sqlalchemy import ColumnElement
from sqlmodel import Session, col, func, or_, select
from sqlmodel.sql.expression import SelectOfScalar

from models.queries.master_list_lines import contains, has_words, is_about
from models.queries.plugins import is_text
from models.queries.severity import is_at_worst, plugins_called
from models.rules.status import ANY_BROKEN, Verdict
from models.tables import MasterListLine, Plugin, Repository, RepositoryOwner


def is_meant(session: Session, now: datetime, words: str, host_branch: str) -> ColumnElement[bool]:
    """Whether a line, its purpose or its owner says so, or its status at `now` on the host branch is called so.

    The words are folded, and at least one character.
    """
    line = MasterListLine
    said = _meant(session, now, words, host_branch)
    about = is_about(session, words)
    # Hardly any purpose has the name of a status in it.
    if is_text(words) or session.exec(select(line.plugin_id).where(about).limit(1)).first():
        said = or_(said, about)
    told = contains(session, RepositoryOwner.words, words)
    owners = session.exec(select(RepositoryOwner.login_key).where(told)).all()
    if owners:
        said = or_(said, col(line.plugin_id).in_(_owned(session, told)))
    return said


def _meant(session: Session, now: datetime, words: str, host_branch: str) -> ColumnElement[bool]:
    if is_text(words):
        return has_words(session, words)
    if words != ANY_BROKEN:
        return is_at_worst(now, host_branch, Verdict(words))
    broken = [verdict for verdict in Verdict if verdict.broken]
    return col(MasterListLine.plugin_id).in_(plugins_called(now, host_branch, broken))


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
