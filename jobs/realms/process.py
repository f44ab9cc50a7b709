"""The process of a realm: started in its jail, or plain, and ended."""

import json
import os
import subprocess
from pathlib import Path
from typing import Any

from jobs.realms.errors import RealmError
from models import jail


def started(
    wheels: Path, user: int | None, *, jailed: bool
) -> tuple["subprocess.Popen[bytes]", int]:
    """The process, and a handle on the one that is the realm: bubblewrap waits beside it.

    Raises:
        RealmError: it does not start.
    """
    if not jailed:
        groups: list[int] | None = [] if user else None
        try:
            process = _popen(jail.plain(), user=user, group=user, extra_groups=groups)
        except PermissionError as error:
            words = "Python is in a folder that only root may read, and no extension runs as root"
            raise RealmError(words) from error
        return process, os.pidfd_open(process.pid)
    bwrap = jail.bubblewrap()
    if bwrap is None:
        raise RealmError("there is no bubblewrap here, which keeps extensions in a jail")
    reading, writing = os.pipe()
    with open(reading, "rb") as info:  # noqa: PTH123 - a descriptor
        try:
            process = _popen(jail.jailed(bwrap, wheels, writing), pass_fds=(writing,))
        finally:
            os.close(writing)
        return process, _realm_within(process, info.read())


def _realm_within(process: "subprocess.Popen[bytes]", told: bytes) -> int:
    try:
        return os.pidfd_open(json.loads(told)["child-pid"])
    except (ValueError, OSError) as error:
        end(process)
        raise RealmError("the jail does not run here: python -m models check says why") from error


def end(process: "subprocess.Popen[bytes]") -> None:
    """Kill it, and with bubblewrap what is within."""
    process.kill()
    process.wait()
    for stream in (process.stdin, process.stdout, process.stderr):
        if stream:
            stream.close()


def _popen(command: list[str], **how: Any) -> "subprocess.Popen[bytes]":
    return subprocess.Popen(  # noqa: S603 - bubblewrap or Python, and our own arguments
        command,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,  # where `faulthandler` writes
        cwd="/",
        env={},
        bufsize=0,
        start_new_session=True,
        **how,
    )
