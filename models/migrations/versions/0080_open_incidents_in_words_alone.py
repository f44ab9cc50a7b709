"""Let the index of what open incidents say serve only what asks for words.

PostgreSQL may plan before it knows how many rows there are: it then read all open incidents by this index to find those
of one plugin.
"""

import sqlalchemy as sa
from alembic import op

revision = "0080"
down_revision = "0079"
branch_labels = None
depends_on = None

_OPEN = sa.text("resolved_at IS NULL")
_OPEN_IN_WORDS = sa.text("resolved_at IS NULL AND fingerprint IS NOT NULL")


def upgrade() -> None:
    _index(_OPEN_IN_WORDS)


def downgrade() -> None:
    _index(_OPEN)


def _index(where: sa.TextClause) -> None:
    op.drop_index("open_incident_in_words", "incident")
    op.create_index(
        "open_incident_in_words",
        "incident",
        ["fingerprint"],
        sqlite_where=_OPEN,
        postgresql_where=where,
    )
