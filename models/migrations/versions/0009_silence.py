"""Heartbeats, silences, and digests."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

_OPEN = sa.text("resolved_at IS NULL")


def upgrade() -> None:
    op.create_table(
        "watched_source",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("heard_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("said", sa.String(), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("gaps", sa.JSON(), nullable=False),
        sa.Column("allowed_seconds", sa.Integer(), nullable=True),
        sa.Column("forgotten_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("expected", sa.Boolean(), nullable=False),
        sa.Column("trouble", sa.String(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("watched_source_pkey")),
        sa.UniqueConstraint("kind", "name", name=op.f("watched_source_kind_name_key")),
    )
    op.create_table(
        "mass_silence",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("resolved_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("mass_silence_pkey")),
    )
    op.create_table(
        "heartbeat",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("digest", sa.String(), nullable=False),
        sa.Column("every_seconds", sa.Integer(), nullable=False),
        sa.Column("grace_seconds", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("heard_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("failed", sa.Boolean(), nullable=False),
        sa.Column("exit_code", sa.Integer(), nullable=True),
        sa.Column("log", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("heartbeat_pkey")),
        sa.UniqueConstraint("digest", name=op.f("heartbeat_digest_key")),
        sa.UniqueConstraint("name", name=op.f("heartbeat_name_key")),
    )
    op.create_table(
        "attendance",
        sa.Column("process", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("process", name=op.f("attendance_pkey")),
    )
    op.create_table(
        "absence",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("process", sa.String(), nullable=False),
        sa.Column("began_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("absence_pkey")),
    )
    with op.batch_alter_table("absence", schema=None) as batch_op:
        batch_op.create_index("absence_by_end", ["ended_at"], unique=False)

    op.create_table(
        "digest_sent",
        sa.Column("destination_id", sa.Integer(), nullable=False),
        sa.Column("slot", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["destination_id"],
            ["destination.id"],
            name=op.f("digest_sent_destination_id_fkey"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("destination_id", "slot", name=op.f("digest_sent_pkey")),
    )
    op.create_table(
        "reminder",
        sa.Column("incident_id", sa.Integer(), nullable=False),
        sa.Column("reminded_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["incident_id"],
            ["incident.id"],
            name=op.f("reminder_incident_id_fkey"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("incident_id", name=op.f("reminder_pkey")),
    )
    _widen()


def _widen() -> None:
    """Give the tables that there are their new columns."""
    with op.batch_alter_table("destination", schema=None) as batch_op:
        batch_op.add_column(sa.Column("digest", sa.String(), nullable=True))
        batch_op.add_column(
            sa.Column("digest_at", sa.Integer(), nullable=False, server_default="540")
        )
        batch_op.add_column(
            sa.Column("digest_zone", sa.String(), nullable=False, server_default="UTC")
        )
        batch_op.add_column(
            sa.Column("reminders", sa.Boolean(), nullable=False, server_default=sa.true())
        )
    with op.batch_alter_table("destination", schema=None) as batch_op:
        for column in ("digest_at", "digest_zone", "reminders"):
            batch_op.alter_column(column, server_default=None)

    with op.batch_alter_table("site", schema=None) as batch_op:
        batch_op.add_column(sa.Column("key_id", sa.Integer(), nullable=True))
        batch_op.create_foreign_key(op.f("site_key_id_fkey"), "api_key", ["key_id"], ["id"])

    op.drop_index("one_open_source_incident", "source_incident")
    with op.batch_alter_table("source_incident", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column("trouble", sa.String(), nullable=False, server_default="failing")
        )
        batch_op.add_column(sa.Column("heard_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("said", sa.String(), nullable=False, server_default=""))
        batch_op.add_column(sa.Column("unknown", sa.Integer(), nullable=False, server_default="0"))
        batch_op.add_column(sa.Column("mass_silence_id", sa.Integer(), nullable=True))
    with op.batch_alter_table("source_incident", schema=None) as batch_op:
        for column in ("trouble", "said", "unknown"):
            batch_op.alter_column(column, server_default=None)
        batch_op.create_foreign_key(
            op.f("source_incident_mass_silence_id_fkey"),
            "mass_silence",
            ["mass_silence_id"],
            ["id"],
        )
        batch_op.create_index(
            batch_op.f("source_incident_mass_silence_id_index"), ["mass_silence_id"], unique=False
        )
    _one_open("source", "name", "trouble")


def _one_open(*columns: str) -> None:
    op.create_index(
        "one_open_source_incident",
        "source_incident",
        list(columns),
        unique=True,
        sqlite_where=_OPEN,
        postgresql_where=_OPEN,
    )


def downgrade() -> None:
    # What could not be told of before is left out.
    op.execute("DELETE FROM source_incident WHERE trouble <> 'failing' OR source <> 'canary'")
    op.drop_index("one_open_source_incident", "source_incident")
    with op.batch_alter_table("source_incident", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("source_incident_mass_silence_id_index"))
        batch_op.drop_constraint(op.f("source_incident_mass_silence_id_fkey"), type_="foreignkey")
        for column in ("mass_silence_id", "unknown", "said", "heard_at", "trouble"):
            batch_op.drop_column(column)
    _one_open("source", "name")

    with op.batch_alter_table("site", schema=None) as batch_op:
        batch_op.drop_constraint(op.f("site_key_id_fkey"), type_="foreignkey")
        batch_op.drop_column("key_id")

    with op.batch_alter_table("destination", schema=None) as batch_op:
        for column in ("reminders", "digest_zone", "digest_at", "digest"):
            batch_op.drop_column(column)

    with op.batch_alter_table("absence", schema=None) as batch_op:
        batch_op.drop_index("absence_by_end")
    for table in (
        "reminder",
        "digest_sent",
        "absence",
        "attendance",
        "heartbeat",
        "mass_silence",
        "watched_source",
    ):
        op.drop_table(table)
