"""Why a process cannot listen where its settings say, in one sentence that names the setting. Pure."""

import errno
import socket
from typing import NoReturn


def refuse_to_listen(error: OSError, host: str, port: int, setting: str) -> NoReturn:
    """End the process: `setting` is the one of the port; the host is that of HOST, but for the local room's.

    Raises:
        SystemExit: always, with the sentence.
    """
    raise SystemExit(_sentence(error, host, port, setting)) from error


def _sentence(error: OSError, host: str, port: int, setting: str) -> str:
    if isinstance(error, socket.gaierror):
        return f"HOST {host} leads to no address: use one of this machine, such as 127.0.0.1 or 0.0.0.0."
    match error.errno:
        case errno.EADDRINUSE:
            return f"{setting} {port} is taken on {host}: end what listens there, or set {setting} to a free port."
        case errno.EADDRNOTAVAIL:
            return f"HOST {host} is no address of this machine: use one that is, such as 127.0.0.1 or 0.0.0.0."
        case errno.EACCES | errno.EPERM:
            return f"{setting} {port} may be listened on by root alone: use one from 1024 on, behind a reverse proxy."
        case _:
            return f"HOST {host} and {setting} {port} cannot be listened on: {error.strerror}."
