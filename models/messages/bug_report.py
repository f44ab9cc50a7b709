"""The bug wizard: the form that `report` opens, and the issue that its answers become."""

from collections.abc import Mapping, Sequence
from textwrap import wrap

from models.messages import links
from models.messages.blocks import known_links
from models.messages.filing import incident_facts
from models.messages.form import LONGEST_ANSWER, Field, Form
from models.messages.message import Block, Buttons, Code, Message, Text, Tone
from models.messages.report_steps import told_steps
from models.messages.words import clip, joined, quoted_handle, where_told
from models.rules.authority import API
from models.rules.excerpt import cut_middle
from models.rules.inert import inert
from models.rules.languages import ENGLISH
from models.rules.places import Place
from models.rules.redact import redact
from models.rules.report_steps import ReportStep
from models.rules.speaking import marked, say, speaking
from models.views import IncidentView, PluginView

_TITLE = 80
_LINE = 100

_HAPPENED, _HOST = "happened", "host"
_QUESTIONS = (
    Field(
        _HAPPENED,
        marked("What happened"),
        marked("What you saw, and any error letter for letter"),
        required=True,
    ),
    Field(
        "expected",
        marked("What you expected"),
        marked("What should have happened instead"),
        required=True,
    ),
    Field(
        "steps", marked("Steps to reproduce"), marked("1. Open a topic  2. Press …"), required=True
    ),
    Field(
        _HOST,
        marked("Host version"),
        marked("Branch and commit, or the version that the site's dashboard shows"),
        kind="line",
    ),
    Field(
        "logs",
        marked("Logs, and links to screenshots"),
        marked("Leave out what is private: this becomes public"),
    ),
)
_NOTE = marked(
    "This becomes an issue on GitHub, which the maintainers and perhaps everyone can read. Your name is not given."
)


def report_form(plugin: PluginView, host: str) -> Message:
    """Ask what a maintainer needs to know. `host` is the host version that is probably meant."""
    handle = clip(plugin.handle)
    command = f"report {quoted_handle(plugin.handle)}"
    fields = tuple(_with_host(field, host) for field in _QUESTIONS)
    form = Form(say("Report a bug in {handle}", handle=handle), command, fields, say(_NOTE))
    words = Text(say("A form asks what its maintainers need to know."))
    button = Buttons(((say("Fill in the form"), command),))
    return Message(form.title, Tone.INFO, (words, button), form)


def _with_host(field: Field, host: str) -> Field:
    spoken = field._replace(label=say(field.label), hint=say(field.hint))
    if field.name != _HOST:
        return spoken
    return spoken._replace(prefilled=clip(host))


def lacking(answers: Mapping[str, str]) -> tuple[str, ...]:
    """The labels of what must be answered and was not."""
    required = (field for field in _QUESTIONS if field.required)
    return tuple(say(field.label) for field in required if not answers.get(field.name, "").strip())


def lacking_message(plugin: PluginView, labels: tuple[str, ...]) -> Message:
    """The form came back without what must be in it."""
    needed = Text(say("It needs: {labels}.", labels=joined(labels)))
    again = Buttons(((say("Fill in the form"), f"report {quoted_handle(plugin.handle)}"),))
    return Message(say("That report is not complete"), Tone.WARNING, (needed, again))


@speaking(ENGLISH)
def report_issue(
    plugin: PluginView,
    answers: Mapping[str, str],
    incident: IncidentView | None,
    steps: Sequence[ReportStep] = (),
) -> Message:
    """The issue, which is in English: the answers without their secrets, what the steps of extensions add, and what is
    known of the open incident.
    """
    said = {name: fit_answer(text) for name, text in answers.items()}
    told = tuple(_told(field, said[field.name]) for field in _QUESTIONS if said.get(field.name))
    bug = f"A bug in {clip(plugin.handle)}"
    title = clip(said[_HAPPENED].partition("\n")[0], _TITLE) or bug
    return Message(
        title,
        Tone.INFO,
        (
            Text(f"{bug}, reported from chat."),
            *told,
            *told_steps(steps),
            *_known(incident),
        ),
    )


