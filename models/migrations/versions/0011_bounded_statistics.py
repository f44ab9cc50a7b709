"""One row of statistics a host and plugin, and counts a day."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

# As many rows, and as long data, as are kept from now on.
_NEWEST = """
CREATE TABLE statistic_kept AS
SELECT lower(host) AS host, plugin_id, received_at, host_branch, host_sha, plugin_branch, plugin_sha, url, data
FROM statistic WHERE id IN (SELECT max(id) FROM statistic GROUP BY lower(host), plugin_id)
ORDER BY id DESC LIMIT 100000
"""
_COLUMNS = (
    "host, plugin_id, received_at, host_branch, host_sha, plugin_branch, plugin_sha, url, data"
)


def upgrade() -> None:
    op.execute(_NEWEST)
    op.execute("UPDATE statistic_kept SET data = '{}' WHERE length(CAST(data AS text)) > 1000")
    op.drop_table("statistic")
    op.create_table(
        "statistic",
        sa.Column("host", sa.String(), nullable=False),
        sa.Column("plugin_id", sa.Integer(), nullable=False),
        *_told(),
        sa.ForeignKeyConstraint(
            ["plugin_id"], ["plugin.id"], name=op.f("statistic_plugin_id_fkey"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("host", "plugin_id", name=op.f("statistic_pkey")),
    )
    _fill("statistic_plugin_id_index")
    op.create_table(
        "statistic_day",
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("plugin_id", sa.Integer(), nullable=False),
        sa.Column("keyed", sa.Boolean(), nullable=False),
        sa.Column("host_branch", sa.String(), nullable=False),
        sa.Column("plugin_branch", sa.String(), nullable=False),
        sa.Column("plugin_sha", sa.String(), nullable=False),
        sa.Column("sites", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["plugin_id"],
            ["plugin.id"],
            name=op.f("statistic_day_plugin_id_fkey"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint(
            "day",
            "plugin_id",
            "keyed",
            "host_branch",
            "plugin_branch",
            "plugin_sha",
            name=op.f("statistic_day_pkey"),
        ),
    )
    with op.batch_alter_table("statistic_day", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("statistic_day_plugin_id_index"), ["plugin_id"], unique=False
        )


def downgrade() -> None:
    op.drop_table("statistic_day")
    op.execute(f"CREATE TABLE statistic_kept AS SELECT {_COLUMNS} FROM statistic")  # noqa: S608 - from this file
    op.drop_table("statistic")
    op.create_table(
        "statistic",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("host", sa.String(), nullable=False),
        sa.Column("plugin_id", sa.Integer(), nullable=False),
        *_told(),
        sa.ForeignKeyConstraint(
            ["plugin_id"], ["plugin.id"], name=op.f("statistic_plugin_id_fkey"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("statistic_pkey")),
    )
    _fill("statistic_plugin_id_index")


def _told() -> tuple[sa.Column[object], ...]:
    return (
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("host_branch", sa.String(), nullable=False),
        sa.Column("host_sha", sa.String(), nullable=False),
        sa.Column("plugin_branch", sa.String(), nullable=False),
        sa.Column("plugin_sha", sa.String(), nullable=False),
        sa.Column("url", sa.String(), nullable=True),
        sa.Column("data", sa.JSON(), nullable=False),
    )


def _fill(index: str) -> None:
    op.execute(f"INSERT INTO statistic ({_COLUMNS}) SELECT {_COLUMNS} FROM statistic_kept")  # noqa: S608 - from this file
    op.drop_table("statistic_kept")
    with op.batch_alter_table("statistic", schema=None) as batch_op:
        batch_op.create_index(batch_op.f(index), ["plugin_id"], unique=False)
