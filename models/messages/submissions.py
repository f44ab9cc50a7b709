"""Plugins that people submit for the master list: the card for guardians, and what who submitted them is told."""

from models.messages import links
from models.messages.blocks import known_links, optional_text
from models.messages.message import Block, Buttons, Facts, Message, Text, Tone
from models.messages.pages import with_plugin_page
from models.messages.times import clock
from models.messages.words import clip, joined
from models.views import PluginView
from models.views.submissions import SubmissionView

NO_NUMBER = "the number of a submission is needed, as on its card"
_VALUE_LIMIT = 300
_TAGS = 20


def submission_card(submission: SubmissionView, *, decides: bool = True) -> Message:
    """What the repository says of itself, and what was decided; with buttons for those who decide."""
    blocks: tuple[Block, ...] = (
        Text(_standing(submission)),
        *_said(submission),
        *known_links(("Repository", links.folder(submission.repository, submission.path))),
        *(_buttons(submission) if decides else ()),
    )
    return Message(_title(submission), _tone(submission), blocks)


def submitted_message(submission: SubmissionView, *, decides: bool) -> Message:
    """What who submits it is told at once."""
    card = submission_card(submission, decides=decides)
    if submission.read_at or submission.decided_at:
        return card
    words = "What its repository says is shown once GitHub was asked."
    if not decides:
        words += " A guardian then accepts or declines it."
    return Message(card.title, card.tone, (Text(words), *card.blocks))


def decided_message(submission: SubmissionView, handle: str = "") -> Message:
    """What was decided; `handle` is the plugin's, where it was accepted."""
    if not submission.accepted:
        return submission_card(submission, decides=False)
    said = Message(
        f"{clip(handle)} is on the master list",
        Tone.HEALTHY,
        (Text(f"{clip(submission.place)} was accepted by {clip(submission.decided_by)}."),),
    )
    return with_plugin_page(said, handle)


def not_a_repository(text: str) -> Message:
    """It names no repository on GitHub."""
    hint = Text("Give its address or name, such as https://github.com/discourse/discourse-solved")
    return Message(f"“{clip(text)}” is no repository on GitHub", Tone.INFO, (hint,))


def listed_already(plugin: PluginView) -> Message:
    """It is on the list."""
    return with_plugin_page(
        Message(f"{clip(plugin.handle)} is on the master list already"), plugin.handle
    )


def too_many_submissions() -> Message:
    """Others must be decided first."""
    words = Text("Guardians must decide on those first that were submitted before.")
    return Message("Too many submissions wait already", Tone.INFO, (words,))


def no_submission(number: int) -> Message:
    """Nothing has this number."""
    return Message(f"There is no submission {number}", Tone.INFO)


def decided_already(submission: SubmissionView) -> Message:
    """Somebody was faster."""
    return submission_card(submission, decides=False)


def cannot_accept(submission: SubmissionView, why: str) -> Message:
    """The list cannot take it."""
    title = f"Submission {submission.number} cannot be accepted"
    return Message(title, Tone.WARNING, (Text(clip(why, _VALUE_LIMIT)),))


def _title(submission: SubmissionView) -> str:
    what = f"Submission {submission.number}"
    if submission.decided_at:
        what += ", accepted" if submission.accepted else ", declined"
    return f"{what}: {clip(submission.place)}"


def _tone(submission: SubmissionView) -> Tone:
    if submission.accepted:
        return Tone.HEALTHY
    return Tone.WARNING if submission.problem and not submission.decided_at else Tone.INFO


def _standing(submission: SubmissionView) -> str:
    told = f"Submitted by {clip(submission.by)} at {clock(submission.asked_at)}."
    if not submission.decided_at:
        return told
    how = "Accepted" if submission.accepted else "Declined"
    why = f" Reason: {clip(submission.reason, _VALUE_LIMIT)}" if submission.reason else ""
    return f"{told} {how} by {clip(submission.decided_by)} at {clock(submission.decided_at)}.{why}"


def _said(submission: SubmissionView) -> tuple[Block, ...]:
    if submission.problem:
        return (Text(clip(submission.problem, _VALUE_LIMIT)),)
    header = submission.header
    if header is None:
        return optional_text("Its repository was not read yet.", quiet=True)
    told = (
        ("Name", header.name),
        ("About", header.about),
        ("Version", header.version),
        ("Authors", header.authors),
        ("Contact", header.contact_emails),
        ("Needs host version", header.required_version),
        ("Tags", joined(tuple(map(clip, submission.tags[:_TAGS])))),
    )
    facts = Facts(tuple((label, clip(value, _VALUE_LIMIT)) for label, value in told if value))
    return (facts, *(Text(clip(each, _VALUE_LIMIT)) for each in header.problems[:5]))


def _buttons(submission: SubmissionView) -> tuple[Block, ...]:
    if submission.decided_at:
        return ()
    number = submission.number
    accept = () if submission.problem else (("Accept", f"accept {number}"),)
    return (Buttons((*accept, ("Decline", f"decline {number}"))),)
