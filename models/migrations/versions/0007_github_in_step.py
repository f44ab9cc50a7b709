"""What asking GitHub needs to remember."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "github_sync",
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("task", sa.String(), nullable=False),
        sa.Column("etag", sa.String(), nullable=True),
        sa.Column("since", sa.DateTime(timezone=True), nullable=True),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("problem", sa.String(), nullable=True),
        sa.PrimaryKeyConstraint("subject", "task", name=op.f("github_sync_pkey")),
    )
    # Until now it was webhooks alone that told of repositories.
    op.execute(
        "INSERT INTO github_sync (subject, task, done_at) "
        "SELECT CAST(github_id AS VARCHAR), 'delivered', CURRENT_TIMESTAMP FROM repository"
    )
    op.create_table(
        "github_budget",
        sa.Column("identity", sa.String(), nullable=False),
        sa.Column("allowed", sa.Integer(), nullable=True),
        sa.Column("remaining", sa.Integer(), nullable=True),
        sa.Column("reset_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("blocked_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("strikes", sa.Integer(), nullable=False),
        sa.Column("heard_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("problem", sa.String(), nullable=True),
        sa.PrimaryKeyConstraint("identity", name=op.f("github_budget_pkey")),
    )
    op.create_table(
        "code_owner",
        sa.Column("plugin_id", sa.Integer(), nullable=False),
        sa.Column("login_key", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["plugin_id"], ["plugin.id"], name=op.f("code_owner_plugin_id_fkey"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("plugin_id", "login_key", name=op.f("code_owner_pkey")),
    )
    with op.batch_alter_table("code_owner", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("code_owner_login_key_index"), ["login_key"], unique=False)

    with op.batch_alter_table("repository", schema=None) as batch_op:
        batch_op.add_column(sa.Column("licence", sa.String(), nullable=True))
        batch_op.add_column(sa.Column("owner_kind", sa.String(), nullable=True))
    with op.batch_alter_table("plugin", schema=None) as batch_op:
        batch_op.add_column(sa.Column("problems", sa.JSON(), nullable=False, server_default="[]"))
    with op.batch_alter_table("plugin", schema=None) as batch_op:
        batch_op.alter_column("problems", server_default=None)
    with op.batch_alter_table("label", schema=None) as batch_op:
        batch_op.add_column(sa.Column("read", sa.String(), nullable=True))
    with op.batch_alter_table("commit_seen", schema=None) as batch_op:
        batch_op.add_column(sa.Column("place", sa.BigInteger(), nullable=True))
        batch_op.add_column(sa.Column("asked_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.create_index("commit_seen_place", ["line", "place"], unique=False)


def downgrade() -> None:
    with op.batch_alter_table("commit_seen", schema=None) as batch_op:
        batch_op.drop_index("commit_seen_place")
        batch_op.drop_column("asked_at")
        batch_op.drop_column("place")
    with op.batch_alter_table("label", schema=None) as batch_op:
        batch_op.drop_column("read")
    with op.batch_alter_table("plugin", schema=None) as batch_op:
        batch_op.drop_column("problems")
    with op.batch_alter_table("repository", schema=None) as batch_op:
        batch_op.drop_column("owner_kind")
        batch_op.drop_column("licence")

    with op.batch_alter_table("code_owner", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("code_owner_login_key_index"))

    op.drop_table("code_owner")
    op.drop_table("github_budget")
    op.drop_table("github_sync")
