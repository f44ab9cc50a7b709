"""What lists of plugins are found, counted and sorted by: a narrow row a plugin, written whenever the plugin is."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

import sqlalchemy
from sqlalchemy import Connection, String, event, insert, update
from sqlmodel import Field, Index, SQLModel, col

from models.rules.status import ANY_BROKEN, Verdict
from models.tables.plugin import Plugin

# Between the texts of a line, and around each of its tags; no text that people write has them.
BETWEEN, AROUND_TAG = "\x1f", "\x1e"
# PostgreSQL may sort by a language; lists are sorted by letters alone, as Python does.
_BY_LETTERS = String().with_variant(String(collation="C"), "postgresql")


class MasterListLine(SQLModel, table=True):
    """A plugin in lists: its texts in one, and how bad its worst status is.

    `words` are the handle, name, repository and tags without regard to case, and so are the `tags` alone, `about`, and
    the `owner` of the repository. `names_status`: `about` may have the name of a status in it. `spelt_tags` are the
    tags as they are spelt, and empty where none has capitals.
    `mildness` is 4 less the severity of the worst that any source says and that has not expired, so that an index has
    the worst first. It holds until `stands_until`, the earliest deadline of all that has not expired, or a time before;
    later on the verdicts themselves must be asked. On how many sites it runs is as it was counted last: by sites with a
    key, and as others told.
    """

    __tablename__ = "master_list_line"
    __table_args__ = (
        Index("master_list_by_status", "is_listed", "mildness", "handle"),
        # With the plugin, which decides what is private: PostgreSQL would read each line to tell.
        Index("master_list_by_name", "is_listed", "ecosystem", "handle", "plugin_id"),
        Index("master_list_by_owner", "is_listed", "ecosystem", "owner", "handle", "plugin_id"),
        Index(
            "master_list_by_update", "is_listed", "ecosystem", "updated_at", "handle", "plugin_id"
        ),
        Index(
            "master_list_named_statuses",
            "plugin_id",
            sqlite_where=sqlalchemy.text("names_status"),
            postgresql_where=sqlalchemy.text("names_status"),
        ),
        # What all lines are counted by, and gone through as verdicts are: as narrow as can be, since all of it is read.
        Index("master_list_plugins", "is_listed", "ecosystem", "plugin_id"),
        Index("master_list_mildness", "is_listed", "mildness", "ecosystem"),
        Index("master_list_tags", "is_listed", "tags", "spelt_tags"),
        # What lines with some words are counted by. PostgreSQL takes no entry of any length, and reads lines as fast.
        Index(
            "master_list_words",
            "is_listed",
            "mildness",
            "words",
            postgresql_where=sqlalchemy.text("false"),
        ),
    )

    plugin_id: int = Field(foreign_key="plugin.id", primary_key=True, ondelete="CASCADE")
    handle: str = Field(sa_type=_BY_LETTERS)
    is_listed: bool
    ecosystem: str
    words: str
    tags: str = ""
    spelt_tags: str = ""
    about: str = ""
    names_status: bool = False
    owner: str = Field(default="", sa_type=_BY_LETTERS)
    updated_at: datetime
    mildness: int = Verdict.INCOMPATIBLE.severity
    stands_until: datetime | None = Field(default=None, index=True)
    keyed_sites: int = 0
    told_sites: int = 0


# Here, since only columns that are there can be named the other way round.
Index(
    "master_list_by_sites",
    col(MasterListLine.is_listed),
    col(MasterListLine.keyed_sites).desc(),
    col(MasterListLine.told_sites).desc(),
    col(MasterListLine.mildness),
    col(MasterListLine.handle),
    col(MasterListLine.plugin_id),
)


def words_of(texts: Iterable[str], tags: Iterable[object]) -> str:
    """These texts and tags as one text in which a part of any of them is found."""
    return BETWEEN.join((*texts, *map(in_marks, tags))).casefold()


def in_marks(tag: object) -> str:
    """The tag as lines have it, so that it is found whole."""
    return f"{AROUND_TAG}{tag}{AROUND_TAG}"


def spelt(tags: Iterable[object]) -> str:
    """The tags as they are spelt; nothing where `words_of` them says as much."""
    tagged = BETWEEN.join(map(in_marks, tags))
    return tagged if tagged != tagged.casefold() else ""


def _described(plugin: Plugin) -> dict[str, Any]:
    about = (plugin.about or "").casefold()
    return {
        "handle": plugin.handle,
        "is_listed": plugin.removed_at is None,
        "ecosystem": plugin.ecosystem,
        "words": words_of((plugin.handle, plugin.name, plugin.place), plugin.tags),
        "tags": words_of((), plugin.tags),
        "spelt_tags": spelt(plugin.tags),
        "about": about,
        "names_status": any(name in about for name in (ANY_BROKEN, *Verdict)),
        "owner": plugin.repository.partition("/")[0].casefold(),
        "updated_at": plugin.updated_at,
    }


@event.listens_for(Plugin, "after_insert")
def _add(_mapper: object, connection: Connection, plugin: Plugin) -> None:
    unknown = Verdict.INCOMPATIBLE.severity
    values = {"plugin_id": plugin.id, "mildness": unknown, "keyed_sites": 0, "told_sites": 0}
    connection.execute(insert(MasterListLine).values(values | _described(plugin)))


@event.listens_for(Plugin, "after_update")
def _change(_mapper: object, connection: Connection, plugin: Plugin) -> None:
    of_plugin = update(MasterListLine).where(col(MasterListLine.plugin_id) == plugin.id)
    connection.execute(of_plugin.values(_described(plugin)))
