"""The mirror's rows: each holds the newest version that was told of, in whatever order it was told.

Nobody else records while this reads, compares and writes.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from sqlmodel import Session, col, select

from models.database import bulk
from models.github.facts import (
    AppFact,
    CiFact,
    IssueFact,
    LabelFact,
    LabelsFact,
    PushFact,
    ReleaseFact,
    RepositoryFact,
)
from models.tables import AppInstallation, CiRun, Issue, Label, Release, Repository

_Row = TypeVar("_Row", Repository, Issue, CiRun, Release, AppInstallation)
_Fact = TypeVar("_Fact", RepositoryFact, IssueFact, CiFact, ReleaseFact, AppFact)


@dataclass(frozen=True, slots=True)
class Moved(Generic[_Row]):
    """A row as it is now, and a copy of it as it was; there is none if it was never heard of."""

    before: _Row | None
    after: _Row


def merge(session: Session, table: type[_Row], facts: Iterable[_Fact]) -> list[Moved[_Row]]:
    """Bring the rows to the newest of the facts; return those that moved."""
    newest: dict[tuple[str, int], _Fact] = {}
    for fact in facts:
        known = newest.setdefault(_key(fact), fact)
        if known.version < fact.version:
            newest[_key(fact)] = fact
    if not newest:
        return []
    ids = {fact.github_id for fact in newest.values()}
    rows = {_key(row): row for row in session.exec(select(table).where(col(table.github_id).in_(ids)))}
    return [
        _write(session, table, row, fact)
        for key, fact in newest.items()
        if (row := rows.get(key)) is None or row.version < fact.version
    ]


def remember_names(session: Session, facts: Iterable[RepositoryFact]) -> set[int]:
    """Keep the names that the repositories bear or bore; return the repositories of which one is new."""
    names = {(fact.github_id, name.lower()) for fact in facts for name in (fact.full_name, *fact.former_names)}
    return {github_id for (github_id,) in bulk.run(session, _REMEMBER, sorted(names))} if names else set()


def move_heads(session: Session, pushes: Iterable[PushFact]) -> None:
    """Move the default branches to the commits that were pushed last."""
    newest: dict[int, PushFact] = {}
    for push in pushes:
        newest[push.repository_id] = max(newest.get(push.repository_id, push), push, key=lambda one: (one.at, one.sha))
    for row in _repositories(session, newest):
        push = newest[row.github_id]
        if row.head_at is None or (row.head_at, row.head_sha or "") < (push.at, push.sha):
            row.head_at, row.head_sha = push.at, push.sha


def weigh_labels(session: Session, facts: Iterable[LabelFact]) -> None:
    """Count the names that labels were given and lost. A deleted one stays deleted, and needs no name."""
    told = list(facts)
    ids = {fact.github_id for fact in told}
    rows = (
        {row.github_id: row for row in session.exec(select(Label).where(col(Label.github_id).in_(ids)))} if ids else {}
    )
    for fact in told:
        row = rows.setdefault(fact.github_id, Label(github_id=fact.github_id, repository_id=fact.repository_id))
        row.deleted = row.deleted or fact.deleted
        row.weights = {} if row.deleted else _weighed(row.weights, fact)
        row.read = None if row.deleted else row.read
    session.add_all(rows.values())


def read_labels(session: Session, facts: Iterable[LabelsFact]) -> None:
    """Begin counting anew from the names that labels were seen to have; one that was not seen was deleted."""
    for fact in facts:
        named = dict(fact.labels)
        known = session.exec(select(Label).where(Label.repository_id == fact.repository_id)).all()
        for row in known:
            if row.github_id not in named:
                row.deleted, row.weights, row.read = True, {}, None
        rows = {row.github_id: row for row in known}
        for github_id, name in fact.labels:
            row = rows.get(github_id) or Label(github_id=github_id, repository_id=fact.repository_id)
            if not row.deleted:
                row.weights, row.read = {name: 1}, name
                session.add(row)


def announce_releases(session: Session, facts: Iterable[ReleaseFact]) -> list[Release]:
    """Note which releases were published, as the facts say; return those of which it was not known and that stand."""
    ids = {fact.github_id for fact in facts if fact.announced}
    rows = session.exec(select(Release).where(col(Release.github_id).in_(ids))).all() if ids else ()
    fresh = [row for row in rows if not row.announced]
    for row in fresh:
        row.announced = True
    return [row for row in fresh if not row.gone]


def _key(told: object) -> tuple[str, int]:
    """What tells rows of a table apart: GitHub's id, within the kind if there are several."""
    return getattr(told, "kind", ""), getattr(told, "github_id", 0)


def _write(session: Session, table: type[_Row], row: _Row | None, fact: _Fact) -> Moved[_Row]:
    columns = (table.model_fields.keys() & fact.__slots__) - {"announced"}  # which is no version's
    said = {name: _stored(getattr(fact, name)) for name in columns}
    if row is None:
        made = table(**said)
        session.add(made)
        return Moved(None, made)
    before = table(**row.model_dump())
    for name, value in said.items():
        if getattr(row, name) != value:  # a comparison costs much less than an assignment
            setattr(row, name, value)
    return Moved(before, row)


def _stored(value: Any) -> Any:
    """The value as its column gives it back: JSON has lists and no tuples."""
    return [list(pair) for pair in value] if isinstance(value, tuple) else value


def _repositories(session: Session, ids: Iterable[int]) -> Iterable[Repository]:
    wanted = list(ids)
    return session.exec(select(Repository).where(col(Repository.github_id).in_(wanted))).all() if wanted else ()


def _weighed(weights: dict[str, int], fact: LabelFact) -> dict[str, int]:
    weighed = dict(weights)
    for name, weight in ((fact.given, 1), (fact.taken, -1)):
        if name is not None:
            weighed[name] = weighed.get(name, 0) + weight
    return {name: weight for name, weight in sorted(weighed.items()) if weight}


_REMEMBER = """
INSERT INTO repository_name (repository_id, key)
SELECT repository_id, key FROM {rows(repository_id bigint, key text)} r WHERE true
ON CONFLICT (repository_id, key) DO NOTHING RETURNING repository_id
"""
