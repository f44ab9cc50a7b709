"""What plugins in folders of a repository name is read, too: an answer that is unchanged since would not be."""

from alembic import op

revision = "0065"
down_revision = "0064"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("UPDATE github_sync SET etag = NULL WHERE task = 'folder'")


def downgrade() -> None:
    """Nothing: what was read stays."""