def fit_answer(text: str) -> str:
    """What somebody filled in, without its secrets, as it is told."""
    return cut_middle(_wrapped(inert(redact(text)).strip()), LONGEST_ANSWER)


def _told(field: Field, answer: str) -> Block:
    if field.kind == "paragraph":
        return Code(answer, field.label)
    return Text(f"{field.label}: {answer}")


def on_its_way(plugin: PluginView, told: Place) -> Message:
    """The answer to whoever reported; `told` is where they hear what became of it."""
    title = say("Your report on {handle} is on its way", handle=clip(plugin.handle))
    if told.platform == API:  # a robot is sent no messages
        return Message(title)
    words = say(
        "You are notified {where} when it stands on GitHub, with its link.", where=where_told(told)
    )
    return Message(title, blocks=(Text(words),))


def reported_already(plugin: PluginView, number: int | None) -> Message:
    """The same was reported by the same person a moment ago; `number` is its issue's, once it stands."""
    title = say("Your report on {handle} was taken already", handle=clip(plugin.handle))
    return Message(title, blocks=_issue_link(plugin, number) if number else ())


def report_stands(plugin: PluginView, number: int) -> Message:
    """GitHub took it."""
    title = say(
        "Your report on {handle} is issue {number}", handle=clip(plugin.handle), number=number
    )
    return Message(title, blocks=_issue_link(plugin, number))


def report_refused(plugin: PluginView, reason: str) -> Message:
    """GitHub will never take it."""
    title = say("Your report on {handle} did not get to GitHub", handle=clip(plugin.handle))
    why = Text(say("{reason}. Nothing was filed.", reason=clip(reason, 300)))
    return Message(title, Tone.WARNING, (why, *by_hand(plugin)))


def too_many_of_person(plugin: PluginView, most: int) -> Message:
    """Somebody filed as many within the hour as one may."""
    title = say("No more reports just now: at most {most} reports an hour", most=most)
    return _nothing_filed(title, plugin)


def too_many_of_plugin(plugin: PluginView, most: int) -> Message:
    """As many were filed within the day as one plugin gets."""
    words = marked("No more reports just now: at most {most} reports a day for one plugin")
    return _nothing_filed(say(words, most=most), plugin)


def _nothing_filed(title: str, plugin: PluginView) -> Message:
    return Message(title, Tone.WARNING, (Text(say("Nothing was filed.")), *by_hand(plugin)))


def not_from_here(plugin: PluginView) -> Message:
    """Issues cannot be filed from here."""
    words = say(
        "GITHUB_TOKEN, which would let me, is not set; or the plugin's repository is not on GitHub."
    )
    return Message(
        say("Issues cannot be filed from here"),
        Tone.WARNING,
        (Text(words), *by_hand(plugin)),
    )


def by_hand(plugin: PluginView) -> tuple[Block, ...]:
    """The link to GitHub's own form."""
    return known_links((say("File it by hand"), links.new_issue(plugin.repository, "", ())))


def _wrapped(text: str) -> str:
    """The text in lines that can be read without scrolling; it is broken at spaces only."""
    return "\n".join(map(_wrapped_line, text.splitlines()))


def _wrapped_line(line: str) -> str:
    return "\n".join(wrap(line, _LINE, break_long_words=False, break_on_hyphens=False))


def _issue_link(plugin: PluginView, number: int) -> tuple[Block, ...]:
    return known_links(
        (say("Issue {number}", number=number), links.issue(plugin.repository, number))
    )


@speaking(ENGLISH)
def _known(incident: IncidentView | None) -> tuple[Block, ...]:
    if incident is None:
        return ()
    return (Text("What Pluginwatch knows of it at this time:"), *incident_facts(incident))
