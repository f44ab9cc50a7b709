"""Where a set of plugins is checked: `/check`."""

from datetime import UTC, datetime

from fastapi import APIRouter, Request
from fastapi.responses import Response

from models import queries
from models.actions.arguments import Members
from models.database.engine import Database
from models.messages.checking import check_message, not_readable
from models.messages.message import Message
from models.queries.checking import check_set
from models.registry.known import KnownHost
from webhooks.pages.render import draw
from webhooks.shared import Shared

# Of what is typed into the form, which is as many plugins as a command takes, with their versions.
_LONGEST = 20_000
_VERSION = 100
_MEMBERS = Members(name="plugins", about="", missing="Name the plugins, with commas between")

router = APIRouter(include_in_schema=False, route_class=Shared)


@router.api_route("/check", methods=["GET", "HEAD"])
def check(
    request: Request, branch: str = "", at: str = "", before: str = "", plugins: str = ""
) -> Response:
    """A form for a set of plugins and, once it is filled in, whether they would work.

    `before` is the host branch that they run on, to tell what changes.
    """
    now = datetime.now(UTC)
    database: Database = request.app.state.database
    with database.read() as session:
        branches = queries.host_branches(session)
        chosen = branch if branch in branches else branches[0]
        answer: Message | None = None
        if plugins.strip():
            try:
                named = _MEMBERS.given(plugins[:_LONGEST].replace("\n", ", "))
                after = check_set(session, named, KnownHost(chosen, at.strip()[:_VERSION]), now)
                then = (
                    check_set(session, named, KnownHost(before), now)
                    if before in branches
                    else None
                )
                answer = check_message(after, then)
            except ValueError as problem:
                answer = not_readable(str(problem))
    return draw(
        "check",
        branches=branches,
        chosen=chosen,
        at=at[:_VERSION],
        before=before,
        plugins=plugins[:_LONGEST],
        message=answer,
        now=now,
    )
