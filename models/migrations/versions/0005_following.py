"""Following, channels, and links to GitHub logins."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

_SUBSCRIPTION = sa.table("subscription", sa.column("id", sa.Integer), sa.column("topics", sa.JSON))


def upgrade() -> None:
    with op.batch_alter_table("destination", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column("is_person", sa.Boolean(), nullable=False, server_default=sa.false())
        )
        batch_op.add_column(
            sa.Column("flat", sa.Boolean(), nullable=False, server_default=sa.false())
        )
        batch_op.add_column(
            sa.Column("quiet", sa.Boolean(), nullable=False, server_default=sa.false())
        )
        batch_op.add_column(
            sa.Column("least", sa.String(), nullable=False, server_default="tests_failing")
        )
        batch_op.drop_column("guardians")  # a channel of guardians is one that follows everything
    with op.batch_alter_table("destination", schema=None) as batch_op:
        for column in ("is_person", "flat", "quiet", "least"):
            batch_op.alter_column(column, server_default=None)

    with op.batch_alter_table("subscription", schema=None) as batch_op:
        batch_op.add_column(sa.Column("tag", sa.String(), nullable=False, server_default=""))
        batch_op.add_column(
            sa.Column("host_branch", sa.String(), nullable=False, server_default="")
        )
        batch_op.add_column(
            sa.Column("without_labels", sa.JSON(), nullable=False, server_default="[]")
        )
        batch_op.add_column(
            sa.Column("without_bots", sa.Boolean(), nullable=False, server_default=sa.false())
        )
    with op.batch_alter_table("subscription", schema=None) as batch_op:
        for column in ("tag", "host_branch", "without_labels", "without_bots"):
            batch_op.alter_column(column, server_default=None)
    _replace_topics({"incidents": ["broken", "fixed"]})

    with op.batch_alter_table("message_reference", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("message_reference_conversation_index"), ["conversation"], unique=False
        )

    with op.batch_alter_table("release", schema=None) as batch_op:
        batch_op.add_column(sa.Column("author", sa.String(), nullable=False, server_default=""))
    with op.batch_alter_table("release", schema=None) as batch_op:
        batch_op.alter_column("author", server_default=None)

    op.create_table(
        "github_link",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("destination_id", sa.Integer(), nullable=False),
        sa.Column("login", sa.String(), nullable=False),
        sa.Column("login_key", sa.String(), nullable=False),
        sa.Column("code_sha256", sa.String(), nullable=True),
        sa.Column("code_until", sa.DateTime(timezone=True), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("verified_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["destination_id"],
            ["destination.id"],
            name=op.f("github_link_destination_id_fkey"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["person_id"],
            ["person.id"],
            name=op.f("github_link_person_id_fkey"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("github_link_pkey")),
        sa.UniqueConstraint(
            "person_id", "login_key", name=op.f("github_link_person_id_login_key_key")
        ),
    )
    with op.batch_alter_table("github_link", schema=None) as batch_op:
        batch_op.create_index("github_link_of_login", ["login_key"], unique=False)
        batch_op.create_index(batch_op.f("github_link_asked_at_index"), ["asked_at"], unique=False)


def downgrade() -> None:
    with op.batch_alter_table("github_link", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("github_link_asked_at_index"))
        batch_op.drop_index("github_link_of_login")

    op.drop_table("github_link")
    with op.batch_alter_table("release", schema=None) as batch_op:
        batch_op.drop_column("author")

    with op.batch_alter_table("message_reference", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("message_reference_conversation_index"))

    # What could not be said before is left out, rather than turned into more than was asked for.
    op.execute("DELETE FROM subscription WHERE tag <> '' OR host_branch <> ''")
    _replace_topics({"broken": ["incidents"], "fixed": ["incidents"]})
    with op.batch_alter_table("subscription", schema=None) as batch_op:
        batch_op.drop_column("without_bots")
        batch_op.drop_column("without_labels")
        batch_op.drop_column("host_branch")
        batch_op.drop_column("tag")

    with op.batch_alter_table("destination", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column("guardians", sa.Boolean(), nullable=False, server_default=sa.false())
        )
        batch_op.drop_column("least")
        batch_op.drop_column("quiet")
        batch_op.drop_column("flat")
        batch_op.drop_column("is_person")
    op.execute(
        "UPDATE destination SET guardians = true "
        "WHERE id IN (SELECT destination_id FROM subscription WHERE plugin_id IS NULL)"
    )
    with op.batch_alter_table("destination", schema=None) as batch_op:
        batch_op.alter_column("guardians", server_default=None)


def _replace_topics(names: dict[str, list[str]]) -> None:
    """Give the topics of every subscription their other names, each once."""
    connection = op.get_bind()
    for id_, topics in connection.execute(
        sa.select(_SUBSCRIPTION.c.id, _SUBSCRIPTION.c.topics)
    ).all():
        renamed = list(dict.fromkeys(new for topic in topics for new in names.get(topic, [topic])))
        connection.execute(
            _SUBSCRIPTION.update().where(_SUBSCRIPTION.c.id == id_).values(topics=renamed)
        )
