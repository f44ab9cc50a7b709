"""Fingerprints no longer differ by Ruby's version or the server's language: stored ones are made again."""

from models.migrations.fingerprints_until_0036 import old_fingerprint
from models.migrations.renewing_fingerprints import Renewal

revision = "0036"
down_revision = "0035"
branch_labels = None
depends_on = None


def upgrade() -> None:
    Renewal(old_fingerprint).run()


def downgrade() -> None:
    """Nothing to do: an older version takes what is stored for another failure, once, and goes on."""
