"""Lines stand until the first word of their plugins falls silent; what is said on a branch, and what lines have some
words, is told by indexes.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta

import sqlalchemy as sa
from alembic import op

revision = "0090"
down_revision = "0089"
branch_labels = None
depends_on = None

_LINES, _VERDICTS = "master_list_line", "source_verdict"
_LINE = sa.table(
    _LINES,
    sa.column("plugin_id", sa.Integer()),
    sa.column("stands_until", sa.DateTime(timezone=True)),
)
_VERDICT = sa.table(
    _VERDICTS,
    *(sa.column(name) for name in ("plugin_id", "source", "verdict")),
    sa.column("expired", sa.Boolean()),
    sa.column("seen_at", sa.DateTime(timezone=True)),
)
# As the rules were when this was written.
_DAYS = {"guard": 3, "canary": 2, "tests": 7}


def upgrade() -> None:
    op.create_index("master_list_plugins", _LINES, ["is_listed", "ecosystem", "plugin_id"])
    words = ["is_listed", "mildness", "words"]
    op.create_index("master_list_words", _LINES, words, postgresql_where=sa.text("false"))
    _by_branch(["host_branch", "plugin_id", "expired", "verdict"])
    changed = sa.update(_LINE).where(_LINE.c.plugin_id == sa.bindparam("of"))
    rows = [{"of": plugin_id, "until": until} for plugin_id, until in _earliest().items()]
    if rows:
        op.get_bind().execute(changed.values(stands_until=sa.bindparam("until")), rows)


def downgrade() -> None:
    """What stands until an earlier moment is as true."""
    _by_branch(["host_branch", "plugin_id"])
    op.drop_index("master_list_words", _LINES)
    op.drop_index("master_list_plugins", _LINES)


def _by_branch(columns: Sequence[str]) -> None:
    op.drop_index("source_verdict_host_branch", _VERDICTS)
    op.create_index("source_verdict_host_branch", _VERDICTS, list(columns))


def _earliest() -> dict[int, datetime]:
    """The first deadline of what is said of each plugin and has not expired."""
    said = _VERDICT.c
    place = said.plugin_id, said.source
    longest_ago = sa.select(*place, sa.func.min(said.seen_at).label("seen_at"))
    counts = sa.and_(~said.expired, said.verdict != "unknown", said.source.in_(sorted(_DAYS)))
    found: dict[int, datetime] = {}
    for row in op.get_bind().execute(longest_ago.where(counts).group_by(*place)):
        until = row.seen_at + timedelta(days=_DAYS[row.source])
        found[row.plugin_id] = min(found.get(row.plugin_id, until), until)
    return found
