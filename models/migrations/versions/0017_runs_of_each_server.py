"""Runs are named by their server and the id that it gave them."""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None

_PLACES = ("source_verdict", "incident")
_OF_CANARY = {"source_verdict": "source = 'canary'", "incident": "origin = 'canary'"}


def upgrade() -> None:
    with op.batch_alter_table("artefact") as batch_op:
        batch_op.drop_constraint(op.f("artefact_run_id_fkey"), type_="foreignkey")
        batch_op.add_column(sa.Column("server", sa.String(), nullable=True))
    op.execute(
        "UPDATE artefact SET server = (SELECT r.server FROM canary_run r WHERE r.run_id = artefact.run_id)"
    )
    _key("canary_run", ["server", "run_id"])
    with op.batch_alter_table("artefact") as batch_op:
        batch_op.alter_column("server", existing_type=sa.String(), nullable=False)
    _key("artefact", ["server", "run_id", "kind"])
    with op.batch_alter_table("artefact") as batch_op:
        batch_op.create_foreign_key(
            op.f("artefact_server_run_id_fkey"),
            "canary_run",
            ["server", "run_id"],
            ["server", "run_id"],
            ondelete="CASCADE",
        )
    for table in _PLACES:
        op.execute(
            f"UPDATE {table} SET reference = said_by || '/' || reference "  # noqa: S608 - from this file
            f"WHERE {_OF_CANARY[table]} AND reference IS NOT NULL AND said_by IS NOT NULL"
        )


def downgrade() -> None:
    # Of runs with one name only the newest can stay.
    newest = (
        "SELECT r.server FROM canary_run r WHERE r.run_id = {0}.run_id "
        "ORDER BY r.started_at DESC, r.server LIMIT 1"
    )
    for table in ("artefact", "canary_run"):
        op.execute(f"DELETE FROM {table} WHERE server <> ({newest.format(table)})")  # noqa: S608 - from this file
    with op.batch_alter_table("artefact") as batch_op:
        batch_op.drop_constraint(op.f("artefact_server_run_id_fkey"), type_="foreignkey")
    _key("artefact", ["run_id", "kind"])
    _key("canary_run", ["run_id"])
    with op.batch_alter_table("artefact") as batch_op:
        batch_op.drop_column("server")
        batch_op.create_foreign_key(
            op.f("artefact_run_id_fkey"), "canary_run", ["run_id"], ["run_id"], ondelete="CASCADE"
        )
    for table in _PLACES:
        op.execute(
            f"UPDATE {table} SET reference = substr(reference, length(said_by) + 2) "  # noqa: S608 - from this file
            f"WHERE {_OF_CANARY[table]} AND reference LIKE said_by || '/%'"
        )


def _key(table: str, columns: list[str]) -> None:
    with op.batch_alter_table(table) as batch_op:
        batch_op.drop_constraint(op.f(f"{table}_pkey"), type_="primary")
        batch_op.create_primary_key(op.f(f"{table}_pkey"), columns)
