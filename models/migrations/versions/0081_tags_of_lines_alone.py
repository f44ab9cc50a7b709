"""The tags of a line of the master list alone, by which they are counted."""

import sqlalchemy as sa
from alembic import op

revision = "0081"
down_revision = "0080"
branch_labels = None
depends_on = None

_LINE = sa.table("master_list_line", sa.column("words"), sa.column("tags"))
_AROUND_TAG = "\x1e"


def upgrade() -> None:
    op.add_column(
        "master_list_line", sa.Column("tags", sa.String(), nullable=False, server_default="")
    )
    # The tags are the last of the words.
    is_sqlite = op.get_bind().dialect.name == "sqlite"
    place = (sa.func.instr if is_sqlite else sa.func.strpos)(_LINE.c.words, _AROUND_TAG)
    op.execute(sa.update(_LINE).where(place > 0).values(tags=sa.func.substr(_LINE.c.words, place)))
    with op.batch_alter_table("master_list_line") as line:
        line.alter_column("tags", server_default=None)


def downgrade() -> None:
    with op.batch_alter_table("master_list_line") as line:
        line.drop_column("tags")
