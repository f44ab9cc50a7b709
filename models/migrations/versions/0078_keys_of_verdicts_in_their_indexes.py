"""Index the host branches of verdicts with their plugins, and the plugins of installations with their sites.

PostgreSQL may plan before it knows how many rows there are: looking up a single verdict then read all of its host
branch, and a single installation all of its plugin.
"""

from alembic import op

revision = "0078"
down_revision = "0077"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.drop_index("source_verdict_host_branch", table_name="source_verdict")
    op.create_index("source_verdict_host_branch", "source_verdict", ["host_branch", "plugin_id"])
    op.create_index("installation_of_plugin", "installation", ["plugin_id", "site_id"])
    op.drop_index(op.f("installation_plugin_id_index"), table_name="installation")


def downgrade() -> None:
    op.create_index(op.f("installation_plugin_id_index"), "installation", ["plugin_id"])
    op.drop_index("installation_of_plugin", table_name="installation")
    op.drop_index("source_verdict_host_branch", table_name="source_verdict")
    op.create_index("source_verdict_host_branch", "source_verdict", ["host_branch"])
