"""What Slack is told of what it sends: that it came, that it could not be heard, or that nobody here waits for it."""

from typing import Any

import structlog
from slack_bolt.async_app import AsyncAck
from slack_bolt.error import BoltUnhandledRequestError
from slack_bolt.response import BoltResponse

Body = dict[str, Any]

# What asks for the options of a menu: one that is not ours has none.
_SUGGESTIONS = frozenset({"block_suggestion", "dialog_suggestion"})

# How code fails that reads what is not there, or is of another kind.
MALFORMED = (ValueError, LookupError, TypeError, AttributeError, RecursionError)

_log = structlog.get_logger()


async def at_once(ack: AsyncAck) -> None:
    """Tell Slack that it came."""
    await ack()


async def refuse(error: Exception, body: Body) -> BoltResponse:
    """What Slack is told of an event that could not be heard, or that nobody here waits for.

    A 500 is our own trouble, and it tries again.
    """
    if isinstance(error, BoltUnhandledRequestError):
        return _unheard(body)
    _log.error("slack_event_not_heard", error=type(error).__name__, exc_info=error)
    return BoltResponse(status=400 if isinstance(error, MALFORMED) else 500, body="")


def _unheard(body: Body) -> BoltResponse:
    """Acknowledge what Slack sends and nobody here waits for, as an app may be subscribed to more than it hears.

    Of what is refused Slack tries again, and after many refusals it sends no events at all.
    """
    kind, event = body.get("type"), body.get("event")
    if kind == "event_callback":
        kind = event.get("type") if isinstance(event, dict) else None
    if not isinstance(kind, str):
        return BoltResponse(status=400, body="")
    _log.debug("slack_event_unheard", kind=kind)
    return BoltResponse(status=200, body={"options": []} if kind in _SUGGESTIONS else "")
