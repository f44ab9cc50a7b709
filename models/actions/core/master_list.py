"""What people do about the master list, as events."""

import re

from models.actions.asking import Asker
from models.events import Event
from models.events.master_list import PluginRemoval, PluginSubmission, SubmissionDecision
from models.messages.removal import NO_REASON
from models.messages.submissions import NO_NUMBER
from models.rules.inert import inert
from models.rules.redact import redact

REASON_LIMIT = 200
# An address without whoever signs in there.
_PAGE = re.compile(r"<?(?:https?://)?(?:www\.)?github\.com[:/]", re.IGNORECASE)
_MOST_DIGITS = 10  # no database has a submission with a number of so many


def remove(asker: Asker, plugin: str, because: str = "") -> Event:
    """A plugin that is taken off the master list.

    Raises:
        ValueError: no reason is given.
    """
    reason = in_one_line(because)
    if not reason:
        raise ValueError(NO_REASON)
    return PluginRemoval(asker.actor, plugin, reason, allowed=asker.allowed)


def in_one_line(text: str) -> str:
    """What somebody wrote as it is kept: inert, without secrets, and not too long."""
    return " ".join(inert(redact(text)).split())[:REASON_LIMIT]


def add(asker: Asker, repository: str) -> Event:
    """A repository that somebody wants on the master list, without a password that its address may hold."""
    text = repository if _PAGE.match(repository) else repository.rpartition("@")[2]
    return PluginSubmission(asker.actor, asker.place(for_me=True), in_one_line(text), asker.allowed)


def decide(accepts: bool, asker: Asker, submission: str, because: str = "") -> Event:
    """A submission that is accepted or declined.

    Raises:
        ValueError: it is no number.
    """
    number = submission.removeprefix("#")
    if not (number.isascii() and number.isdigit() and len(number) < _MOST_DIGITS):
        raise ValueError(NO_NUMBER)
    reason = in_one_line(because)
    return SubmissionDecision(asker.actor, int(number), accepts, reason, asker.allowed)
