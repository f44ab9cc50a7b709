"""Several plugins in one repository, each in a folder of its own."""

import sqlalchemy as sa
from alembic import op

revision = "0046"
down_revision = "0045"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("plugin") as plugin:
        plugin.add_column(sa.Column("path", sa.String(), nullable=False, server_default=""))
        plugin.drop_constraint(op.f("plugin_repository_key"), type_="unique")
    with op.batch_alter_table("plugin") as plugin:
        plugin.alter_column("path", server_default=None)


def downgrade() -> None:
    # Each was unique, and so is the key, of which the folder is a part.
    op.execute("UPDATE plugin SET repository = repository_key WHERE path <> ''")
    with op.batch_alter_table("plugin") as plugin:
        plugin.drop_column("path")
        plugin.create_unique_constraint(op.f("plugin_repository_key"), ["repository"])
