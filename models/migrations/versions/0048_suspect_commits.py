"""Commits read from GitHub, and the one that is likeliest to have broken a plugin."""

import sqlalchemy as sa
from alembic import op

revision = "0048"
down_revision = "0047"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "commit_range",
        sa.Column("repository", sa.String(), nullable=False),
        sa.Column("good_sha", sa.String(), nullable=False),
        sa.Column("bad_sha", sa.String(), nullable=False),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("commits", sa.JSON(), nullable=False),
        sa.Column("read_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint(
            "repository", "good_sha", "bad_sha", name=op.f("commit_range_pkey")
        ),
    )
    op.create_table(
        "commit_files",
        sa.Column("repository", sa.String(), nullable=False),
        sa.Column("sha", sa.String(), nullable=False),
        sa.Column("files", sa.JSON(), nullable=False),
        sa.Column("names", sa.JSON(), nullable=False),
        sa.Column("gone", sa.JSON(), nullable=False),
        sa.Column("read_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("repository", "sha", name=op.f("commit_files_pkey")),
    )
    op.add_column("incident", sa.Column("likely_sha", sa.String(), nullable=True))
    op.add_column("incident", sa.Column("likely_words", sa.String(), nullable=True))
    op.add_column("incident", sa.Column("likely_repository", sa.String(), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("incident") as incident:
        incident.drop_column("likely_repository")
        incident.drop_column("likely_words")
        incident.drop_column("likely_sha")
    op.drop_table("commit_files")
    op.drop_table("commit_range")
