"""Plugins that people submit for the master list: the card for guardians, and what who submitted them is told."""

from models.messages import links
from models.messages.blocks import known_links, optional_text
from models.messages.message import Block, Buttons, Facts, Message, Text, Tone
from models.messages.pages import with_plugin_page
from models.messages.times import clock
from models.messages.words import clip, joined
from models.rules.speaking import marked, say
from models.views import PluginView
from models.views.submissions import SubmissionView

NO_NUMBER = marked("the number of a submission is needed, as on its card")
_ACCEPTED = marked("Accepted by {person} at {at}.")
_DECLINED = marked("Declined by {person} at {at}.")
_VALUE_LIMIT = 300
_TAGS = 20


def submission_card(submission: SubmissionView, *, decides: bool = True) -> Message:
    """What the repository says of itself, and what was decided; with buttons for those who decide."""
    blocks: tuple[Block, ...] = (
        Text(_standing(submission)),
        *_said(submission),
        *known_links((say("Repository"), links.folder(submission.repository, submission.path))),
        *(_buttons(submission) if decides else ()),
    )
    return Message(_title(submission), _tone(submission), blocks)


def submitted_message(submission: SubmissionView, *, decides: bool) -> Message:
    """What who submits it is told at once."""
    card = submission_card(submission, decides=decides)
    if submission.read_at or submission.decided_at:
        return card
    words = say("What its repository says is shown once GitHub was asked.")
    if not decides:
        words += " " + say("A guardian then accepts or declines it.")
    return Message(card.title, card.tone, (Text(words), *card.blocks))


def decided_message(submission: SubmissionView, handle: str = "") -> Message:
    """What was decided; `handle` is the plugin's, where it was accepted."""
    if not submission.accepted:
        return submission_card(submission, decides=False)
    said = Message(
        say("{handle} is on the master list", handle=clip(handle)),
        Tone.HEALTHY,
        (
            Text(
                say(
                    "{place} was accepted by {person}.",
                    place=clip(submission.place),
                    person=clip(submission.decided_by),
                )
            ),
        ),
    )
    return with_plugin_page(said, handle)


def not_a_repository(text: str) -> Message:
    """It names no repository on GitHub."""
    hint = Text(
        say("Give its address or name, such as https://github.com/discourse/discourse-solved")
    )
    return Message(say("“{text}” is no repository on GitHub", text=clip(text)), Tone.INFO, (hint,))


def listed_already(plugin: PluginView) -> Message:
    """It is on the list."""
    return with_plugin_page(
        Message(say("{handle} is on the master list already", handle=clip(plugin.handle))),
        plugin.handle,
    )


def too_many_submissions() -> Message:
    """Others must be decided first."""
    words = Text(say("Guardians must decide on those first that were submitted before."))
    return Message(say("Too many submissions wait already"), Tone.INFO, (words,))


def no_submission(number: int) -> Message:
    """Nothing has this number."""
    return Message(say("There is no submission {number}", number=number), Tone.INFO)


def decided_already(submission: SubmissionView) -> Message:
    """Somebody was faster."""
    return submission_card(submission, decides=False)


def cannot_accept(submission: SubmissionView, why: str) -> Message:
    """The list cannot take it."""
    title = say("Submission {number} cannot be accepted", number=submission.number)
    return Message(title, Tone.WARNING, (Text(clip(why, _VALUE_LIMIT)),))


def _title(submission: SubmissionView) -> str:
    words = marked("Submission {number}: {place}")
    if submission.decided_at:
        words = marked("Submission {number}, declined: {place}")
    if submission.accepted:
        words = marked("Submission {number}, accepted: {place}")
    return say(words, number=submission.number, place=clip(submission.place))


def _tone(submission: SubmissionView) -> Tone:
    if submission.accepted:
        return Tone.HEALTHY
    return Tone.WARNING if submission.problem and not submission.decided_at else Tone.INFO


def _standing(submission: SubmissionView) -> str:
    told = [
        say(
            "Submitted by {person} at {at}.",
            person=clip(submission.by),
            at=clock(submission.asked_at),
        )
    ]
    if submission.decided_at:
        words = _ACCEPTED if submission.accepted else _DECLINED
        person, at = clip(submission.decided_by), clock(submission.decided_at)
        told.append(say(words, person=person, at=at))
    if submission.decided_at and submission.reason:
        told.append(say("Reason: {reason}", reason=clip(submission.reason, _VALUE_LIMIT)))
    return " ".join(told)


def _said(submission: SubmissionView) -> tuple[Block, ...]:
    if submission.problem:
        return (Text(clip(submission.problem, _VALUE_LIMIT)),)
    header = submission.header
    if header is None:
        return optional_text(say("Its repository was not read yet."), quiet=True)
    told = (
        (say("Name"), header.name),
        (say("About"), header.about),
        (say("Version"), header.version),
        (say("Authors"), header.authors),
        (say("Contact"), header.contact_emails),
        (say("Needs host version"), header.required_version),
        (say("Tags"), joined(tuple(map(clip, submission.tags[:_TAGS])))),
    )
    facts = Facts(tuple((label, clip(value, _VALUE_LIMIT)) for label, value in told if value))
    return (facts, *(Text(clip(each, _VALUE_LIMIT)) for each in header.problems[:5]))


def _buttons(submission: SubmissionView) -> tuple[Block, ...]:
    if submission.decided_at:
        return ()
    number = submission.number
    accept = () if submission.problem else ((say("Accept"), f"accept {number}"),)
    return (Buttons((*accept, (say("Decline"), f"decline {number}"))),)
