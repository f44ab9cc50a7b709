"""What people say of plugins by hand, beside what their repositories say."""

import sqlalchemy as sa
from alembic import op

revision = "0073"
down_revision = "0072"
branch_labels = None
depends_on = None

_TEXTS = ("docs_url", "support_url", "test_host")
_JSON = {"maintainers": "[]", "edited": "{}"}
_OF_REPOSITORY = ("about", "version", "authors", "contact_emails")
_PLUGIN = sa.table(
    "plugin",
    sa.column("id", sa.Integer()),
    sa.column("edited", sa.JSON()),
    sa.column("tags", sa.JSON()),
    *(sa.column(name, sa.String()) for name in _OF_REPOSITORY),
)


def upgrade() -> None:
    with op.batch_alter_table("plugin") as plugin:
        for name in _TEXTS:
            plugin.add_column(sa.Column(name, sa.String(), nullable=True))
        for name, empty in _JSON.items():
            plugin.add_column(sa.Column(name, sa.JSON(), nullable=False, server_default=empty))
    with op.batch_alter_table("plugin") as plugin:
        for name in _JSON:
            plugin.alter_column(name, server_default=None)


def downgrade() -> None:
    _hold_again(op.get_bind())
    with op.batch_alter_table("plugin") as plugin:
        for name in (*_TEXTS, *_JSON):
            plugin.drop_column(name)


def _hold_again(connection: sa.Connection) -> None:
    """What repositories say takes the place of what people say, for nobody could take that back any more."""
    for id_, edited in connection.execute(sa.select(_PLUGIN.c.id, _PLUGIN.c.edited)).all():
        kept = edited if isinstance(edited, dict) else {}  # what is damaged spoils nothing else
        said = {name: value for name, value in kept.items() if name in _PLUGIN.c}
        if said:
            connection.execute(sa.update(_PLUGIN).where(_PLUGIN.c.id == id_).values(said))
