"""Stored fingerprints made again by a newer rule, so that what fails as before is no news.

What is stored is known by what it was made of: the failure's message, or one of its lines, with or without the
backtrace. One that cannot be made again, because its words are no longer kept as they were, stays: the next report
of that failure is then told once as another one.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

import sqlalchemy as sa
from alembic import op

from models.rules.fingerprint import fingerprint

_KEYS = {
    "incident": ("id",),
    "source_verdict": ("plugin_id", "plugin_branch", "host_branch", "source"),
}


class _ErrorText(NamedTuple):
    message: str | None
    backtrace: str | None


@dataclass(frozen=True, slots=True)
class Renewal:
    """From fingerprints as `old` makes them to those of today. `_renewed`: what became of each."""

    old: Callable[[str, str | None, str | None], str]
    _renewed: dict[str, str] = field(default_factory=dict)

    def run(self) -> None:
        """Make all fingerprints again that are stored, and the causes that have their names."""
        names = _names()
        for name in _KEYS:
            self._renew(name, names)
        self._renew_installations(names)
        for name in ("outbreak", "incident"):
            self._rename_causes(name)

    def _renew(self, name: str, names: Mapping[int, tuple[str, ...]]) -> None:
        """Make the fingerprints of this table again, and note what became of each."""
        keys = _KEYS[name]
        columns = dict.fromkeys((*keys, "plugin_id", "fingerprint", "message", "backtrace"))
        table = sa.table(name, *map(sa.column, columns))
        connection = op.get_bind()
        rows = connection.execute(
            sa.select(table).where(table.c.fingerprint.is_not(None))
        ).mappings()
        for row in rows.all():
            words = _ErrorText(row["message"], row["backtrace"])
            made = self._made_again(row["fingerprint"], names.get(row["plugin_id"], ()), words)
            if made is None or made == row["fingerprint"]:
                continue
            self._renewed[row["fingerprint"]] = made
            is_row = sa.and_(*(table.c[key] == row[key] for key in keys))
            connection.execute(sa.update(table).where(is_row).values(fingerprint=made))

    def _made_again(self, stored: str, names: Iterable[str], words: _ErrorText) -> str | None:
        for handle in names:
            for message, backtrace in _made_of(words):
                if self.old(handle, message, backtrace) == stored:
                    return fingerprint(handle, message, backtrace)
        return None

    def _renew_installations(self, names: Mapping[int, tuple[str, ...]]) -> None:
        """What sites fail with, whose words stand only in their reports."""
        connection = op.get_bind()
        for row in connection.execute(_SAID).all():
            for handle in names.get(row.plugin_id, ()):
                stored = self.old(handle, row.message, row.backtrace)
                self._renewed.setdefault(stored, fingerprint(handle, row.message, row.backtrace))
        table = sa.table("installation", sa.column("fingerprint"))
        column = table.c.fingerprint
        for stored in connection.execute(sa.select(column).distinct()).scalars().all():
            if stored in self._renewed:
                is_stored = column == stored
                connection.execute(
                    sa.update(table).where(is_stored).values(fingerprint=self._renewed[stored])
                )

    def _rename_causes(self, name: str) -> None:
        """Let what had a common error have it still. Of two outbreaks of one error one keeps its old name."""
        table = sa.table(name, sa.column("id"), sa.column("cause"))
        connection = op.get_bind()
        outbreaks = sa.table("outbreak", sa.column("cause"))
        taken = set(connection.execute(sa.select(outbreaks.c.cause)).scalars())
        rows = connection.execute(sa.select(table).order_by(table.c.id)).mappings().all()
        for row in rows:
            cause, _, words = row["cause"].rpartition("/")
            if self._renewed.get(words, words) == words:
                continue
            cause = f"{cause}/{self._renewed[words]}"
            if name == "outbreak" and cause in taken:
                continue
            taken.add(cause)
            connection.execute(sa.update(table).where(table.c.id == row["id"]).values(cause=cause))


def _names() -> Mapping[int, tuple[str, ...]]:
    """Every name that a plugin has and had."""
    found: dict[int, tuple[str, ...]] = {}
    for table, key in (("plugin", "id"), ("alias", "plugin_id")):
        rows = op.get_bind().execute(sa.text(f"SELECT {key}, handle FROM {table}"))  # noqa: S608 - the names stand above
        for plugin_id, handle in rows:
            found[plugin_id] = (*found.get(plugin_id, ()), handle)
    return found


def _made_of(words: _ErrorText) -> Iterator[_ErrorText]:
    """What a fingerprint may have been made of; a browser's console stands as one line within the message."""
    yield words
    yield _ErrorText(words.message, None)
    for line in (words.message or "").splitlines():
        yield _ErrorText(line, words.backtrace)


_SAID = sa.text("""
SELECT DISTINCT r.plugin_id, r.message, r.backtrace FROM report r
  JOIN installation i ON i.site_id = r.site_id AND i.plugin_id = r.plugin_id
 WHERE i.fingerprint IS NOT NULL AND (r.message IS NOT NULL OR r.backtrace IS NOT NULL)
""")
