"""Each order of the master list by an index of its own, and its lines counted by one that knows their ecosystem."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision = "0088"
down_revision = "0087"
branch_labels = None
depends_on = None

_LINES = "master_list_line"
_MOST_FIRST = (sa.text("keyed_sites DESC"), sa.text("told_sites DESC"))


def upgrade() -> None:
    _replace("master_list_by_sites", ["is_listed", *_MOST_FIRST, "mildness", "handle", "plugin_id"])
    _replace("master_list_mildness", ["is_listed", "mildness", "ecosystem"])
    of_ecosystem = ["is_listed", "ecosystem"]
    op.create_index("master_list_by_owner", _LINES, [*of_ecosystem, "owner", "handle", "plugin_id"])
    op.create_index(
        "master_list_by_update", _LINES, [*of_ecosystem, "updated_at", "handle", "plugin_id"]
    )


def downgrade() -> None:
    op.drop_index("master_list_by_update", _LINES)
    op.drop_index("master_list_by_owner", _LINES)
    _replace("master_list_mildness", ["is_listed", "mildness"])
    _replace("master_list_by_sites", ["is_listed", "keyed_sites", "told_sites"])


def _replace(name: str, columns: Sequence[str | sa.TextClause]) -> None:
    op.drop_index(name, _LINES)
    op.create_index(name, _LINES, list(columns))
