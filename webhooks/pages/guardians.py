"""Who opened a page by a link that a guardian was given: `/plugin sites`."""

from datetime import UTC, datetime

from fastapi import Request

from models.database.engine import Session
from models.operating.keys import is_valid
from models.operating.signing import ExpiredLinkError, ForgedLinkError, Signer
from models.queries.clearances import clearance_of
from models.rules.authority import API
from models.rules.kinds import KeyKind
from models.rules.people import Actor
from models.rules.places import Place
from webhooks.refusal import Refusal

_AGAIN = "ask for another one: /plugin sites"


def guardian_of(request: Request, session: Session, token: str) -> Actor:
    """The guardian whom the token was made for, who must still be one: in a group that has the role, as of then.

    Raises:
        Refusal: 403 or 410: the token shows nothing, or not any more.
    """
    signer: Signer = request.app.state.signer
    try:
        person = signer.person_of(token, datetime.now(UTC))
    except ForgedLinkError as error:
        raise Refusal(403, f"this link is not whole, or was not made here; {_AGAIN}") from error
    except ExpiredLinkError as error:
        raise Refusal(410, f"this link worked for an hour, which is over; {_AGAIN}") from error
    place = Place(person.platform, person.user, person.name, is_person=True)
    allowed = clearance_of(session, person, place, alone=True, is_private=False)
    is_gone = person.platform == API and not is_valid(session, KeyKind.ROBOT, person.user)
    if is_gone or not allowed.artefacts:
        raise Refusal(403, "whom this link was made for is no guardian any more")
    return person
