"""The rows of the mirror: each holds the newest version, in whatever order the versions arrive.

Nobody else records while this reads, compares and writes.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Generic, NamedTuple, TypeVar

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
class RowChange(Generic[_Row]):
    """A row as it is now, and a copy of it as it was; `before` is None if the row is new."""

    before: _Row | None
    after: _Row


def merge(session: Session, table: type[_Row], facts: Iterable[_Fact]) -> list[RowChange[_Row]]:
    """Update the rows to the newest of the facts; return the rows that changed."""
    newest: dict[tuple[str, int], _Fact] = {}
    for fact in facts:
        known = newest.setdefault(_key(fact), fact)
        if known.version < fact.version:
            newest[_key(fact)] = fact
    if not newest:
        return []
    ids = {fact.github_id for fact in newest.values()}
    known_rows = select(table).where(col(table.github_id).in_(ids))
    rows = {_key(row): row for row in session.exec(known_rows)}
    moved = []
    for key, fact in newest.items():
        row = rows.get(key)
        if row is None or row.version < fact.version:
            moved.append(_write(session, table, row, fact))
    return moved


def remember_names(session: Session, facts: Iterable[RepositoryFact], now: datetime) -> set[int]:
    """Store the present and former names of the repositories, and from when to when each was borne.

    What came without a time is of `now` at the latest. Returns the ids of the repositories that have a name we did not
    know, or bore one at another time than we knew.
    """
    names: dict[tuple[int, str], _Borne] = {}
    for fact in facts:
        at = fact.at or now
        _note_borne(names, fact.github_id, fact.full_name, _Borne(at))
        for name in fact.former_names:
            _note_borne(names, fact.github_id, name, _Borne(at, at))
    if not names:
        return set()
    rows = [(*key, borne.since, borne.given_up_at) for key, borne in sorted(names.items())]
    return {github_id for (github_id,) in bulk.run(session, _REMEMBER, rows)}


class _Borne(NamedTuple):
    """From when to when a repository bore a name, as far as it was told."""

    since: datetime
    given_up_at: datetime | None = None


def _note_borne(
    names: dict[tuple[int, str], _Borne], github_id: int, name: str, borne: _Borne
) -> None:
    key = (github_id, name.lower())
    known = names.get(key, borne)
    ends = [each.given_up_at for each in (known, borne) if each.given_up_at]
    names[key] = _Borne(min(known.since, borne.since), max(ends) if ends else None)


def move_heads(session: Session, pushes: Iterable[PushFact]) -> None:
    """Move the default branches to the commits that were pushed last."""
    newest: dict[int, PushFact] = {}
    for push in pushes:
        other = newest.get(push.repository_id, push)
        newest[push.repository_id] = max(other, push, key=lambda one: (one.at, one.sha))
    for row in _repositories(session, newest):
        push = newest[row.github_id]
        if row.head_at is None or (row.head_at, row.head_sha or "") < (push.at, push.sha):
            row.head_at = push.at
            row.head_sha = push.sha


def weigh_labels(session: Session, facts: Iterable[LabelFact]) -> None:
    """Count the names that labels were given and lost. A deleted label stays deleted and has no name."""
    told = list(facts)
    rows = _labels(session, {fact.github_id for fact in told})
    for fact in told:
        new = Label(github_id=fact.github_id, repository_id=fact.repository_id)
        row = rows.setdefault(fact.github_id, new)
        if row.deleted or fact.deleted:
            _delete_label(row)
        else:
            row.weights = _weighed(row.weights, fact)
    session.add_all(rows.values())


def read_labels(session: Session, facts: Iterable[LabelsFact]) -> None:
    """Begin counting again from the names that GitHub lists; a label that is not listed was deleted."""
    for fact in facts:
        named = dict(fact.labels)
        known = session.exec(select(Label).where(Label.repository_id == fact.repository_id)).all()
        for row in known:
            if row.github_id not in named:
                _delete_label(row)
        rows = {row.github_id: row for row in known}
        for github_id, name in fact.labels:
            row = rows.get(github_id) or Label(
                github_id=github_id, repository_id=fact.repository_id
            )
            if not row.deleted:
                row.weights = {name: 1}
                row.read = name
                session.add(row)


def announce_releases(session: Session, facts: Iterable[ReleaseFact]) -> list[Release]:
    """Mark the releases that the facts call announced; return the newly marked that still exist."""
    ids = {fact.github_id for fact in facts if fact.announced}
    if not ids:
        return []
    rows = session.exec(select(Release).where(col(Release.github_id).in_(ids))).all()
    fresh = [row for row in rows if not row.announced]
    for row in fresh:
        row.announced = True
    return [row for row in fresh if not row.gone]


def _labels(session: Session, ids: set[int]) -> dict[int, Label]:
    if not ids:
        return {}
    rows = session.exec(select(Label).where(col(Label.github_id).in_(ids)))
    return {row.github_id: row for row in rows}


def _delete_label(row: Label) -> None:
    row.deleted = True
    row.weights = {}
    row.read = None


def _key(told: object) -> tuple[str, int]:
    """What tells the rows of a table apart: their kind, where there are several, and GitHub's id."""
    return getattr(told, "kind", ""), getattr(told, "github_id", 0)


def _write(session: Session, table: type[_Row], row: _Row | None, fact: _Fact) -> RowChange[_Row]:
    # No version decides about what was announced.
    columns = (table.model_fields.keys() & fact.__slots__) - {"announced"}
    said = {name: _stored(getattr(fact, name)) for name in columns}
    if row is None:
        made = table(**said)
        session.add(made)
        return RowChange(None, made)
    before = table(**row.model_dump())
    for name, value in said.items():
        if getattr(row, name) != value:  # a comparison costs much less than an assignment
            setattr(row, name, value)
    return RowChange(before, row)


def _stored(value: Any) -> Any:
    """The value as its column returns it: JSON has lists and no tuples."""
    if isinstance(value, tuple):
        return [list(pair) for pair in value]
    return value


def _repositories(session: Session, ids: Iterable[int]) -> Iterable[Repository]:
    wanted = list(ids)
    if not wanted:
        return ()
    return session.exec(select(Repository).where(col(Repository.github_id).in_(wanted))).all()


def _weighed(weights: dict[str, int], fact: LabelFact) -> dict[str, int]:
    weighed = dict(weights)
    for name, weight in ((fact.given, 1), (fact.taken, -1)):
        if name is not None:
            weighed[name] = weighed.get(name, 0) + weight
    return {name: weight for name, weight in sorted(weighed.items()) if weight}


# The earliest and the latest of what was told, in whatever order; it tells what it added or changed.
_REMEMBER = """
INSERT INTO repository_name AS n (repository_id, key, since, given_up_at)
SELECT repository_id, key, since, given_up_at
FROM {rows(repository_id bigint, key text, since timestamptz, given_up_at timestamptz)} r WHERE true
ON CONFLICT (repository_id, key) DO UPDATE SET
    since = CASE WHEN excluded.since < n.since THEN excluded.since ELSE n.since END,
    given_up_at = CASE WHEN n.given_up_at IS NULL OR n.given_up_at < excluded.given_up_at
                       THEN excluded.given_up_at ELSE n.given_up_at END
WHERE excluded.since < n.since OR n.given_up_at < excluded.given_up_at
   OR (n.given_up_at IS NULL AND excluded.given_up_at IS NOT NULL)
RETURNING repository_id
"""
