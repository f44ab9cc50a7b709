"""Every endpoint of the web process: what OpenAPI describes, and what it leaves out."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from fastapi import FastAPI
from fastapi.routing import iter_route_contexts

_WITH_BODY = {"POST", "PUT"}


@dataclass(frozen=True, slots=True)
class DescribedEndpoint:
    """A method and the pattern of its path, with OpenAPI's operation if it is described."""

    method: str
    path: str
    operation: dict[str, Any] = field(default_factory=dict, hash=False)

    @property
    def takes_body(self) -> bool:
        """Whether a request has a body."""
        return self.method in _WITH_BODY


def endpoints(app: FastAPI) -> list[DescribedEndpoint]:
    """All of them, but for HEAD, which is GET without its body."""
    described: list[DescribedEndpoint] = []
    for path, methods in app.openapi()["paths"].items():
        for method, operation in methods.items():
            described.append(DescribedEndpoint(method.upper(), path, operation))
    known = {(each.method, each.path) for each in described}
    # Each action is described by itself, and found behind one route.
    more = (each for each in _routes(app) if not each.path.startswith("/actions/"))
    return described + [each for each in more if (each.method, each.path) not in known]


def _routes(app: FastAPI) -> Iterator[DescribedEndpoint]:
    for context in iter_route_contexts(app.routes):
        for method in sorted(getattr(context.route, "methods", None) or ()):
            if method != "HEAD":
                yield DescribedEndpoint(method, str(context.path))
