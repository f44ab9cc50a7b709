"""What a process imports when it starts: nothing that costs much and that it may never use."""

import subprocess
import sys

import pytest

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
        # What starts all three imports what any of them uses.
        ("supervisor", CHATS | {"github", "playwright"}),
    ],
)
def test_a_process_imports_only_what_it_uses(process: str, unused: frozenset[str]) -> None:
    # As each does when it starts: looking for garbage meanwhile takes a sixth of the time.
    script = f"import gc, sys; gc.disable(); import {process}.__main__\n"
    if process == "supervisor":
        script += "supervisor.__main__.import_programs()\n"
    script += "print(*sys.modules)"
    told = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, check=True, text=True
    )
    assert not (unused | SELDOM) & set(told.stdout.split())
