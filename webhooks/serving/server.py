"""How the web process serves: one event loop, one writer, and an interpreter set up for the two of them."""

import contextlib
import logging
import resource
import signal
import socket
import sys
from types import FrameType
from typing import Any, NoReturn

import structlog
import uvicorn
from fastapi import FastAPI

from models.heaps import collect_less
from models.settings import Settings
from models.settings.listening import refuse_to_listen
from webhooks.operating.repetitions import OncePerKind
from webhooks.serving.connection import Connection
from webhooks.serving.connections import ConnectionLimits, Connections, proxies
from webhooks.serving.draining import Drain

# Supervisors kill after five seconds.
_SECONDS_TO_FINISH = 4
# The writer needs the interpreter's lock a dozen times a batch; by default it would wait 5 ms for it each time.
_SWITCH_SECONDS = 0.0002
# Each connection is an open file, and so is each of the database's.
_OPEN_FILES = 8_192
# Connections that wait to be taken; uvicorn's own number.
_WAITING = 2_048

_log = structlog.get_logger()


def serve(app: FastAPI, settings: Settings) -> None:
    """Serve until SIGTERM or SIGINT, then finish what was begun."""
    # uvicorn raises the signal again when it has finished; that is the end of the process, and no failure.
    signal.signal(signal.SIGTERM, _end)
    sys.setswitchinterval(_SWITCH_SECONDS)
    collect_less()
    limits = ConnectionLimits(connections=min(ConnectionLimits().connections, _open_files() // 2))
    if limits.connections < ConnectionLimits().connections:
        _log.warning(
            "few_connections",
            most=limits.connections,
            hint="raise the limit of open files (ulimit -Hn)",
        )
    with contextlib.ExitStack() as opened:
        sockets = [opened.enter_context(each) for each in listen(settings.host, settings.port)]
        config = uvicorn.Config(
            app,
            host=settings.host,
            port=settings.port,
            log_config=None,
            **options(limits, settings.forwarded_allow_ips),
        )
        server = uvicorn.Server(config)
        # It raises SIGINT again, too.
        with contextlib.suppress(KeyboardInterrupt):
            server.run(sockets)
    if not server.started:
        raise SystemExit(1)  # the log says why


def listen(host: str, port: int) -> list[socket.socket]:
    """Sockets on all addresses that the host's name has.

    Raises:
        SystemExit: there can be none; the message names the setting.
    """
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
        places = {(family, address[:2]) for family, _, _, _, address in found}
        return [
            socket.create_server((str(name), int(at)), family=family, backlog=_WAITING)
            for family, (name, at) in places
        ]
    except OSError as error:
        refuse_to_listen(error, host, port, "PORT")


def options(limits: ConnectionLimits, forwarded_allow_ips: str = "127.0.0.1,::1") -> dict[str, Any]:
    """How uvicorn is to serve connections, within these limits and believing these proxies when they say who calls."""
    for name in ("uvicorn.error", "asyncio"):
        logging.getLogger(name).addFilter(OncePerKind().filter)
    logging.getLogger("uvicorn.error").addFilter(_is_ours)
    members = {
        "all_connections": Connections(limits, proxies(forwarded_allow_ips)),
        "drain": Drain(),
    }
    return {
        "http": type("Connection", (Connection,), members),
        "forwarded_allow_ips": forwarded_allow_ips,
        "ws": "none",
        "access_log": False,
        "timeout_graceful_shutdown": _SECONDS_TO_FINISH,
        "server_header": False,
    }


def _open_files() -> int:
    """How many files may be open, after asking for as many as are allowed and useful."""
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = _OPEN_FILES if most == resource.RLIM_INFINITY else min(_OPEN_FILES, most)
    resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, most))
    return wanted


def _is_ours(record: logging.LogRecord) -> bool:
    """Whether a line of the log is about this process: what strangers send wrong is theirs, and could fill a disk."""
    return record.levelno != logging.WARNING


def _end(_number: int, _frame: FrameType | None) -> NoReturn:
    raise SystemExit(0)
