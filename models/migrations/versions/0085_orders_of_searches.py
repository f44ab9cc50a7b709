"""By what clients of the Plugin Manager search and sort, in the lines of the master list."""

import json
from collections.abc import Iterator
from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0085"
down_revision = "0084"
branch_labels = None
depends_on = None

_LINES = "master_list_line"
_BY_LETTERS = sa.String().with_variant(sa.String(collation="C"), "postgresql")
_TIME = sa.DateTime(timezone=True)
_LINE = sa.table(
    _LINES,
    sa.column("plugin_id", sa.Integer()),
    sa.column("owner", sa.String()),
    sa.column("spelt_tags", sa.String()),
    sa.column("updated_at", _TIME),
)
_PLUGIN = sa.table(
    "plugin",
    sa.column("id", sa.Integer()),
    sa.column("repository", sa.String()),
    sa.column("tags", sa.Text()),
    sa.column("updated_at", _TIME),
)


def upgrade() -> None:
    for name, kind in (("spelt_tags", sa.String()), ("owner", _BY_LETTERS)):
        op.add_column(_LINES, sa.Column(name, kind, nullable=False, server_default=""))
    op.add_column(_LINES, sa.Column("updated_at", _TIME, nullable=True))
    said = list(_said())
    if said:
        names = ("owner", "spelt_tags", "updated_at")
        of_plugin = sa.update(_LINE).where(_LINE.c.plugin_id == sa.bindparam("of"))
        filled = of_plugin.values({name: sa.bindparam(f"new_{name}") for name in names})
        op.get_bind().execute(filled, said)
    with op.batch_alter_table(_LINES) as line:
        line.alter_column("spelt_tags", server_default=None)
        line.alter_column("owner", server_default=None)
        line.alter_column("updated_at", existing_type=_TIME, nullable=False)
    _index_tags(["is_listed", "tags", "spelt_tags"])


def downgrade() -> None:
    _index_tags(["is_listed", "tags"])
    with op.batch_alter_table(_LINES) as line:
        for name in ("updated_at", "owner", "spelt_tags"):
            line.drop_column(name)


def _index_tags(columns: list[str]) -> None:
    op.drop_index("master_list_tags", _LINES)
    op.create_index("master_list_tags", _LINES, columns)


def _said() -> Iterator[dict[str, Any]]:
    for row in op.get_bind().execute(sa.select(*_PLUGIN.columns)):
        tagged = "\x1f".join(f"\x1e{tag}\x1e" for tag in _listed(row.tags))
        yield {
            "of": row.id,
            "new_owner": row.repository.partition("/")[0].casefold(),
            "new_spelt_tags": tagged if tagged != tagged.casefold() else "",
            "new_updated_at": row.updated_at,
        }


def _listed(tags: Any) -> list[Any]:
    if isinstance(tags, list):
        return tags
    try:
        found = json.loads(tags or "[]")
    except ValueError:
        return []
    return found if isinstance(found, list) else []
