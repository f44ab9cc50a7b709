"""Indexes for what a key and a person did within the last hour."""

from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("story_entry", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("story_entry_at_index"), ["at"], unique=False)
    with op.batch_alter_table("audit_entry", schema=None) as batch_op:
        batch_op.create_index("audit_entry_of_person", ["person_id", "at"], unique=False)


def downgrade() -> None:
    with op.batch_alter_table("audit_entry", schema=None) as batch_op:
        batch_op.drop_index("audit_entry_of_person")
    with op.batch_alter_table("story_entry", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("story_entry_at_index"))
