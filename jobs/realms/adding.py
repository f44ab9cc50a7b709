"""What an extension adds to what Pluginwatch tells: to the card of an incident, or to a bug report."""

from datetime import UTC, datetime

from jobs.realms.answers import RealmAnswer
from jobs.realms.errors import RealmError
from jobs.realms.outcomes import Here
from models.database.engine import be_alone
from models.events.extensions import Decorated
from models.events.filing import StepSaid
from models.extensions import calls
from models.extensions.calls import CallClaim
from models.extensions.manifest import Manifest
from models.messages import realms as messages
from models.messages.message import Message
from models.record import record

# What there is to be told beside it has more to say than that.
_LONGEST = 2_000
_MOST_ADDED = 5


def decorated(here: Here, claim: CallClaim, manifest: Manifest, answer: RealmAnswer) -> None:
    """Add what it answered to the card of the incident.

    Raises:
        RealmError: it is too much.
    """
    added = _added(manifest, answer)
    now = datetime.now(UTC)
    event = Decorated(
        claim.handle, int(claim.arguments["event"]["data"]["incident"]), added, claim.language
    )
    with here.database.write() as session:
        be_alone(session)
        if calls.is_wanted(session, claim):
            record(session, [event], now)
            calls.answer(session, claim, messages.HEARD, now)


def stepped(here: Here, claim: CallClaim, manifest: Manifest, answer: RealmAnswer) -> None:
    """Add what it answered to the bug report, and tell whoever reports.

    Raises:
        RealmError: it is too much.
    """
    added = _added(manifest, answer)
    draft, number, token = claim.event.removeprefix(calls.STEP).split(":")
    now = datetime.now(UTC)
    with here.database.write() as session:
        be_alone(session)
        if calls.is_wanted(session, claim):
            record(session, [StepSaid(int(draft), int(number), token, added)], now)
            calls.answer(session, claim, added.to_json(), now)


def _added(manifest: Manifest, answer: RealmAnswer) -> Message:
    added = messages.decoration(manifest.name, answer.message)
    if len(added.to_json()) > _LONGEST or len(added.blocks) > _MOST_ADDED:
        words = f"{_MOST_ADDED} blocks and {_LONGEST:,} characters"
        raise RealmError(f"it added more than {words}")
    return added
