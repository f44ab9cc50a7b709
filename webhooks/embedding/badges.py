"""A plugin's status as a picture for its README: `/plugins/{name}/badge.svg`."""

from datetime import UTC, datetime
from zlib import crc32

import anybadge
from fastapi import APIRouter, Request
from fastapi.responses import Response

from models import queries
from models.database.engine import Database
from models.messages.message import Tone
from models.messages.words import clip, tone
from models.rules.inert import inert
from models.rules.status import Verdict, combine
from webhooks.shared_answers import SharedRoute

_LABEL = "plugin status"
_LABEL_LIMIT = 60
# White letters on these are read well (WCAG AA), as the pages' own colours on white are.
_COLOURS = {
    Tone.HEALTHY: "#13703f",
    Tone.WARNING: "#875300",
    Tone.BROKEN: "#b8261f",
    Tone.UNKNOWN: "#5b5e6d",
}
_HEADERS = {
    # GitHub's proxy for pictures keeps them for as long as this says, and shows the old one while we are away.
    "Cache-Control": "public, max-age=60, stale-while-revalidate=60, stale-if-error=3600",
    "Content-Security-Policy": "default-src 'none'",
    "Cross-Origin-Resource-Policy": "cross-origin",
    "X-Content-Type-Options": "nosniff",
}

router = APIRouter(tags=["embedding"], route_class=SharedRoute)


@router.get("/plugins/{name}/badge.svg", response_class=Response)
@router.head("/plugins/{name}/badge.svg", include_in_schema=False)
def badge(request: Request, name: str, branch: str = "", host_branch: str = "") -> Response:
    """A plugin's worst status as SVG: on these branches of the plugin and of the host, or on any.

    There is none of a plugin whose repository is private.
    """
    database: Database = request.app.state.database
    with database.read() as session:
        said = queries.public_verdicts(session, name, branch, host_branch, datetime.now(UTC))
    if said is None:
        return _drawn(_LABEL, "no such plugin", Tone.UNKNOWN, 404)
    # What nobody has reported may be anybody's words, so that it is not repeated.
    if not said:
        return _drawn(_LABEL, "no report", Tone.UNKNOWN)
    label = " on ".join(filter(None, (branch, host_branch))) or _LABEL
    verdict: Verdict = combine(said)
    return _drawn(clip(label, _LABEL_LIMIT), verdict.words, tone(verdict))


def _drawn(label: str, value: str, mood: Tone, status: int = 200) -> Response:
    drawn = anybadge.Badge(label=inert(label), value=value, default_color=_COLOURS[mood])
    # The library's own number counts all badges of this process, and so tells of others.
    drawn.mask_str = f"badge_{crc32(f'{label} {value}'.encode()):x}"
    svg = drawn.badge_svg_text
    return Response(svg, status, media_type="image/svg+xml", headers=_HEADERS)
