"""Plugins with all that a line of the master list says of each, in one statement: as rows of SQLAlchemy, a page of
fifty took longer to ask for and to read than to find.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from sqlmodel import Session

from models.database import bulk
from models.queries.severity import SEVERITY, deadlines_at
from models.rules.sources import IN_REPOSITORY
from models.tables.stored import read_as


class PluginRow(NamedTuple):
    """A plugin with the flags of its repository, None where GitHub told of none, and its numbers of sites."""

    id: int
    handle: str
    name: str
    repository: str
    path: str
    provisional: bool
    about: str | None
    version: str | None
    authors: str | None
    contact_emails: str | None
    url: str | None
    required_version: str | None
    meta_topic_id: str | None
    label: str | None
    compatibility: str | None
    compat_branches: list[str]
    tags: list[str]
    docs_url: str | None
    support_url: str | None
    test_host: str | None
    maintainers: list[str]
    edited: dict[str, Any]
    ecosystem: str
    updated_at: datetime
    removed_at: datetime | None
    private: bool | None
    archived: bool | None
    deleted: bool | None
    keyed_sites: int
    told_sites: int


class SaidOnBranch(NamedTuple):
    """How bad the worst is that is said of a plugin on a host branch by CI, or by others."""

    plugin_id: int
    host_branch: str
    is_of_ci: bool
    severity: int


def plugin_rows(
    session: Session, now: datetime, ids: Collection[int]
) -> tuple[Sequence[PluginRow], Iterable[SaidOnBranch]]:
    """Those of these plugins that are on the list, and what counts of them at `now`, that of private ones too."""
    asked: Mapping[str, Any] = {
        "plugins": [(each,) for each in ids],
        "ci": [(each,) for each in sorted(IN_REPOSITORY)],
        **deadlines_at(now),
    }
    found = bulk.fetch(session, _QUERIES, **asked)
    return [_read(PluginRow(*each)) for each in found["plugins"]], (
        SaidOnBranch(*each) for each in found["said"]
    )


def _read(row: PluginRow) -> PluginRow:
    """The row with times and lists as such: SQLite has texts for them."""
    return row._replace(
        compat_branches=read_as(list, row.compat_branches),
        tags=read_as(list, row.tags),
        maintainers=read_as(list, row.maintainers),
        edited=read_as(dict, row.edited),
        provisional=bool(row.provisional),
        updated_at=bulk.time_of(row.updated_at),
        removed_at=None,
    )


_OF_PLUGIN = PluginRow._fields[: PluginRow._fields.index("private")]
_QUERIES = {
    "plugins": (", ".join(PluginRow._fields), f"""
SELECT {", ".join(f"p.{each}" for each in _OF_PLUGIN)}, g.private, g.archived, g.deleted, l.keyed_sites, l.told_sites
FROM {{plugins(id int)}} r {{each plugin p where p.id = r.id}} {{each master_list_line l where l.plugin_id = p.id}}
LEFT JOIN repository g ON g.github_id = p.repository_id
WHERE p.removed_at IS NULL
"""),  # noqa: S608 - of this project's own words
    "said": ("plugin_id, host_branch, of_ci, severity", f"""
SELECT v.plugin_id, v.host_branch, v.source IN (SELECT name FROM {{ci(name text)}} c) AS of_ci,
       max({SEVERITY}) AS severity
FROM {{plugins(id int)}} r {{each source_verdict v where v.plugin_id = r.id}}
GROUP BY v.plugin_id, v.host_branch, of_ci
"""),  # noqa: S608 - as above
}  # fmt: skip
