"""No realm outlives the process that started it, whatever is killed, and when."""

import os
import subprocess
import sys

import pytest

from tests.jobs.realms.users import ROOT, readable_by_all
from tests.waiting import LONG


@pytest.mark.parametrize(("how", "kills"), [("jailed", 18), ("plain", 16)])
def test_nothing_is_left_of_a_realm_whose_host_was_killed(how: str, kills: int) -> None:
    if how == "plain" and os.geteuid() == 0 and not readable_by_all():
        pytest.skip("this Python is root's alone; test_users.py runs these tests by another one")
    command = [sys.executable, "-m", "tests.jobs.realms.orphans", how]
    done = subprocess.run(
        command, cwd=ROOT, capture_output=True, text=True, timeout=LONG, check=False
    )
    found = done.stdout.splitlines()
    assert len(found) == kills, done.stderr
    assert [line for line in found if not line.endswith(": nothing is left")] == []
