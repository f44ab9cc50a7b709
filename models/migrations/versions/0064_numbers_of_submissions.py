"""Numbers of submissions are never given again; PostgreSQL gives none again anyway."""

from alembic import op

revision = "0064"
down_revision = "0063"
branch_labels = None
depends_on = None


def upgrade() -> None:
    _made_again(sqlite_autoincrement=True)


def downgrade() -> None:
    _made_again()


def _made_again(**how: bool) -> None:
    if op.get_bind().dialect.name == "sqlite":
        with op.batch_alter_table("submission", recreate="always", table_kwargs=how):
            pass
