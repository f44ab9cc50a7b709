"""How the web process serves: one event loop, one writer, and an interpreter set up for the two of them."""

import gc
import signal
import sys
from types import FrameType
from typing import NoReturn

import uvicorn
from fastapi import FastAPI

from models.settings import Settings

# Supervisors such as honcho kill after five seconds.
_SECONDS_TO_FINISH = 4
# The writer needs the interpreter's lock a dozen times a batch; by default it would wait 5 ms for it each time.
_SWITCH_SECONDS = 0.0002


def serve(app: FastAPI, settings: Settings) -> None:
    """Serve until SIGTERM, then finish what was begun."""
    # uvicorn raises the signal again when it has finished; that is the end of the process, and no failure.
    signal.signal(signal.SIGTERM, _end)
    sys.setswitchinterval(_SWITCH_SECONDS)
    # What was imported lives as long as the process; looking through it again and again costs 70 ms each time.
    gc.collect()
    gc.freeze()
    uvicorn.run(
        app,
        host=settings.host,
        port=settings.port,
        log_config=None,
        access_log=False,
        timeout_graceful_shutdown=_SECONDS_TO_FINISH,
        server_header=False,
    )


def _end(_number: int, _frame: FrameType | None) -> NoReturn:
    raise SystemExit(0)
