"""Where incidents that ended are looked up: `/history`."""

import math
from datetime import UTC, date, datetime, time, timedelta
from typing import NamedTuple

from fastapi import APIRouter, Request
from fastapi.responses import Response

from models import queries
from models.database.engine import Database
from models.queries.ended import EndedFilter, ended_incidents
from models.rules.blame import Suspect
from models.rules.speaking import marked, say
from models.views import IncidentView
from webhooks.pages.language import InTheirLanguage
from webhooks.pages.render import draw

_ROWS = 50
_MOST_PAGES = 10_000
_LONGEST = 200  # of what is typed into the form
_CAUSES = {
    Suspect.HOST: marked("the host"),
    Suspect.PLUGIN: marked("the plugin"),
    Suspect.BOTH: marked("the host or the plugin"),
    Suspect.NOBODY: marked("neither"),
    Suspect.UNKNOWN: marked("not known"),
}

router = APIRouter(include_in_schema=False, route_class=InTheirLanguage)


class HistoryForm(NamedTuple):
    """The form as it was filled in."""

    plugin: str = ""
    branch: str = ""
    cause: str = ""
    since: str = ""
    until: str = ""


@router.api_route("/history", methods=["GET", "HEAD"])
def history(
    request: Request,
    plugin: str = "",
    branch: str = "",
    cause: str = "",
    since: str = "",
    until: str = "",
    page: str = "",
) -> Response:
    """Incidents that ended: of a plugin, on a branch, with a cause, within a time."""
    texts = (plugin, branch, cause, since, until)
    asked = HistoryForm(*(text.strip()[:_LONGEST] for text in texts))
    database: Database = request.app.state.database
    number = _page(page)
    with database.read() as session:
        found = queries.find_plugin(session, asked.plugin) if asked.plugin else None
        problem = _problem(asked, is_known=found is not None)
        shown: list[IncidentView] = []
        total = 0
        if not problem:
            wanted = _wanted(asked, found.handle if found else "")
            shown, total = ended_incidents(session, wanted, _ROWS, (number - 1) * _ROWS)
            last = max(1, math.ceil(total / _ROWS))
            if number > last:
                number = last
                shown, total = ended_incidents(session, wanted, _ROWS, (number - 1) * _ROWS)
    return draw(
        "history",
        asked=asked,
        causes=_CAUSES,
        problem=problem,
        incidents=shown,
        total=total,
        page=number,
        pages=math.ceil(total / _ROWS),
        now=datetime.now(UTC),
    )


def _wanted(asked: HistoryForm, handle: str) -> EndedFilter:
    until = _day(asked.until)
    return EndedFilter(
        handle=handle,
        branch=asked.branch,
        suspect=Suspect(asked.cause) if asked.cause else None,
        since=_day(asked.since),
        until=until + timedelta(days=1) if until else None,
    )


def _problem(asked: HistoryForm, *, is_known: bool) -> str:
    """What is wrong with what was asked; empty if nothing is."""
    if asked.plugin and not is_known:
        return say("No plugin is called “{name}”.", name=asked.plugin)
    if asked.cause and asked.cause not in set(Suspect):
        return say("A cause is one of {causes}.", causes=", ".join(Suspect))
    for day in (asked.since, asked.until):
        if day and _day(day) is None:
            return say("“{day}” is no day; write it as 2026-03-14.", day=day)
    return ""


def _day(text: str) -> datetime | None:
    """The day's beginning in UTC; None for what is no day."""
    try:
        found = date.fromisoformat(text)
    except ValueError:
        return None
    # A day after the last one of the calendar must exist, too.
    return datetime.combine(min(found, date(9999, 12, 30)), time(), UTC)


def _page(text: str) -> int:
    """The page that an address names; the first where it names none."""
    if text.isascii() and text.isdigit() and 0 < len(text) < 6:
        return min(max(int(text), 1), _MOST_PAGES)
    return 1
