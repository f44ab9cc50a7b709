"""The bug wizard: the form that `report` opens, and the issue that its answers become."""

from collections.abc import Mapping, Sequence
from textwrap import wrap

from models.messages import links
from models.messages.blocks import known_links
from models.messages.filing import incident_facts
from models.messages.form import LONGEST_ANSWER, Field, Form
from models.messages.message import Block, Buttons, Code, Message, Text, Tone
from models.messages.report_steps import told_steps
from models.messages.words import clip, count, joined, quoted_handle, where_told
from models.rules.authority import API
from models.rules.excerpt import cut_middle
from models.rules.inert import inert
from models.rules.places import Place
from models.rules.redact import redact
from models.rules.report_steps import ReportStep
from models.views import IncidentView, PluginView

_TITLE = 80
_LINE = 100

_HAPPENED, _HOST = "happened", "host"
_QUESTIONS = (
    Field(
        _HAPPENED,
        "What happened",
        "What you saw, and any error letter for letter",
        required=True,
    ),
    Field("expected", "What you expected", "What should have happened instead", required=True),
    Field("steps", "Steps to reproduce", "1. Open a topic  2. Press …", required=True),
    Field(
        _HOST,
        "Host version",
        "Branch and commit, or the version that the site's dashboard shows",
        kind="line",
    ),
    Field(
        "logs",
        "Logs, and links to screenshots",
        "Leave out what is private: this becomes public",
    ),
)
_NOTE = "This becomes an issue on GitHub, which the maintainers and perhaps everyone can read. Your name is not given."


def report_form(plugin: PluginView, host: str) -> Message:
    """Ask what a maintainer needs to know. `host` is the host version that is probably meant."""
    handle = clip(plugin.handle)
    command = f"report {quoted_handle(plugin.handle)}"
    fields = tuple(_with_host(field, host) for field in _QUESTIONS)
    form = Form(f"Report a bug in {handle}", command, fields, _NOTE)
    words = Text("A form asks what its maintainers need to know.")
    button = Buttons((("Fill in the form", command),))
    return Message(form.title, Tone.INFO, (words, button), form)


def _with_host(field: Field, host: str) -> Field:
    if field.name != _HOST:
        return field
    return field._replace(prefilled=clip(host))


def lacking(answers: Mapping[str, str]) -> tuple[str, ...]:
    """The labels of what must be answered and was not."""
    required = (field for field in _QUESTIONS if field.required)
    return tuple(field.label for field in required if not answers.get(field.name, "").strip())


def lacking_message(plugin: PluginView, labels: tuple[str, ...]) -> Message:
    """The form came back without what must be in it."""
    needed = Text(f"It needs: {joined(labels)}.")
    again = Buttons((("Fill in the form", f"report {quoted_handle(plugin.handle)}"),))
    return Message("That report is not complete", Tone.WARNING, (needed, again))


def report_issue(
    plugin: PluginView,
    answers: Mapping[str, str],
    incident: IncidentView | None,
    steps: Sequence[ReportStep] = (),
) -> Message:
    """The issue: the answers without their secrets, what the steps of extensions add, and what is known of the open
    incident.
    """
    said = {name: fit_answer(text) for name, text in answers.items()}
    told = tuple(_told(field, said[field.name]) for field in _QUESTIONS if said.get(field.name))
    bug = f"A bug in {clip(plugin.handle)}"
    title = clip(said[_HAPPENED].partition("\n")[0], _TITLE) or bug
    return Message(
        title,
        Tone.INFO,
        (Text(f"{bug}, reported from chat."), *told, *told_steps(steps), *_known(incident)),
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
    title = f"Your report on {clip(plugin.handle)} is on its way"
    if told.platform == API:  # a robot is sent no messages
        return Message(title)
    words = f"You are notified {where_told(told)} when it stands on GitHub, with its link."
    return Message(title, blocks=(Text(words),))


def reported_already(plugin: PluginView, number: int | None) -> Message:
    """The same was reported by the same person a moment ago; `number` is its issue's, once it stands."""
    title = f"Your report on {clip(plugin.handle)} was taken already"
    return Message(title, blocks=_issue_link(plugin, number) if number else ())


def report_stands(plugin: PluginView, number: int) -> Message:
    """GitHub took it."""
    title = f"Your report on {clip(plugin.handle)} is issue {number}"
    return Message(title, blocks=_issue_link(plugin, number))


def report_refused(plugin: PluginView, reason: str) -> Message:
    """GitHub will never take it."""
    title = f"Your report on {clip(plugin.handle)} did not get to GitHub"
    why = Text(f"{clip(reason, 300)}. Nothing was filed.")
    return Message(title, Tone.WARNING, (why, *by_hand(plugin)))


def too_many(plugin: PluginView, most: int, time: str) -> Message:
    """There were already as many reports as are taken within `time`: "an hour", "a day for one
    plugin".
    """
    title = f"No more reports just now: at most {count(most, 'report')} {time}"
    return Message(title, Tone.WARNING, (Text("Nothing was filed."), *by_hand(plugin)))


def not_from_here(plugin: PluginView) -> Message:
    """Issues cannot be filed from here."""
    words = (
        "GITHUB_TOKEN, which would let me, is not set; or the plugin's repository is not on GitHub."
    )
    return Message(
        "Issues cannot be filed from here",
        Tone.WARNING,
        (Text(words), *by_hand(plugin)),
    )


def by_hand(plugin: PluginView) -> tuple[Block, ...]:
    """The link to GitHub's own form."""
    return known_links(("File it by hand", links.new_issue(plugin.repository, "", ())))


def _wrapped(text: str) -> str:
    """The text in lines that can be read without scrolling; it is broken at spaces only."""
    return "\n".join(map(_wrapped_line, text.splitlines()))


def _wrapped_line(line: str) -> str:
    return "\n".join(wrap(line, _LINE, break_long_words=False, break_on_hyphens=False))


def _issue_link(plugin: PluginView, number: int) -> tuple[Block, ...]:
    return known_links((f"Issue {number}", links.issue(plugin.repository, number)))


def _known(incident: IncidentView | None) -> tuple[Block, ...]:
    if incident is None:
        return ()
    return (Text("What Pluginwatch knows of it at this time:"), *incident_facts(incident))
