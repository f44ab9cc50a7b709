"""On how many sites a plugin runs, in its line of the master list, which is sorted by that."""

import sqlalchemy as sa
from alembic import op

revision = "0083"
down_revision = "0082"
branch_labels = None
depends_on = None

_SITES = ("keyed_sites", "keyed"), ("told_sites", "NOT keyed")
_COUNTED = """
UPDATE master_list_line SET {column} = coalesce((
    SELECT sum(sites) FROM statistic_day
    WHERE day = (SELECT max(day) FROM statistic_day) AND {whose}
          AND statistic_day.plugin_id = master_list_line.plugin_id
), 0)
"""


def upgrade() -> None:
    for column, whose in _SITES:
        op.add_column(
            "master_list_line", sa.Column(column, sa.Integer(), nullable=False, server_default="0")
        )
        op.execute(_COUNTED.format(column=column, whose=whose))
    with op.batch_alter_table("master_list_line") as line:
        for column, _ in _SITES:
            line.alter_column(column, server_default=None)
    sorted_by = ["is_listed", "keyed_sites", "told_sites"]
    op.create_index("master_list_by_sites", "master_list_line", sorted_by)


def downgrade() -> None:
    op.drop_index("master_list_by_sites", "master_list_line")
    with op.batch_alter_table("master_list_line") as line:
        for column, _ in _SITES:
            line.drop_column(column)
