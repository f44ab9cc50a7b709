"""Indexes of private repositories, and of the host branches of verdicts."""

from alembic import op

revision = "0076"
down_revision = "0075"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index(op.f("repository_private_index"), "repository", ["private"])
    op.create_index("source_verdict_host_branch", "source_verdict", ["host_branch"])


def downgrade() -> None:
    op.drop_index("source_verdict_host_branch", table_name="source_verdict")
    op.drop_index(op.f("repository_private_index"), table_name="repository")
