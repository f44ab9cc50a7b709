"""GitHub, CI and the canary."""

import secrets

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "app_installation",
        sa.Column("github_id", sa.BigInteger(), nullable=False),
        sa.Column("account", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("version", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("github_id", name=op.f("app_installation_pkey")),
    )
    op.create_table(
        "ci_run",
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("github_id", sa.BigInteger(), nullable=False),
        sa.Column("repository_id", sa.BigInteger(), nullable=False),
        sa.Column("suite_id", sa.BigInteger(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("branch", sa.String(), nullable=True),
        sa.Column("sha", sa.String(), nullable=False),
        sa.Column("conclusion", sa.String(), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("completed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("message", sa.String(), nullable=True),
        sa.Column("version", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("kind", "github_id", name=op.f("ci_run_pkey")),
    )
    with op.batch_alter_table("ci_run", schema=None) as batch_op:
        batch_op.create_index(
            "ci_run_of_branch", ["repository_id", "branch", "started_at"], unique=False
        )
        batch_op.create_index("ci_run_of_suite", ["suite_id"], unique=False)

    op.create_table(
        "delivery",
        sa.Column("guid", sa.String(), nullable=False),
        sa.Column("event", sa.String(), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("guid", name=op.f("delivery_pkey")),
    )
    with op.batch_alter_table("delivery", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("delivery_received_at_index"), ["received_at"], unique=False
        )

    op.create_table(
        "issue",
        sa.Column("github_id", sa.BigInteger(), nullable=False),
        sa.Column("repository_id", sa.BigInteger(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("author", sa.String(), nullable=False),
        sa.Column("labels", sa.JSON(), nullable=False),
        sa.Column("comments", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("gone", sa.Boolean(), nullable=False),
        sa.Column("version", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("github_id", name=op.f("issue_pkey")),
    )
    with op.batch_alter_table("issue", schema=None) as batch_op:
        batch_op.create_index(
            "issue_of_repository", ["repository_id", "state", "number"], unique=False
        )

    op.create_table(
        "label",
        sa.Column("github_id", sa.BigInteger(), nullable=False),
        sa.Column("repository_id", sa.BigInteger(), nullable=False),
        sa.Column("weights", sa.JSON(), nullable=False),
        sa.Column("deleted", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("github_id", name=op.f("label_pkey")),
    )
    op.create_table(
        "release",
        sa.Column("github_id", sa.BigInteger(), nullable=False),
        sa.Column("repository_id", sa.BigInteger(), nullable=False),
        sa.Column("tag", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("prerelease", sa.Boolean(), nullable=False),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("gone", sa.Boolean(), nullable=False),
        sa.Column("announced", sa.Boolean(), nullable=False),
        sa.Column("version", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("github_id", name=op.f("release_pkey")),
    )
    with op.batch_alter_table("release", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("release_repository_id_index"), ["repository_id"], unique=False
        )

    op.create_table(
        "repository",
        sa.Column("github_id", sa.BigInteger(), nullable=False),
        sa.Column("full_name", sa.String(), nullable=False),
        sa.Column("private", sa.Boolean(), nullable=False),
        sa.Column("archived", sa.Boolean(), nullable=False),
        sa.Column("deleted", sa.Boolean(), nullable=False),
        sa.Column("default_branch", sa.String(), nullable=True),
        sa.Column("head_sha", sa.String(), nullable=True),
        sa.Column("head_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("version", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("github_id", name=op.f("repository_pkey")),
    )
    op.create_table(
        "repository_name",
        sa.Column("repository_id", sa.BigInteger(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("repository_id", "key", name=op.f("repository_name_pkey")),
    )
    with op.batch_alter_table("repository_name", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("repository_name_key_index"), ["key"], unique=False)

    op.create_table(
        "signing_key",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("secret", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("signing_key_pkey")),
    )
    op.create_table(
        "source_incident",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("host_branch", sa.String(), nullable=False),
        sa.Column("host_sha", sa.String(), nullable=False),
        sa.Column("run_id", sa.String(), nullable=False),
        sa.Column("step", sa.String(), nullable=False),
        sa.Column("message", sa.String(), nullable=True),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("resolved_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("resolution", sa.String(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("source_incident_pkey")),
    )
    with op.batch_alter_table("source_incident", schema=None) as batch_op:
        batch_op.create_index(
            "one_open_source_incident",
            ["source", "name"],
            unique=True,
            sqlite_where=sa.text("resolved_at IS NULL"),
            postgresql_where=sa.text("resolved_at IS NULL"),
        )

    op.create_table(
        "canary_run",
        sa.Column("run_id", sa.String(), nullable=False),
        sa.Column("key_id", sa.Integer(), nullable=False),
        sa.Column("server", sa.String(), nullable=False),
        sa.Column("host_branch", sa.String(), nullable=False),
        sa.Column("host_sha", sa.String(), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("steps", sa.JSON(), nullable=False),
        sa.Column("plugins", sa.JSON(), nullable=False),
        sa.Column("conclusion", sa.String(), nullable=True),
        sa.Column("blamed", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["key_id"], ["api_key.id"], name=op.f("canary_run_key_id_fkey")),
        sa.PrimaryKeyConstraint("run_id", name=op.f("canary_run_pkey")),
    )
    with op.batch_alter_table("canary_run", schema=None) as batch_op:
        batch_op.create_index("canary_run_of_server", ["server", "started_at"], unique=False)

    op.create_table(
        "artefact",
        sa.Column("run_id", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("stored_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["run_id"], ["canary_run.run_id"], name=op.f("artefact_run_id_fkey"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("run_id", "kind", name=op.f("artefact_pkey")),
    )
    with op.batch_alter_table("artefact", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("artefact_stored_at_index"), ["stored_at"], unique=False)

    with op.batch_alter_table("incident", schema=None) as batch_op:
        batch_op.alter_column("site_domain", new_column_name="said_by")
        batch_op.add_column(sa.Column("reference", sa.String(), nullable=True))

    with op.batch_alter_table("plugin", schema=None) as batch_op:
        batch_op.add_column(sa.Column("repository_id", sa.BigInteger(), nullable=True))
        batch_op.create_index(
            batch_op.f("plugin_repository_id_index"), ["repository_id"], unique=False
        )

    with op.batch_alter_table("source_verdict", schema=None) as batch_op:
        batch_op.add_column(sa.Column("fingerprint", sa.String(), nullable=True))
        batch_op.add_column(sa.Column("message", sa.String(), nullable=True))
        batch_op.add_column(sa.Column("backtrace", sa.String(), nullable=True))
        batch_op.add_column(sa.Column("said_by", sa.String(), nullable=True))
        batch_op.add_column(sa.Column("reference", sa.String(), nullable=True))

    with op.batch_alter_table("subscription", schema=None) as batch_op:
        # Who follows already goes on to hear of what there was to hear of.
        batch_op.add_column(
            sa.Column("topics", sa.JSON(), nullable=False, server_default='["incidents"]')
        )
    with op.batch_alter_table("subscription", schema=None) as batch_op:
        batch_op.alter_column("topics", server_default=None)

    keys = sa.table("signing_key", sa.column("id"), sa.column("secret"))
    op.execute(keys.insert().values(id=1, secret=secrets.token_hex(32)))


def downgrade() -> None:
    with op.batch_alter_table("subscription", schema=None) as batch_op:
        batch_op.drop_column("topics")

    with op.batch_alter_table("source_verdict", schema=None) as batch_op:
        batch_op.drop_column("reference")
        batch_op.drop_column("said_by")
        batch_op.drop_column("backtrace")
        batch_op.drop_column("message")
        batch_op.drop_column("fingerprint")

    with op.batch_alter_table("plugin", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("plugin_repository_id_index"))
        batch_op.drop_column("repository_id")

    with op.batch_alter_table("incident", schema=None) as batch_op:
        batch_op.drop_column("reference")
        batch_op.alter_column("said_by", new_column_name="site_domain")

    with op.batch_alter_table("artefact", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("artefact_stored_at_index"))

    op.drop_table("artefact")
    with op.batch_alter_table("canary_run", schema=None) as batch_op:
        batch_op.drop_index("canary_run_of_server")

    op.drop_table("canary_run")
    with op.batch_alter_table("source_incident", schema=None) as batch_op:
        batch_op.drop_index(
            "one_open_source_incident",
            sqlite_where=sa.text("resolved_at IS NULL"),
            postgresql_where=sa.text("resolved_at IS NULL"),
        )

    op.drop_table("source_incident")
    op.drop_table("signing_key")
    with op.batch_alter_table("repository_name", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("repository_name_key_index"))

    op.drop_table("repository_name")
    op.drop_table("repository")
    with op.batch_alter_table("release", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("release_repository_id_index"))

    op.drop_table("release")
    op.drop_table("label")
    with op.batch_alter_table("issue", schema=None) as batch_op:
        batch_op.drop_index("issue_of_repository")

    op.drop_table("issue")
    with op.batch_alter_table("delivery", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("delivery_received_at_index"))

    op.drop_table("delivery")
    with op.batch_alter_table("ci_run", schema=None) as batch_op:
        batch_op.drop_index("ci_run_of_suite")
        batch_op.drop_index("ci_run_of_branch")

    op.drop_table("ci_run")
    op.drop_table("app_installation")
