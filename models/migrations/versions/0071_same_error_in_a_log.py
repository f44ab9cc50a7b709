"""Fingerprints no longer differ by what a log has around an error: stored ones are made again."""

from models.migrations.renewing_fingerprints import Renewal
from models.rules.fingerprint import made_of

revision = "0071"
down_revision = "0070"
branch_labels = None
depends_on = None


def upgrade() -> None:
    Renewal(_of_all_that_was_said).run()


def downgrade() -> None:
    """Nothing to do: an older version takes what is stored for another failure, once, and goes on."""


def _of_all_that_was_said(handle: str, message: str | None, backtrace: str | None) -> str:
    """As they were made until now, of the whole message."""
    return made_of(handle, message or "", backtrace or message or "")
