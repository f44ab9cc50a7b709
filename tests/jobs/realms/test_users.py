"""The hostile extension, in its jail and without one, as every user that the jobs process may run as."""

import os
import re
import tempfile
from pathlib import Path

import pytest

from tests.jobs.realms.users import ORDINARY, run_as, shared_python

JAILED = "tests/jobs/realms/test_hostile.py"
PLAIN = "tests/jobs/realms/test_plain.py"
ORPHANS = "tests/jobs/realms/test_orphans.py"


# As root they run where this Python is root's alone, too, but for the plain ones.
PLAIN_ORPHANS = f"{ORPHANS}::test_nothing_is_left_of_a_realm_whose_host_was_killed[plain-16]"


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can become somebody else")
@pytest.mark.parametrize(
    ("user", "files", "least"),
    [(ORDINARY, (JAILED, PLAIN, ORPHANS), 47), (0, (PLAIN, PLAIN_ORPHANS), 10)],
)
def test_every_test_of_a_hostile_extension_passes(
    user: int, files: tuple[str, ...], least: int
) -> None:
    python = shared_python()
    if python is None:
        pytest.fail("there is no Python here that an ordinary user may run: this shows nothing")
    with tempfile.TemporaryDirectory(dir="/tmp") as folder:
        Path(folder).chmod(0o777)
        done = run_as(user, python, Path(folder), *files)
    assert done.returncode == 0, done.stdout
    passed = re.search(r"(?m)^(\d+) passed", done.stdout)
    assert passed
    assert int(passed[1]) >= least
