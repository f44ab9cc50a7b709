"""Who said what a step tells; and the open incident of a plugin, found by that index for a plugin alone."""

from datetime import UTC, datetime, timedelta

import sqlalchemy as sa
from alembic import op

revision = "0089"
down_revision = "0088"
branch_labels = None
depends_on = None

_STORIES = "story_entry"
_SAID = sa.text("sayer IS NOT NULL")
# Those of the last hour alone are counted.
_FILL = """
UPDATE story_entry SET sayer = (
    SELECT i.origin || ' ' || i.said_by FROM incident i WHERE i.id = story_entry.incident_id)
WHERE kind IN ('opened', 'reopened', 'changed') AND at > :since
"""


def upgrade() -> None:
    op.add_column(_STORIES, sa.Column("sayer", sa.String(), nullable=True))
    since = datetime.now(UTC) - timedelta(hours=1)
    said = sa.text(_FILL).bindparams(sa.bindparam("since", since, sa.DateTime(timezone=True)))
    op.execute(said)
    op.create_index(
        "step_of_sayer", _STORIES, ["sayer", "at"], sqlite_where=_SAID, postgresql_where=_SAID
    )
    _open_incident("resolved_at IS NULL AND plugin_id IS NOT NULL")


def downgrade() -> None:
    _open_incident("resolved_at IS NULL")
    op.drop_index("step_of_sayer", _STORIES)
    with op.batch_alter_table(_STORIES) as stories:
        stories.drop_column("sayer")


def _open_incident(where: str) -> None:
    """On PostgreSQL the index of open incidents is of these."""
    if op.get_context().dialect.name != "postgresql":
        return
    op.drop_index("one_open_incident", "incident")
    columns = ["plugin_id", "plugin_branch", "host_branch"]
    op.create_index(
        "one_open_incident", "incident", columns, unique=True, postgresql_where=sa.text(where)
    )
