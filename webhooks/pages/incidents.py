"""The page of one incident, and of one outbreak: `/incidents/{number}` and `/outbreaks/{number}`."""

from datetime import UTC, datetime

from fastapi import APIRouter, Request
from fastapi.responses import Response

from models import queries
from models.database.engine import Database
from models.extensions.additions import decorations_of
from models.messages.history import log_message
from models.messages.outbreak import outbreak_summary
from models.messages.words import clip
from models.rules.speaking import marked, say
from models.views.care import CareTaken
from webhooks.pages.contributed import on_page
from webhooks.pages.language import InTheirLanguage
from webhooks.pages.render import draw

_MEMBERS = 500  # incidents of an outbreak that its page lists
_READ = ["GET", "HEAD"]
_MOST_DIGITS = 9  # no database has an incident with a longer number

router = APIRouter(include_in_schema=False, route_class=InTheirLanguage)


@router.api_route("/incidents/{number}", methods=_READ)
def incident(request: Request, number: str) -> Response:
    """All that is known of one incident, open or ended."""
    now = datetime.now(UTC)
    database: Database = request.app.state.database
    with database.read() as session:
        story = queries.incident_story(session, _number(number))
        added = decorations_of(session, _number(number))
        care = queries.care_taken(session, [_number(number)])
    if story is None:
        return _lost(marked("There is no incident {number}"), number)
    log = log_message(story.incident.plugin, (story,), now)
    return draw(
        "incident",
        incident=story.incident,
        log=log,
        care=care.get(_number(number), CareTaken()),
        added=added,
        panels_shown=on_page(request.app, "incident", story.incident.number),
        now=now,
    )


@router.api_route("/outbreaks/{number}", methods=_READ)
def outbreak(request: Request, number: str) -> Response:
    """What several incidents have in common, and which they are."""
    database: Database = request.app.state.database
    with database.read() as session:
        found = queries.outbreak_numbered(session, _number(number), _MEMBERS)
        members = [each.number for each in found.incidents] if found else []
        care = queries.care_taken(session, members)
    if found is None:
        return _lost(marked("There is no outbreak {number}"), number)
    summary = outbreak_summary(found)
    return draw("outbreak", outbreak=found, summary=summary, care=care, now=datetime.now(UTC))


def _lost(title: str, number: str) -> Response:
    return draw("lost", 404, title=say(title, number=clip(number)), meant=())


def _number(text: str) -> int:
    """The number; 0, which nothing has, for what is none."""
    if text.isascii() and text.isdigit() and len(text) <= _MOST_DIGITS:
        return int(text)
    return 0
