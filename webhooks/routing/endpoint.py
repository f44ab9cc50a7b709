"""An endpoint for machines. Plain ASGI: it is the hot path, and needs nothing that a framework adds."""

import json
from collections.abc import Awaitable, Callable
from typing import Any

from starlette.types import Receive, Scope, Send

from models.database.engine import DatabaseTrouble
from webhooks.operating import metrics
from webhooks.recording.batches import NotStored
from webhooks.refusal import Refusal

Answer = tuple[int, dict[str, Any] | list[dict[str, Any]]]


class Endpoint:
    """An ASGI endpoint: `answer` gets the request and returns a status and what to say, or raises a Refusal.

    `failed` puts a reason into the shape in which this kind of caller reads errors.
    """

    def __init__(
        self,
        answer: Callable[[Scope, Receive], Awaitable[Answer]],
        failed: Callable[[str], dict[str, Any]],
    ) -> None:
        self._answer = answer
        self._failed = failed

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer in the shape that the caller understands, whatever happens."""
        said: dict[str, Any] | list[dict[str, Any]]
        try:
            status, said = await self._answer(scope, receive)
        except Refusal as refusal:
            metrics.REFUSED.labels(refusal.status).inc()
            status, said = refusal.status, self._failed(refusal.reason)
        except NotStored as error:
            status, said = 503, self._failed(f"it is not stored: {error}; send it again")
        except DatabaseTrouble:
            metrics.REFUSED.labels(503).inc()
            status, said = 503, self._failed("the database is out of reach; send it again")
        await _respond(send, status, said)


async def _respond(send: Send, status: int, said: dict[str, Any] | list[dict[str, Any]]) -> None:
    body = json.dumps(said).encode()
    headers = [(b"content-type", b"application/json"), (b"content-length", str(len(body)).encode())]
    if status == 503:
        headers.append((b"retry-after", b"5"))
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})
