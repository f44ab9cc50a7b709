"""A narrow line a plugin, by which lists are found, counted and sorted."""

import json
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0068"
down_revision = "0067"
branch_labels = None
depends_on = None

_BY_LETTERS = sa.String().with_variant(sa.String(collation="C"), "postgresql")
_LINE = sa.table(
    "master_list_line",
    sa.column("plugin_id", sa.Integer()),
    sa.column("handle", sa.String()),
    sa.column("is_listed", sa.Boolean()),
    sa.column("ecosystem", sa.String()),
    sa.column("words", sa.String()),
    sa.column("mildness", sa.Integer()),
    sa.column("stands_until", sa.DateTime(timezone=True)),
)
_PLUGIN = sa.table(
    "plugin",
    *(sa.column(name) for name in ("id", "handle", "name", "repository", "path", "ecosystem")),
    sa.column("tags", sa.Text()),
    sa.column("removed_at", sa.DateTime(timezone=True)),
)
_VERDICT = sa.table(
    "source_verdict",
    *(sa.column(name) for name in ("plugin_id", "source", "verdict")),
    sa.column("expired", sa.Boolean()),
    sa.column("seen_at", sa.DateTime(timezone=True)),
)
# As the rules were when this was written.
_DAYS = {"guard": 3, "canary": 2, "tests": 7}
_SEVERITY = {"compatible": 1, "tests_failing": 2, "smoke_failing": 3, "incompatible": 4}


def upgrade() -> None:
    op.create_table(
        "master_list_line",
        sa.Column("plugin_id", sa.Integer(), nullable=False),
        sa.Column("handle", _BY_LETTERS, nullable=False),
        sa.Column("is_listed", sa.Boolean(), nullable=False),
        sa.Column("ecosystem", sa.String(), nullable=False),
        sa.Column("words", sa.String(), nullable=False),
        sa.Column("mildness", sa.Integer(), nullable=False),
        sa.Column("stands_until", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["plugin_id"],
            ["plugin.id"],
            name=op.f("master_list_line_plugin_id_fkey"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("plugin_id", name=op.f("master_list_line_pkey")),
    )
    op.create_index(
        "master_list_by_status", "master_list_line", ["is_listed", "mildness", "handle"]
    )
    op.create_index("master_list_by_name", "master_list_line", ["is_listed", "ecosystem", "handle"])
    op.create_index(
        op.f("master_list_line_stands_until_index"), "master_list_line", ["stands_until"]
    )
    counts = sa.text("NOT expired")
    op.create_index(
        "source_verdict_by_word",
        "source_verdict",
        ["plugin_id", "verdict", "source"],
        sqlite_where=counts,
        postgresql_where=counts,
    )
    lines = list(_lines())
    if lines:
        op.get_bind().execute(sa.insert(_LINE), lines)


def downgrade() -> None:
    op.drop_index("source_verdict_by_word", table_name="source_verdict")
    op.drop_table("master_list_line")


def _lines() -> Iterator[dict[str, Any]]:
    worst = _worst()
    for row in op.get_bind().execute(sa.select(*_PLUGIN.columns)):
        severity, until = worst.get(row.id, (0, None))
        place = f"{row.repository}/{row.path}" if row.path else row.repository
        tags = (f"\x1e{tag}\x1e" for tag in _listed(row.tags))
        yield {
            "plugin_id": row.id,
            "handle": row.handle,
            "is_listed": row.removed_at is None,
            "ecosystem": row.ecosystem,
            "words": "\x1f".join((row.handle, row.name, place, *tags)).casefold(),
            "mildness": 4 - severity,
            "stands_until": until,
        }


def _listed(tags: Any) -> list[Any]:
    if isinstance(tags, list):
        return tags
    try:
        found = json.loads(tags or "[]")
    except ValueError:
        return []
    return found if isinstance(found, list) else []


def _worst() -> dict[int, tuple[int, datetime]]:
    """How bad each plugin is by what has not expired, and until when."""
    place = _VERDICT.c.plugin_id, _VERDICT.c.source, _VERDICT.c.verdict
    said = sa.select(*place, sa.func.max(_VERDICT.c.seen_at).label("seen_at"))
    found: dict[int, tuple[int, datetime]] = {}
    for row in op.get_bind().execute(said.where(~_VERDICT.c.expired).group_by(*place)):
        severity, days = _SEVERITY.get(row.verdict), _DAYS.get(row.source)
        if severity and days:
            standing = severity, row.seen_at + timedelta(days=days)
            found[row.plugin_id] = max(found.get(row.plugin_id, standing), standing)
    return found
