"""A destination has a language, and so has what extensions add to cards."""

import sqlalchemy as sa
from alembic import op

revision = "0055"
down_revision = "0054"
branch_labels = None
depends_on = None

_ONE = "card_decoration_incident_id_extension_id_key"
_OF_EACH = "card_decoration_incident_id_extension_id_language_key"


def _language() -> sa.Column[str]:
    return sa.Column("language", sa.String(), server_default=sa.text("'en'"), nullable=False)


def upgrade() -> None:
    op.add_column("destination", _language())
    with op.batch_alter_table("card_decoration") as decoration:
        decoration.add_column(_language())
        decoration.drop_constraint(op.f(_ONE), type_="unique")
        decoration.create_unique_constraint(
            op.f(_OF_EACH), ["incident_id", "extension_id", "language"]
        )


def downgrade() -> None:
    op.execute("DELETE FROM card_decoration WHERE language <> 'en'")
    with op.batch_alter_table("card_decoration") as decoration:
        decoration.drop_constraint(op.f(_OF_EACH), type_="unique")
        decoration.create_unique_constraint(op.f(_ONE), ["incident_id", "extension_id"])
        decoration.drop_column("language")
    with op.batch_alter_table("destination") as destination:
        destination.drop_column("language")
