"""The bug wizard: the form that `report` opens, and the issue that its answers become."""

from collections.abc import Mapping
from textwrap import wrap

from models.messages import links
from models.messages.filing import incident_facts
from models.messages.form import LONGEST_ANSWER, Field, Form
from models.messages.message import Block, Buttons, Code, Links, Message, Text, Tone
from models.messages.words import clip, count, joined
from models.rules.excerpt import cut_middle
from models.rules.inert import inert
from models.rules.redact import redact
from models.views import IncidentView, PluginView

_TITLE = 80
_LINE = 100

_HAPPENED, _HOST = "happened", "host"
_QUESTIONS = (
    Field(_HAPPENED, "What happened", "What you saw, and any error letter for letter", required=True),
    Field("expected", "What you expected", "What should have happened instead", required=True),
    Field("steps", "Steps to reproduce", "1. Open a topic  2. Press …", required=True),
    Field(_HOST, "Host version", "Branch and commit, or the version that the site's dashboard shows", kind="line"),
    Field("logs", "Logs, and links to screenshots", "Leave out what is private: this becomes public"),
)
_NOTE = "This becomes an issue on GitHub, which the maintainers and perhaps everyone can read. Your name is not told."


def report_form(plugin: PluginView, host: str) -> Message:
    """Ask what a maintainer needs to know. `host` is the host version that is probably meant."""
    handle = clip(plugin.handle)
    command = f"report {_quoted(plugin.handle)}"
    fields = tuple(field._replace(prefilled=clip(host)) if field.name == _HOST else field for field in _QUESTIONS)
    form = Form(f"Report a bug in {handle}", command, fields, _NOTE)
    blocks = (Text("A form asks what its maintainers need to know."), Buttons((("Fill in the form", command),)))
    return Message(form.title, Tone.INFO, blocks, form)


def lacking(answers: Mapping[str, str]) -> tuple[str, ...]:
    """The labels of what must be answered and was not."""
    return tuple(field.label for field in _QUESTIONS if field.required and not answers.get(field.name, "").strip())


def lacking_message(plugin: PluginView, labels: tuple[str, ...]) -> Message:
    """The form came back without what must be in it."""
    again = Buttons((("Fill in the form", f"report {_quoted(plugin.handle)}"),))
    return Message("That report is not complete", Tone.WARNING, (Text(f"It needs: {joined(labels)}."), again))


def report_issue(plugin: PluginView, answers: Mapping[str, str], incident: IncidentView | None) -> Message:
    """The issue: the answers letter for letter, without secrets, and what is known of the plugin's open incident."""
    said = {name: cut_middle(_wrapped(inert(redact(text)).strip()), LONGEST_ANSWER) for name, text in answers.items()}
    told = tuple(
        Code(said[field.name], field.label) if field.kind == "paragraph" else Text(f"{field.label}: {said[field.name]}")
        for field in _QUESTIONS
        if said.get(field.name)
    )
    title = clip(said[_HAPPENED].partition("\n")[0], _TITLE) or f"A bug in {clip(plugin.handle)}"
    return Message(
        title, Tone.INFO, (Text(f"A bug in {clip(plugin.handle)}, reported from chat."), *told, *_known(incident))
    )


def on_its_way(plugin: PluginView) -> Message:
    """The answer to whoever reported."""
    words = "You are told in a direct message when it stands on GitHub, with its link."
    return Message(f"Your report on {clip(plugin.handle)} is on its way", Tone.HEALTHY, (Text(words),))


def report_stands(plugin: PluginView, number: int) -> Message:
    """GitHub took it."""
    title = f"Your report on {clip(plugin.handle)} is issue {number}"
    return Message(title, Tone.HEALTHY, _issue_link(plugin, number))


def report_refused(plugin: PluginView, reason: str) -> Message:
    """GitHub will never take it."""
    title = f"Your report on {clip(plugin.handle)} did not get to GitHub"
    return Message(title, Tone.WARNING, (Text(f"{clip(reason, 300)}. Nothing was filed."), *by_hand(plugin)))


def too_many(plugin: PluginView, most: int, time: str) -> Message:
    """There were as many reports of late as are taken in this time."""
    title = f"No more reports just now: at most {count(most, 'report')} {time}"
    return Message(title, Tone.WARNING, (Text("Nothing was filed."), *by_hand(plugin)))


def not_from_here(plugin: PluginView) -> Message:
    """Issues cannot be filed from here."""
    words = "GITHUB_TOKEN, which would let me, is not set; or the plugin's repository is not on GitHub."
    return Message("Issues cannot be filed from here", Tone.WARNING, (Text(words), *by_hand(plugin)))


def by_hand(plugin: PluginView) -> tuple[Block, ...]:
    """GitHub's own form."""
    address = links.new_issue(plugin.repository, "", ())
    return (Links((("File it by hand", address),)),) if address else ()


def _wrapped(text: str) -> str:
    """The text on lines that can be read without scrolling, where it has spaces to break at."""
    broken = (wrap(line, _LINE, break_long_words=False, break_on_hyphens=False) for line in text.splitlines())
    return "\n".join("\n".join(lines) for lines in broken)


def _issue_link(plugin: PluginView, number: int) -> tuple[Block, ...]:
    address = links.issue(plugin.repository, number)
    return (Links(((f"Issue {number}", address),)),) if address else ()


def _known(incident: IncidentView | None) -> tuple[Block, ...]:
    return (Text("What Pluginwatch knows of it at this time:"), *incident_facts(incident)) if incident else ()


def _quoted(handle: str) -> str:
    return f'"{handle}"' if " " in handle else handle
