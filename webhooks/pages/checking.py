"""Where a set of plugins is checked: `/check`."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import NamedTuple
from urllib.parse import urlencode

from fastapi import APIRouter, Request
from fastapi.responses import Response

from models import queries
from models.database.engine import Database
from models.messages.checking import check_message, not_readable
from models.messages.message import Message
from models.metadata.wanted_set import LONGEST, NO_SET, WantedSet, is_container_file, read_set
from models.queries.checking import check_set
from models.queries.host_branches import branch_of
from models.registry.known import KnownHost
from models.views.registry import CheckView
from webhooks.pages.language import InTheirLanguage
from webhooks.pages.render import draw

_VERSION = 100
# Reverse proxies take addresses of some 8 KB.
_LONGEST_LINK = 4_000

router = APIRouter(include_in_schema=False, route_class=InTheirLanguage)


class CheckForm(NamedTuple):
    """What was filled in. `before` is the host branch that they run on, to tell what changes."""

    branch: str = ""
    at: str = ""
    runtime: str = ""
    before: str = ""
    plugins: str = ""


class CheckedSet(NamedTuple):
    """What was read, whether it works, and that in words; without a view where it could not be read."""

    message: Message
    wanted: WantedSet = NO_SET
    view: CheckView | None = None


@router.api_route("/check", methods=["GET", "HEAD"])
def check(
    request: Request,
    branch: str = "",
    at: str = "",
    runtime: str = "",
    before: str = "",
    plugins: str = "",
) -> Response:
    """A form for a set of plugins and, once it is filled in, whether they would work."""
    form = CheckForm(branch, at, runtime, before, plugins[:LONGEST])
    return check_page(request.app.state.database, form)


def check_page(database: Database, form: CheckForm) -> Response:
    """The form, and the answer to what it asks. Of an app.yml, which may hold secrets, it shows the plugins alone."""
    branches = known_branches(database)
    found = checked(database, form, branches) if form.plugins.strip() else None
    wanted = found.wanted.lines if found else []
    shown = "\n".join(wanted) or form.plugins
    is_secret = not wanted and is_container_file(form.plugins)
    return draw(
        "check",
        branches=branches,
        chosen=found.view.branch if found and found.view else form.branch,
        at=form.at[:_VERSION],
        runtime=form.runtime[:_VERSION],
        before=form.before,
        plugins="" if is_secret else shown,
        longest=LONGEST,
        link=_link(form, wanted) if found and found.view else "",
        message=found.message if found else None,
        now=datetime.now(UTC),
    )


def known_branches(database: Database) -> list[str]:
    """The host branches that one may choose from; there is always one."""
    with database.read() as session:
        return queries.host_branches(session)


def checked(database: Database, form: CheckForm, branches: Sequence[str]) -> CheckedSet:
    """Whether what the form names works, as far as everyone may know it."""
    now = datetime.now(UTC)
    try:
        wanted = read_set(form.plugins)
    except ValueError as problem:
        return CheckedSet(not_readable(str(problem)))
    at, runtime = (each.strip()[:_VERSION] for each in (form.at, form.runtime))
    with database.read() as session:
        fitting = branch_of(session, wanted.ecosystem, branches)
        host = KnownHost(form.branch if form.branch in branches else fitting, at, runtime)
        view = check_set(session, wanted, host, now)
        before = None
        if form.before in branches:
            before = check_set(session, wanted, KnownHost(form.before, runtime=runtime), now)
    return CheckedSet(check_message(view, before, wanted.branches), wanted, view)


def _link(form: CheckForm, wanted: Sequence[str]) -> str:
    """The address under which others see the same; none where it would be too long for one."""
    asked = {**form._asdict(), "plugins": ", ".join(wanted)}
    link = f"/check?{urlencode({name: value for name, value in asked.items() if value})}"
    return link if len(link) <= _LONGEST_LINK else ""
