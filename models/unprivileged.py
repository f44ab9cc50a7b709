"""What shows strangers' pages runs as a user of its own, who owns nothing, where it would else run as root."""

import contextlib
import os
import pwd
import secrets
from pathlib import Path

# The numbers that systemd keeps for users that exist only while something runs: https://systemd.io/UIDS-GIDS/
USERS = range(61_184, 65_520)


def free_user() -> int | None:
    """The number of a user whom nobody knows and nothing runs as; None where we are not root, and need none."""
    if os.geteuid() != 0:
        return None
    taken = {entry.pw_uid for entry in pwd.getpwall()} | {user for _, user in running()}
    return secrets.choice([user for user in USERS if user not in taken])


def running() -> list[tuple[int, int]]:
    """Every process that has not ended, and the number of its user. Only Linux tells of them."""
    found = []
    for status in Path("/proc").glob("[0-9]*/status"):
        with contextlib.suppress(OSError):  # it has ended meanwhile
            fields = dict(line.split(":", 1) for line in status.read_text().splitlines())
            if "Z" not in fields["State"]:
                found.append((int(status.parent.name), int(fields["Uid"].split()[0])))
    return found
