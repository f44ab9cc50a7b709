"""The steps of a bug report behind its form: each with Next, Skip and Finish."""

import re
from collections.abc import Sequence
from itertools import chain
from typing import NamedTuple

from models.messages.form import LONGEST_LABEL, Field, Form
from models.messages.message import Block, Buttons, Code, Message, Text, Tone
from models.messages.words import clip, either, joined, quoted_handle
from models.rules.languages import ENGLISH
from models.rules.report_steps import ReportMove, ReportStep, can_finish
from models.rules.speaking import marked, say, speaking
from models.views import PluginView

_LINES = frozenset({"name", "integer", "flag", "choice", "plugin", "incident"})


class _Format(NamedTuple):
    """What the words in a field must look like, and how that is told."""

    pattern: re.Pattern[str]
    words: str


_RIGHT = {
    "integer": _Format(re.compile("[+-]?[0-9]{1,18}"), marked("a whole number")),
    "flag": _Format(re.compile("yes|no", re.IGNORECASE), marked("yes or no")),
    "incident": _Format(re.compile("#?[0-9]{1,9}"), marked("the number of an incident")),
}


def step_message(plugin: PluginView, steps: Sequence[ReportStep], number: int) -> Message:
    """What comes next in the report: the step of this number, or behind the last one that it can be finished."""
    last = len(steps) + 1
    finish = _button(say("Finish"), plugin, ReportMove.FINISH, number)
    if number > last:
        words = Text(say("{handle}: your report can be filed now.", handle=clip(plugin.handle)))
        return Message(
            say("All {last} steps are done", last=last), blocks=(words, Buttons((finish,)))
        )
    step = steps[number - 2]
    labels = joined(tuple(map(_label, step.fields)))
    asked = Text(
        say("{extension} asks for: {labels}", extension=clip(step.extension), labels=labels)
    )
    buttons = [_button(say("Next"), plugin, ReportMove.NEXT, number)]
    if step.skippable:
        buttons.append(_button(say("Skip"), plugin, ReportMove.SKIP, number))
    if can_finish(steps):
        buttons.append(finish)
    note = Text(say("Nothing is filed until you finish. It is kept for a day."), quiet=True)
    title = say(
        "Step {number} of {last}: {title}", number=number, last=last, title=clip(step.title)
    )
    return Message(title, blocks=(asked, Buttons(tuple(buttons)), note))


def step_form(plugin: PluginView, steps: Sequence[ReportStep], number: int) -> Message:
    """What the step of this number asks."""
    step, last = steps[number - 2], len(steps) + 1
    form = Form(
        say("{title} ({number} of {last})", title=clip(step.title), number=number, last=last),
        f"report {quoted_handle(plugin.handle)} {ReportMove.NEXT} {number}",
        tuple(_field(*each) for each in step.fields),
        say(
            "Asked by {extension}. It becomes a part of the issue on GitHub.",
            extension=clip(step.extension),
        ),
    )
    words = Text(say("{extension} asks this.", extension=clip(step.extension)))
    button = Buttons(((say("Fill in the form"), form.command),))
    return Message(form.title, blocks=(words, button), form=form)


def lacking_in_step(step: ReportStep, answers: dict[str, str]) -> tuple[str, ...]:
    """What of it must be answered, or answered otherwise, in words."""
    found = []
    for name, label, kind, of, required in step.fields:
        said = answers.get(name, "").strip()
        if required and not said:
            found.append(label)
        elif said and of and said not in of:
            found.append(f"{label} ({', '.join(of)})")
        elif said and kind in _RIGHT and not _RIGHT[kind].pattern.fullmatch(said):
            found.append(f"{label} ({say(_RIGHT[kind].words)})")
    return tuple(found)


def step_lacks(
    plugin: PluginView, steps: Sequence[ReportStep], number: int, lacking: tuple[str, ...]
) -> Message:
    """The step came back without what must be in it."""
    again = step_message(plugin, steps, number)
    needed = Text(say("It needs: {lacking}.", lacking=joined(lacking)))
    return Message(say("That step is not complete"), Tone.WARNING, (needed, *again.blocks[1:]))


def no_draft(plugin: PluginView) -> Message:
    """There is nothing to go on with."""
    button = Buttons(((say("Begin again"), f"report {quoted_handle(plugin.handle)}"),))
    words = Text(say("It was finished already, or a day has passed since it was begun."))
    title = say("There is no report on {handle} to go on with", handle=clip(plugin.handle))
    return Message(title, Tone.WARNING, (words, button))


def told_steps(steps: Sequence[ReportStep]) -> tuple[Block, ...]:
    """What the steps add to the issue."""
    return tuple(chain.from_iterable(map(_told, steps)))


@speaking(ENGLISH)
def _told(step: ReportStep) -> tuple[Block, ...]:
    if not step.answers:
        return ()
    lines = [
        f"{label}: {step.answers[name]}"
        for name, label, kind, _, _ in step.fields
        if kind in _LINES and step.answers.get(name)
    ]
    codes = [
        Code(step.answers[name], label)
        for name, label, kind, _, _ in step.fields
        if kind not in _LINES and step.answers.get(name)
    ]
    said = Message.from_json(step.said).blocks if step.said else ()
    head = Text(f"{clip(step.title)}, asked by {clip(step.extension)}:")
    return (head, *map(Text, lines), *codes, *said)


def _button(label: str, plugin: PluginView, move: ReportMove, number: int) -> tuple[str, str]:
    return label, f"report {quoted_handle(plugin.handle)} {move} {number}"


def _label(field: tuple[str, str, str, tuple[str, ...], bool]) -> str:
    return field[1]


def _field(name: str, label: str, kind: str, of: tuple[str, ...], required: bool) -> Field:
    hint = either(of) or (say(_RIGHT[kind].words) if kind in _RIGHT else "")
    asked = clip(label, LONGEST_LABEL)
    if kind in _LINES:
        return Field(name, asked, hint, "line", required)
    return Field(name, asked, hint, "paragraph", required)
