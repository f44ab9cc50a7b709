"""The answers to `help`, and to what could not be understood."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from models.messages.blocks import optional_text
from models.messages.message import Block, Code, Items, Message, Table, Text, Tone
from models.messages.suggestions import closest
from models.messages.words import clip, either
from models.rules.speaking import Later, marked, say

# The plugin of the dictionary's examples, its name as its header writes it, and another one beside it.
EXAMPLE, OTHER_EXAMPLE = "discourse-solved", "voting"
_EXAMPLE_NAME = "Discourse Solved"
# In an address they name a repository, which may be on no list.
_NAMED = re.compile(rf"(?<![\w/-])(?:{EXAMPLE}|{_EXAMPLE_NAME}|{OTHER_EXAMPLE})(?![\w/-])")

_ALL_COMMANDS = marked("All commands: /plugin help")

# What people are shown when something fails unexpectedly, on every platform.
TROUBLE = Message(
    "That did not work",
    Tone.WARNING,
    (
        Text(
            "Something went wrong here while I looked it up; it is noted in the log. Please ask again in a moment."
        ),
    ),
)


@dataclass(frozen=True, slots=True)
class CommandHelp:
    """A command as help shows it. `usage` and `examples` are whole lines to type."""

    name: str
    usage: str
    summary: str
    examples: tuple[str, ...]
    group: str = ""

    def about(self, handle: str, other: str = OTHER_EXAMPLE) -> "CommandHelp":
        """The same, with these plugins in its examples in place of those that the dictionary names."""
        name = " ".join(word.capitalize() for word in handle.split("-"))
        named = {EXAMPLE: handle, _EXAMPLE_NAME: name, OTHER_EXAMPLE: other}
        examples = tuple(_NAMED.sub(lambda found: named[found[0]], each) for each in self.examples)
        return replace(self, examples=examples)


def help_message(commands: Sequence[CommandHelp]) -> Message:
    """What can be asked, by what it is about."""
    groups: dict[str, list[CommandHelp]] = {}
    for command in commands:
        groups.setdefault(command.group, []).append(command)
    blocks: list[Block] = []
    for group, members in groups.items():
        rows = tuple((command.usage, say(command.summary)) for command in members)
        blocks += [*optional_text(say(group)), Table((say("Type"), say("What it does")), rows)]
    notes = say(
        "NAME is a plugin's name or a former one; capitals do not matter, and a name with spaces needs quotes. "
        "One command with examples: /plugin help COMMAND"
    )
    return Message(say("What you can ask"), Tone.INFO, (*blocks, Text(notes, quiet=True)))


def command_message(command: CommandHelp) -> Message:
    """One command in detail."""
    return Message(
        command.usage, Tone.INFO, (Text(f"{say(command.summary)}."), *_examples(command))
    )


def usage_message(problem: str | Later, command: CommandHelp | None = None) -> Message:
    """What was not understood, and how it is written right."""
    if command is None:
        return Message(say(str(problem)), Tone.INFO, (Text(say(_ALL_COMMANDS)),))
    return Message(
        say(str(problem)), Tone.INFO, (Code(command.usage, say("Usage")), *_examples(command))
    )


def unknown_plugin(name: str, handles: Iterable[str]) -> Message:
    """No plugin has this name; says which names are close."""
    meant = closest(name, handles)
    hint = (
        say("Did you mean {meant}?", meant=either(meant))
        if meant
        else say("All plugins: /plugin list")
    )
    return Message(say("No plugin is called “{name}”", name=clip(name)), Tone.INFO, (Text(hint),))


def unknown_command(
    word: str,
    commands: Sequence[CommandHelp],
    handles: Iterable[str],
    named: Sequence[str] = (),
) -> Message:
    """Neither a command nor a plugin; says which commands and plugins are close, or are `named` behind it."""
    by_name = {command.name: command.usage for command in commands}
    guesses = [f"/plugin status {clip(handle)}" for handle in named]
    guesses += [by_name[name] for name in closest(word, by_name)]
    guesses += [f"/plugin status {clip(handle)}" for handle in closest(word, handles)]
    blocks: list[Block] = []
    if guesses:
        blocks += [Text(say("Did you mean:")), Items(tuple(dict.fromkeys(guesses)))]
    blocks.append(Text(say(_ALL_COMMANDS)))
    title = say("“{word}” is neither a command nor a plugin", word=clip(word))
    return Message(title, Tone.INFO, tuple(blocks))


def _examples(command: CommandHelp) -> tuple[Block, ...]:
    if command.examples == (command.usage,):
        return ()
    return (Code("\n".join(command.examples), say("Examples")),)
