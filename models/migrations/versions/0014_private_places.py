"""Workspaces that are admitted, and channels that may hear of private plugins."""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

# Where people of one workspace alone have roles on a platform, only they can have let a channel follow, and a person
# who acted in one workspace alone follows from there. Of others nothing is known until somebody speaks there again.
_CHANNELS = """
UPDATE destination SET workspace = (SELECT min(g.workspace) FROM role_grant g WHERE g.platform = destination.platform)
WHERE NOT is_person AND 1 = (
    SELECT count(DISTINCT g.workspace) FROM role_grant g WHERE g.platform = destination.platform)
"""
_PEOPLE = """
UPDATE destination SET workspace = (
    SELECT min(p.workspace) FROM person p WHERE p.platform = destination.platform AND p."user" = destination.address)
WHERE is_person AND 1 = (
    SELECT count(*) FROM person p WHERE p.platform = destination.platform AND p."user" = destination.address)
"""


def upgrade() -> None:
    op.create_table(
        "workspace",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("platform", sa.String(), nullable=False),
        sa.Column("workspace", sa.String(), nullable=False),
        sa.Column("admitted_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("workspace_pkey")),
        sa.UniqueConstraint("platform", "workspace", name=op.f("workspace_platform_workspace_key")),
    )
    op.add_column(
        "destination",
        sa.Column("workspace", sa.String(), nullable=False, server_default=sa.text("''")),
    )
    op.add_column(
        "destination",
        sa.Column("hears_private", sa.Boolean(), nullable=False, server_default=sa.false()),
    )
    op.add_column(
        "outbox", sa.Column("private", sa.Boolean(), nullable=False, server_default=sa.false())
    )
    op.execute(_CHANNELS)
    op.execute(_PEOPLE)


def downgrade() -> None:
    op.drop_column("outbox", "private")
    op.drop_column("destination", "hears_private")
    op.drop_column("destination", "workspace")
    op.drop_table("workspace")
