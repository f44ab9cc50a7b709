"""First tables."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "api_key",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("domain", sa.String(), nullable=True),
        sa.Column("digest", sa.String(), nullable=False),
        sa.Column("hint", sa.String(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_used_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("api_key_pkey")),
        sa.UniqueConstraint("digest", name=op.f("api_key_digest_key")),
    )
    op.create_table(
        "commit_seen",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("line", sa.String(), nullable=False),
        sa.Column("sha", sa.String(), nullable=False),
        sa.Column("first_seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("commit_seen_pkey")),
        sa.UniqueConstraint("line", "sha", name=op.f("commit_seen_line_sha_key")),
    )
    op.create_table(
        "destination",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("platform", sa.String(), nullable=False),
        sa.Column("address", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("guardians", sa.Boolean(), nullable=False),
        sa.Column("parked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("parked_because", sa.String(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("destination_pkey")),
        sa.UniqueConstraint("platform", "address", name=op.f("destination_platform_address_key")),
    )
    op.create_table(
        "outbreak",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("cause", sa.String(), nullable=False),
        sa.Column("host_branch", sa.String(), nullable=False),
        sa.Column("good_host_sha", sa.String(), nullable=True),
        sa.Column("bad_host_sha", sa.String(), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("resolved_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("outbreak_pkey")),
        sa.UniqueConstraint("cause", name=op.f("outbreak_cause_key")),
    )
    op.create_table(
        "plugin",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("handle", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("repository", sa.String(), nullable=False),
        sa.Column("repository_key", sa.String(), nullable=False),
        sa.Column("provisional", sa.Boolean(), nullable=False),
        sa.Column("about", sa.String(), nullable=True),
        sa.Column("version", sa.String(), nullable=True),
        sa.Column("authors", sa.String(), nullable=True),
        sa.Column("contact_emails", sa.String(), nullable=True),
        sa.Column("url", sa.String(), nullable=True),
        sa.Column("required_version", sa.String(), nullable=True),
        sa.Column("meta_topic_id", sa.String(), nullable=True),
        sa.Column("label", sa.String(), nullable=True),
        sa.Column("compatibility", sa.String(), nullable=True),
        sa.Column("tags", sa.JSON(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("plugin_pkey")),
        sa.UniqueConstraint("handle", name=op.f("plugin_handle_key")),
        sa.UniqueConstraint("repository", name=op.f("plugin_repository_key")),
        sa.UniqueConstraint("repository_key", name=op.f("plugin_repository_key_key")),
    )
    op.create_table(
        "report",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("site_id", sa.Integer(), nullable=True),
        sa.Column("plugin_id", sa.Integer(), nullable=False),
        sa.Column("plugin_branch", sa.String(), nullable=False),
        sa.Column("plugin_sha", sa.String(), nullable=False),
        sa.Column("host_branch", sa.String(), nullable=False),
        sa.Column("host_sha", sa.String(), nullable=False),
        sa.Column("verdict", sa.String(), nullable=False),
        sa.Column("message", sa.String(), nullable=True),
        sa.Column("backtrace", sa.String(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("report_pkey")),
    )
    op.create_table(
        "room_message",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("outbox_id", sa.Integer(), nullable=False),
        sa.Column("edit_outbox_id", sa.Integer(), nullable=True),
        sa.Column("thread_id", sa.Integer(), nullable=True),
        sa.Column("broadcast", sa.Boolean(), nullable=False),
        sa.Column("message", sa.String(), nullable=False),
        sa.Column("posted_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("edited_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["thread_id"], ["room_message.id"], name=op.f("room_message_thread_id_fkey")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("room_message_pkey")),
        sa.UniqueConstraint("outbox_id", name=op.f("room_message_outbox_id_key")),
    )
    with op.batch_alter_table("room_message", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("room_message_thread_id_index"), ["thread_id"], unique=False
        )

    op.create_table(
        "site",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("domain", sa.String(), nullable=False),
        sa.Column("host_branch", sa.String(), nullable=True),
        sa.Column("host_sha", sa.String(), nullable=True),
        sa.Column("registered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("site_pkey")),
        sa.UniqueConstraint("kind", "domain", name=op.f("site_kind_domain_key")),
    )
    op.create_table(
        "alias",
        sa.Column("handle", sa.String(), nullable=False),
        sa.Column("plugin_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["plugin_id"], ["plugin.id"], name=op.f("alias_plugin_id_fkey"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("handle", name=op.f("alias_pkey")),
    )
    with op.batch_alter_table("alias", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("alias_plugin_id_index"), ["plugin_id"], unique=False)

    op.create_table(
        "incident",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("plugin_id", sa.Integer(), nullable=False),
        sa.Column("plugin_branch", sa.String(), nullable=False),
        sa.Column("host_branch", sa.String(), nullable=False),
        sa.Column("origin", sa.String(), nullable=False),
        sa.Column("verdict", sa.String(), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("resolved_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("times", sa.Integer(), nullable=False),
        sa.Column("bad_plugin_sha", sa.String(), nullable=False),
        sa.Column("bad_host_sha", sa.String(), nullable=False),
        sa.Column("last_plugin_sha", sa.String(), nullable=False),
        sa.Column("last_host_sha", sa.String(), nullable=False),
        sa.Column("good_plugin_sha", sa.String(), nullable=True),
        sa.Column("good_host_sha", sa.String(), nullable=True),
        sa.Column("suspect", sa.String(), nullable=False),
        sa.Column("fingerprint", sa.String(), nullable=False),
        sa.Column("cause", sa.String(), nullable=False),
        sa.Column("message", sa.String(), nullable=True),
        sa.Column("backtrace", sa.String(), nullable=True),
        sa.Column("site_domain", sa.String(), nullable=True),
        sa.Column("failing_sites", sa.Integer(), nullable=False),
        sa.Column("outbreak_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["outbreak_id"], ["outbreak.id"], name=op.f("incident_outbreak_id_fkey")
        ),
        sa.ForeignKeyConstraint(
            ["plugin_id"], ["plugin.id"], name=op.f("incident_plugin_id_fkey"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("incident_pkey")),
    )
    with op.batch_alter_table("incident", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("incident_cause_index"), ["cause"], unique=False)
        batch_op.create_index("incident_of_plugin", ["plugin_id", "opened_at"], unique=False)
        batch_op.create_index(
            batch_op.f("incident_outbreak_id_index"), ["outbreak_id"], unique=False
        )
        batch_op.create_index(
            "one_open_incident",
            ["plugin_id", "plugin_branch", "host_branch"],
            unique=True,
            sqlite_where=sa.text("resolved_at IS NULL"),
            postgresql_where=sa.text("resolved_at IS NULL"),
        )

    op.create_table(
        "installation",
        sa.Column("site_id", sa.Integer(), nullable=False),
        sa.Column("plugin_id", sa.Integer(), nullable=False),
        sa.Column("registered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("plugin_branch", sa.String(), nullable=True),
        sa.Column("plugin_sha", sa.String(), nullable=True),
        sa.Column("host_branch", sa.String(), nullable=True),
        sa.Column("host_sha", sa.String(), nullable=True),
        sa.Column("verdict", sa.String(), nullable=True),
        sa.Column("said_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["plugin_id"],
            ["plugin.id"],
            name=op.f("installation_plugin_id_fkey"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["site_id"], ["site.id"], name=op.f("installation_site_id_fkey"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("site_id", "plugin_id", name=op.f("installation_pkey")),
    )
    with op.batch_alter_table("installation", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("installation_plugin_id_index"), ["plugin_id"], unique=False
        )

    op.create_table(
        "message_reference",
        sa.Column("destination_id", sa.Integer(), nullable=False),
        sa.Column("conversation", sa.String(), nullable=False),
        sa.Column("reference", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["destination_id"],
            ["destination.id"],
            name=op.f("message_reference_destination_id_fkey"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint(
            "destination_id", "conversation", name=op.f("message_reference_pkey")
        ),
    )
    op.create_table(
        "outbox",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("destination_id", sa.Integer(), nullable=False),
        sa.Column("conversation", sa.String(), nullable=False),
        sa.Column("action", sa.String(), nullable=False),
        sa.Column("broadcast", sa.Boolean(), nullable=False),
        sa.Column("message", sa.String(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("lease", sa.String(), nullable=True),
        sa.Column("leased_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("dead_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("error", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(
            ["destination_id"],
            ["destination.id"],
            name=op.f("outbox_destination_id_fkey"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("outbox_pkey")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("outbox", schema=None) as batch_op:
        batch_op.create_index(
            "outbox_pending",
            ["destination_id", "conversation", "id"],
            unique=False,
            sqlite_where=sa.text("sent_at IS NULL AND dead_at IS NULL"),
            postgresql_where=sa.text("sent_at IS NULL AND dead_at IS NULL"),
        )

    op.create_table(
        "source_verdict",
        sa.Column("plugin_id", sa.Integer(), nullable=False),
        sa.Column("plugin_branch", sa.String(), nullable=False),
        sa.Column("host_branch", sa.String(), nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("verdict", sa.String(), nullable=False),
        sa.Column("plugin_sha", sa.String(), nullable=False),
        sa.Column("host_sha", sa.String(), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expired", sa.Boolean(), nullable=False),
        sa.Column("good_plugin_sha", sa.String(), nullable=True),
        sa.Column("good_host_sha", sa.String(), nullable=True),
        sa.Column("good_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["plugin_id"],
            ["plugin.id"],
            name=op.f("source_verdict_plugin_id_fkey"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint(
            "plugin_id", "plugin_branch", "host_branch", "source", name=op.f("source_verdict_pkey")
        ),
    )
    op.create_table(
        "statistic",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("host", sa.String(), nullable=False),
        sa.Column("host_branch", sa.String(), nullable=False),
        sa.Column("host_sha", sa.String(), nullable=False),
        sa.Column("plugin_id", sa.Integer(), nullable=False),
        sa.Column("plugin_branch", sa.String(), nullable=False),
        sa.Column("plugin_sha", sa.String(), nullable=False),
        sa.Column("url", sa.String(), nullable=True),
        sa.Column("data", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(
            ["plugin_id"], ["plugin.id"], name=op.f("statistic_plugin_id_fkey"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("statistic_pkey")),
    )
    with op.batch_alter_table("statistic", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("statistic_plugin_id_index"), ["plugin_id"], unique=False)

    op.create_table(
        "status",
        sa.Column("plugin_id", sa.Integer(), nullable=False),
        sa.Column("plugin_branch", sa.String(), nullable=False),
        sa.Column("host_branch", sa.String(), nullable=False),
        sa.Column("verdict", sa.String(), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["plugin_id"], ["plugin.id"], name=op.f("status_plugin_id_fkey"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint(
            "plugin_id", "plugin_branch", "host_branch", name=op.f("status_pkey")
        ),
    )
    with op.batch_alter_table("status", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("status_verdict_index"), ["verdict"], unique=False)

    op.create_table(
        "subscription",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("destination_id", sa.Integer(), nullable=False),
        sa.Column("plugin_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["destination_id"],
            ["destination.id"],
            name=op.f("subscription_destination_id_fkey"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["plugin_id"],
            ["plugin.id"],
            name=op.f("subscription_plugin_id_fkey"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("subscription_pkey")),
    )
    with op.batch_alter_table("subscription", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("subscription_destination_id_index"), ["destination_id"], unique=False
        )
        batch_op.create_index(
            batch_op.f("subscription_plugin_id_index"), ["plugin_id"], unique=False
        )

    op.create_table(
        "story_entry",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("incident_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("plugin_sha", sa.String(), nullable=False),
        sa.Column("host_sha", sa.String(), nullable=False),
        sa.Column("words", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["incident_id"],
            ["incident.id"],
            name=op.f("story_entry_incident_id_fkey"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("story_entry_pkey")),
    )
    with op.batch_alter_table("story_entry", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("story_entry_incident_id_index"), ["incident_id"], unique=False
        )


def downgrade() -> None:
    with op.batch_alter_table("story_entry", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("story_entry_incident_id_index"))

    op.drop_table("story_entry")
    with op.batch_alter_table("subscription", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("subscription_plugin_id_index"))
        batch_op.drop_index(batch_op.f("subscription_destination_id_index"))

    op.drop_table("subscription")
    with op.batch_alter_table("status", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("status_verdict_index"))

    op.drop_table("status")
    with op.batch_alter_table("statistic", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("statistic_plugin_id_index"))

    op.drop_table("statistic")
    op.drop_table("source_verdict")
    with op.batch_alter_table("outbox", schema=None) as batch_op:
        batch_op.drop_index(
            "outbox_pending",
            sqlite_where=sa.text("sent_at IS NULL AND dead_at IS NULL"),
            postgresql_where=sa.text("sent_at IS NULL AND dead_at IS NULL"),
        )

    op.drop_table("outbox")
    op.drop_table("message_reference")
    with op.batch_alter_table("installation", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("installation_plugin_id_index"))

    op.drop_table("installation")
    with op.batch_alter_table("incident", schema=None) as batch_op:
        batch_op.drop_index(
            "one_open_incident",
            sqlite_where=sa.text("resolved_at IS NULL"),
            postgresql_where=sa.text("resolved_at IS NULL"),
        )
        batch_op.drop_index(batch_op.f("incident_outbreak_id_index"))
        batch_op.drop_index("incident_of_plugin")
        batch_op.drop_index(batch_op.f("incident_cause_index"))

    op.drop_table("incident")
    with op.batch_alter_table("alias", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("alias_plugin_id_index"))

    op.drop_table("alias")
    op.drop_table("site")
    with op.batch_alter_table("room_message", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("room_message_thread_id_index"))

    op.drop_table("room_message")
    op.drop_table("report")
    op.drop_table("plugin")
    op.drop_table("outbreak")
    op.drop_table("destination")
    op.drop_table("commit_seen")
    op.drop_table("api_key")
