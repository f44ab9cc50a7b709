"""People act."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "person",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("platform", sa.String(), nullable=False),
        sa.Column("workspace", sa.String(), nullable=False),
        sa.Column("user", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("person_pkey")),
        sa.UniqueConstraint(
            "platform", "workspace", "user", name=op.f("person_platform_workspace_user_key")
        ),
    )
    op.create_table(
        "audit_entry",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("action", sa.String(), nullable=False),
        sa.Column("plugin_id", sa.Integer(), nullable=True),
        sa.Column("outcome", sa.String(), nullable=False),
        sa.Column("words", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("audit_entry_person_id_fkey")
        ),
        sa.ForeignKeyConstraint(
            ["plugin_id"],
            ["plugin.id"],
            name=op.f("audit_entry_plugin_id_fkey"),
            ondelete="SET NULL",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("audit_entry_pkey")),
    )
    with op.batch_alter_table("audit_entry", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("audit_entry_plugin_id_index"), ["plugin_id"], unique=False
        )

    op.create_table(
        "role_grant",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("platform", sa.String(), nullable=False),
        sa.Column("workspace", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("holder", sa.String(), nullable=False),
        sa.Column("role", sa.String(), nullable=False),
        sa.Column("plugin_id", sa.Integer(), nullable=True),
        sa.Column("by_setting", sa.Boolean(), nullable=False),
        sa.Column("granted_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["plugin_id"], ["plugin.id"], name=op.f("role_grant_plugin_id_fkey"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("role_grant_pkey")),
    )
    with op.batch_alter_table("role_grant", schema=None) as batch_op:
        batch_op.create_index(
            "role_grant_of_holder", ["platform", "workspace", "holder"], unique=False
        )

    with op.batch_alter_table("incident", schema=None) as batch_op:
        batch_op.add_column(sa.Column("acknowledged_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("acknowledger_id", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("acknowledged_by", sa.String(), nullable=True))
        batch_op.add_column(sa.Column("owner_id", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("owner", sa.String(), nullable=True))
        batch_op.add_column(sa.Column("muted_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("muted_until", sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("muted_by", sa.String(), nullable=True))
        batch_op.add_column(sa.Column("mute_reason", sa.String(), nullable=True))
        batch_op.create_foreign_key(
            batch_op.f("incident_acknowledger_id_fkey"), "person", ["acknowledger_id"], ["id"]
        )
        batch_op.create_foreign_key(
            batch_op.f("incident_owner_id_fkey"), "person", ["owner_id"], ["id"]
        )

    with op.batch_alter_table("story_entry", schema=None) as batch_op:
        # What stands in stories already is taken for told.
        batch_op.add_column(
            sa.Column("quiet", sa.Boolean(), nullable=False, server_default=sa.false())
        )
    with op.batch_alter_table("story_entry", schema=None) as batch_op:
        batch_op.alter_column("quiet", server_default=None)


def downgrade() -> None:
    with op.batch_alter_table("story_entry", schema=None) as batch_op:
        batch_op.drop_column("quiet")

    with op.batch_alter_table("incident", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("incident_owner_id_fkey"), type_="foreignkey")
        batch_op.drop_constraint(batch_op.f("incident_acknowledger_id_fkey"), type_="foreignkey")
        batch_op.drop_column("mute_reason")
        batch_op.drop_column("muted_by")
        batch_op.drop_column("muted_until")
        batch_op.drop_column("muted_at")
        batch_op.drop_column("owner")
        batch_op.drop_column("owner_id")
        batch_op.drop_column("acknowledged_by")
        batch_op.drop_column("acknowledger_id")
        batch_op.drop_column("acknowledged_at")

    with op.batch_alter_table("role_grant", schema=None) as batch_op:
        batch_op.drop_index("role_grant_of_holder")

    op.drop_table("role_grant")
    with op.batch_alter_table("audit_entry", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("audit_entry_plugin_id_index"))

    op.drop_table("audit_entry")
    op.drop_table("person")
