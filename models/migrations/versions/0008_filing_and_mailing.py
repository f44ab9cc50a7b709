"""Issues filed from here, e-mail, topics and outgoing webhooks."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "open_channel",
        sa.Column("platform", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("platform", name=op.f("open_channel_pkey")),
    )
    op.create_table(
        "filed_issue",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("marker", sa.String(), nullable=False),
        sa.Column("plugin_id", sa.Integer(), nullable=False),
        sa.Column("incident_id", sa.Integer(), nullable=True),
        sa.Column("destination_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=True),
        sa.Column("tell_id", sa.Integer(), nullable=True),
        sa.Column("filed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("number", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["plugin_id"],
            ["plugin.id"],
            name=op.f("filed_issue_plugin_id_fkey"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["incident_id"],
            ["incident.id"],
            name=op.f("filed_issue_incident_id_fkey"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["destination_id"],
            ["destination.id"],
            name=op.f("filed_issue_destination_id_fkey"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("filed_issue_person_id_fkey")
        ),
        sa.ForeignKeyConstraint(
            ["tell_id"],
            ["destination.id"],
            name=op.f("filed_issue_tell_id_fkey"),
            ondelete="SET NULL",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("filed_issue_pkey")),
        sa.UniqueConstraint("marker", name=op.f("filed_issue_marker_key")),
        sa.UniqueConstraint("incident_id", name=op.f("filed_issue_incident_id_key")),
    )
    with op.batch_alter_table("filed_issue", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("filed_issue_plugin_id_index"), ["plugin_id"], unique=False
        )
        batch_op.create_index(
            batch_op.f("filed_issue_person_id_index"), ["person_id"], unique=False
        )

    with op.batch_alter_table("incident", schema=None) as batch_op:
        batch_op.add_column(sa.Column("filed_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("issue", sa.Integer(), nullable=True))

    with op.batch_alter_table("plugin", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column("files_issues", sa.Boolean(), nullable=False, server_default=sa.false())
        )
        batch_op.add_column(
            sa.Column("closes_issues", sa.Boolean(), nullable=False, server_default=sa.false())
        )
    with op.batch_alter_table("plugin", schema=None) as batch_op:
        batch_op.alter_column("files_issues", server_default=None)
        batch_op.alter_column("closes_issues", server_default=None)


def downgrade() -> None:
    with op.batch_alter_table("plugin", schema=None) as batch_op:
        batch_op.drop_column("closes_issues")
        batch_op.drop_column("files_issues")

    with op.batch_alter_table("incident", schema=None) as batch_op:
        batch_op.drop_column("issue")
        batch_op.drop_column("filed_at")

    with op.batch_alter_table("filed_issue", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("filed_issue_person_id_index"))
        batch_op.drop_index(batch_op.f("filed_issue_plugin_id_index"))

    op.drop_table("filed_issue")
    # Messages to them could not be sent by what was before, which knows none of these platforms.
    op.execute("DELETE FROM outbox WHERE action IN ('close', 'reopen')")
    op.drop_table("open_channel")
