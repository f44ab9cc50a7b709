"""Note for which words the cause of an incident was named, and which words each step of its story told of."""

import sqlalchemy as sa
from alembic import op

revision = "0075"
down_revision = "0074"
branch_labels = None
depends_on = None


def upgrade() -> None:
    column = sa.Column("cause_words", sa.String(), nullable=False, server_default="")
    with op.batch_alter_table("incident") as incident:
        incident.add_column(column)
    op.execute("UPDATE incident SET cause_words = fingerprint")
    with op.batch_alter_table("incident") as incident:
        incident.alter_column("cause_words", server_default=None)
    with op.batch_alter_table("story_entry") as story_entry:
        story_entry.add_column(sa.Column("fingerprint", sa.String(), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("story_entry") as story_entry:
        story_entry.drop_column("fingerprint")
    with op.batch_alter_table("incident") as incident:
        incident.drop_column("cause_words")
