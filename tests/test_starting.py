"""What a process imports when it starts: nothing that costs much and that it may never use."""

import os
import subprocess
import sys

import pytest

from models.database.engine import Database
from models.database.migrate import migrate

CHATS = frozenset({"discord", "slack_bolt", "slack_sdk"})
OF_JOBS = frozenset({"github", "playwright", "apscheduler"})
# Only where something is encrypted, signed or drawn, which is in few places and seldom, or where the
# database is PostgreSQL's.
SELDOM = frozenset({"alembic", "cryptography", "PIL", "psycopg"})


@pytest.mark.parametrize(
    ("process", "unused"),
    [
        ("webhooks", CHATS | OF_JOBS),
        ("bot", CHATS | OF_JOBS),
        ("jobs", CHATS | {"github", "playwright"}),
    ],
)
def test_a_process_imports_only_what_it_uses(process: str, unused: frozenset[str]) -> None:
    script = f"import sys, {process}.__main__; print(*sys.modules)"
    told = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, check=True, text=True
    )
    assert not (unused | SELDOM) & set(told.stdout.split())


def test_what_finds_all_in_place_reads_no_tables(database: Database) -> None:
    """`make run` waits for this command before it starts anything."""
    migrate(database)
    url = database.url.render_as_string(hide_password=False)
    script = (
        "import sys; from models.__main__ import app; app(['prepare'], standalone_mode=False); "
        "print(*sys.modules)"
    )
    told = subprocess.run(
        [sys.executable, "-c", script],
        env={**os.environ, "DATABASE_URL": url, "LINK_SIGNING_KEY": "k" * 32},
        capture_output=True,
        check=True,
        text=True,
    )
    read = set(told.stdout.split())
    assert "models.cli.preparing" in read
    unused = {"models.tables", "models.messages", "alembic", "rapidfuzz", "models.cli.keys"}
    assert not unused & read
