"""The guardian room."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

_ROOM = {"platform": "local", "address": "room"}


def upgrade() -> None:
    destination = sa.table(
        "destination",
        sa.column("id"),
        *map(sa.column, ["platform", "address", "name", "guardians"]),
    )
    subscription = sa.table("subscription", sa.column("destination_id"))
    op.execute(destination.insert().values(name="Local room", guardians=sa.true(), **_ROOM))
    # A subscription without a plugin is one to everything.
    room = sa.select(destination.c.id).filter_by(**_ROOM)
    op.execute(subscription.insert().from_select(["destination_id"], room))


def downgrade() -> None:
    destination, subscription = _tables()
    room = sa.select(destination.c.id).filter_by(**_ROOM)
    # Foreign keys are off meanwhile on SQLite, so what hangs on the room is deleted by name.
    for name in ("outbox", "message_reference"):
        hanging = sa.table(name, sa.column("destination_id"))
        op.execute(hanging.delete().where(hanging.c.destination_id.in_(room)))
    op.execute(subscription.delete().where(subscription.c.destination_id.in_(room)))
    op.execute(destination.delete().where(destination.c.id.in_(room)))


def _tables() -> tuple[sa.TableClause, sa.TableClause]:
    columns = ["id", "platform", "address", "name", "guardians"]
    destination = sa.table("destination", *(sa.column(name) for name in columns))
    return destination, sa.table("subscription", sa.column("destination_id"))
