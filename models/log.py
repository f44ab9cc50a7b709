"""What the processes write of themselves: lines for people at a terminal, JSON otherwise, and no secrets in either."""

import logging
import os
import re
import sys
from collections.abc import MutableMapping
from typing import Any

import structlog
from structlog.typing import Processor

from models.rules.kinds import KeyKind
from models.rules.redact import redact

# Libraries that bring their own handlers, or that tell of each request or each step of the clock.
_BRING_HANDLERS = ("uvicorn", "uvicorn.error", "uvicorn.access", "sqlalchemy", "aiohttp", "alembic")
_TALKATIVE = (
    "uvicorn.access",
    "aiohttp.access",
    "alembic",
    "sqlalchemy",
    "asyncio",
    "github",
    "apscheduler",
)

_SECRET_NAMES = re.compile(r"passw|secret|token|cookie|authorization|api_?key", re.IGNORECASE)
# Whatever there is of one, be it cut off.
_OUR_KEYS = re.compile(rf"\bpw_(?:{'|'.join(KeyKind)})_[\w-]+")


def configure(level: str) -> None:
    """Send this process's log, and that of its libraries, to standard error from `level` on.

    It is JSON, but for people at a terminal, which whoever starts us may hold (LOG_AT_TERMINAL).
    """
    before: list[Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.stdlib.PositionalArgumentsFormatter(),
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(_formatter(before))
    _route(handler, level)
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            *before,
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )


def _formatter(before: list[Processor]) -> structlog.stdlib.ProcessorFormatter:
    plain = structlog.dev.plain_traceback
    people = structlog.dev.ConsoleRenderer(exception_formatter=plain, colors=sys.stderr.isatty())
    return structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=before,
        processors=[
            structlog.stdlib.ProcessorFormatter.remove_processors_meta,
            structlog.processors.StackInfoRenderer(),
            structlog.processors.format_exc_info,
            _without_secrets,
            people
            if sys.stderr.isatty() or os.environ.get("LOG_AT_TERMINAL")
            else structlog.processors.JSONRenderer(ensure_ascii=False),
        ],
    )


def _route(handler: logging.Handler, level: str) -> None:
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(level)
    handler.setLevel(level)  # also of loggers that have a level of their own, as Slack's have
    for name in _BRING_HANDLERS:
        logging.getLogger(name).handlers.clear()
        logging.getLogger(name).propagate = True
    for name in _TALKATIVE:
        logging.getLogger(name).setLevel(max(logging.WARNING, root.level))
    logging.captureWarnings(capture=True)


def _without_secrets(
    _logger: Any, _method: str, event: MutableMapping[str, Any]
) -> MutableMapping[str, Any]:
    return {
        name: "[redacted]" if _SECRET_NAMES.search(name) else _masked(value)
        for name, value in event.items()
    }


def _masked(value: Any) -> Any:
    match value:
        case str():
            return _OUR_KEYS.sub("[redacted key]", redact(value))
        case dict():
            return dict(_without_secrets(None, "", value))
        case list() | tuple():
            return [_masked(item) for item in value]
        case None | bool() | int() | float():
            return value
        case _:
            return _masked(str(value))
