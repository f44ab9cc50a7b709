"""What people type, read into commands. One row of COMMANDS a command; parsing, help and completion all use it."""

import re
import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from models.messages.help import CommandHelp
from models.messages.words import clip

# Far beyond any name; longer text is not a command, and Unicode normalisation is slow on some long text.
LONGEST = 1_000

_PREFIXES = {"/plugin", "/plugins", "plugin"}
_QUOTES = str.maketrans({**dict.fromkeys("“”„‟«»", '"'), **dict.fromkeys("‘’‚‛", "'")})
_WORD = re.compile(r"""\s*(?:"([^"]*)"|'([^']*)'|([^\s"'][^\s"]*))""")


@dataclass(frozen=True, slots=True)
class Command:
    """A command in full. `subject` is the plugin, filter or command that it is about; `branch` a host branch."""

    name: str
    subject: str = ""
    branch: str = ""


@dataclass(frozen=True, slots=True)
class Misunderstood:
    """A command that was not written right: what is wrong, in words, and the command if it was clear which."""

    problem: str
    name: str = ""


@dataclass(frozen=True, slots=True)
class NoCommand:
    """The first word is no command. If it is a plugin, its status is meant: `status` is how it reads then."""

    word: str
    status: Command | Misunderstood


_QUOTE_NAMES = "; a name with spaces needs quotes"

Parsed = Command | Misunderstood | NoCommand
Reader = Callable[[str, Sequence[str]], Command | Misunderstood]


@dataclass(frozen=True, slots=True)
class Row:
    """A command: how help shows it, and how the words after its name are read."""

    help: CommandHelp
    read: Reader


def parse(text: str) -> Parsed:
    """Read any text; nothing at all means help. Capitals, typographic quotes and full-width letters do not matter."""
    if len(text) > LONGEST:
        return Misunderstood(f"That is too long for a command: {len(text):,} characters, of {LONGEST:,} at the most")
    words = _words(_plain(text))
    if words is None:
        return Misunderstood("A quote is not closed: put one at the start and one at the end of the name")
    if words and words[0].casefold() in _PREFIXES:
        words = words[1:]
    if not words:
        return Command("help")
    row = ROWS.get(words[0].casefold())
    if row is None:
        return NoCommand(words[0], _name_on_branch("status", words))
    return row.read(row.help.name, words[1:])


def _plain(text: str) -> str:
    """The text without letters that cannot be seen, in its compatible form, and with straight quotes."""
    visible = (" " if letter.isspace() else letter for letter in text if letter.isspace() or not _invisible(letter))
    return unicodedata.normalize("NFKC", "".join(visible)).translate(_QUOTES)


def _invisible(letter: str) -> bool:
    return unicodedata.category(letter) in {"Cc", "Cf", "Cs"}


def _words(text: str) -> list[str] | None:
    """The words, those in quotes whole; None for an unclosed quote. An apostrophe inside a word is part of it."""
    words: list[str] = []
    place, text = 0, text.rstrip()
    while place < len(text):
        found = _WORD.match(text, place)
        if found is None:
            return None
        words.append(next(group for group in found.groups() if group is not None))
        place = found.end()
    return words


def _nothing(name: str, words: Sequence[str]) -> Command | Misunderstood:
    return _extra(name, words) if words else Command(name)


def _one_name(name: str, words: Sequence[str]) -> Command | Misunderstood:
    if not words or not words[0].strip():
        return Misunderstood(f"{name} needs the name of a plugin", name)
    return _extra(name, words[1:], _QUOTE_NAMES) if words[1:] else Command(name, words[0])


def _name_on_branch(name: str, words: Sequence[str]) -> Command | Misunderstood:
    if len(words) < 2 or words[1].casefold() != "on":
        return _one_name(name, words)
    if len(words) == 2:
        return Misunderstood("“on” needs a host branch, such as tests-passed, beta or stable", name)
    return _extra(name, words[3:], _QUOTE_NAMES) if words[3:] else Command(name, words[0], words[2])


def _all_words(name: str, words: Sequence[str]) -> Command | Misunderstood:
    return Command(name, " ".join(words).strip())


def _maybe_command(name: str, words: Sequence[str]) -> Command | Misunderstood:
    if len(words) > 1:
        return _extra(name, words[1:])
    return Command(name, words[0].casefold() if words else "")


def _extra(name: str, words: Sequence[str], hint: str = "") -> Misunderstood:
    return Misunderstood(f"“{clip(words[0])}” was not understood{hint}", name)


def _row(name: str, usage: str, summary: str, read: Reader, *examples: str) -> Row:
    lines = tuple(f"/plugin {name} {example}".rstrip() for example in examples)
    return Row(CommandHelp(name, f"/plugin {name} {usage}".rstrip(), summary, lines), read)


_SOLVED = "discourse-solved"

COMMANDS = (
    _row(
        "status",
        "NAME [on BRANCH]",
        "Whether a plugin works, host branch by host branch",
        _name_on_branch,
        _SOLVED,
        f"{_SOLVED} on stable",
        '"Discourse Solved"',
    ),
    _row("list", "[FILTER]", "All plugins or those that match", _all_words, "", "chat", "incompatible", "broken"),
    _row("failing", "", "What is broken now", _nothing, ""),
    _row("log", "NAME", "What went wrong last, with the backtrace", _one_name, _SOLVED),
    _row("info", "NAME", "Repository, authors, versions and compatibility", _one_name, _SOLVED),
    _row("history", "NAME", "When a plugin was broken, and for how long", _one_name, _SOLVED),
    _row("help", "[COMMAND]", "All commands or one in detail", _maybe_command, "", "status"),
)
ROWS = {row.help.name: row for row in COMMANDS}
