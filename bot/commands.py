"""What people type, read into commands. One row of COMMANDS a command; parsing, help and completion all use it."""

import re
import unicodedata
from dataclasses import dataclass

from bot.acting import read_deed, read_mute, read_role
from bot.admission import read_workspaces
from bot.canary import read_canary
from bot.following import read_channel, read_digest_time, read_follow, read_link, read_unfollow, read_whose
from bot.grammar import (
    Command,
    Misunderstood,
    Reader,
    all_words,
    maybe_word,
    name_and_issues,
    name_on_branch,
    nothing,
    one_name,
)
from bot.reporting import read_filing
from models.messages.help import CommandHelp

# Far beyond any name; longer text is not a command, and Unicode normalisation is slow on some long text.
LONGEST = 1_000

_PREFIXES = {"/plugin", "/plugins", "plugin"}
_QUOTES = str.maketrans({**dict.fromkeys("“”„‟«»", '"'), **dict.fromkeys("‘’‚‛", "'")})
_WORD = re.compile(r"""\s*(?:"([^"]*)"|'([^']*)'|([^\s"'][^\s"]*))""")


@dataclass(frozen=True, slots=True)
class NoCommand:
    """The first word is no command. If it is a plugin, its status is meant: `status` is how it reads then."""

    word: str
    status: Command | Misunderstood


Parsed = Command | Misunderstood | NoCommand


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
        return NoCommand(words[0], name_on_branch("status", words))
    return row.read(row.help.name, words[1:])


def quoted(text: str) -> str:
    """The text as one word of a command, whatever quotes it holds."""
    return '"' + _plain(text).replace('"', "'") + '"'


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


def _row(name: str, usage: str, summary: str, read: Reader, *examples: str) -> Row:
    lines = tuple(f"/plugin {name} {example}".rstrip() for example in examples)
    return Row(CommandHelp(name, f"/plugin {name} {usage}".rstrip(), summary, lines), read)


_SOLVED = "discourse-solved"

COMMANDS = (
    _row(
        "status",
        "NAME [on BRANCH]",
        "Whether a plugin works, host branch by host branch",
        name_on_branch,
        _SOLVED,
        f"{_SOLVED} on stable",
        '"Discourse Solved"',
    ),
    _row("list", "[FILTER]", "All plugins or those that match", all_words, "", "chat", "incompatible", "broken"),
    _row("failing", "", "What is broken now", nothing, ""),
    _row("silent", "", "Who ought to have been heard and was not, and who will be missed soon", nothing, ""),
    _row("log", "NAME", "What went wrong last, with the backtrace", one_name, _SOLVED),
    _row("info", "NAME", "Repository, authors, versions and compatibility", one_name, _SOLVED),
    _row("history", "NAME", "When a plugin was broken, and for how long", one_name, _SOLVED),
    _row(
        "issues",
        "NAME [open|closed] [label:LABEL]",
        "A plugin's issues on GitHub, the newest first",
        name_and_issues,
        _SOLVED,
        f"{_SOLVED} closed",
        f'{_SOLVED} "label:needs info"',
    ),
    _row(
        "canary",
        "[run] [SERVER] [trace]",
        "How the browser's smoke tests went, with log and screenshot; with “run”, have one made now",
        read_canary,
        "",
        "tests-passed",
        "run tests-passed",
        "run tests-passed trace",
    ),
    _row(
        "ack",
        "NAME|NUMBER [on BRANCH]",
        "Say that you have seen an incident; NUMBER is the incident's, NAME means all open ones of a plugin",
        read_deed,
        "12",
        _SOLVED,
        f"{_SOLVED} on stable",
    ),
    _row("claim", "NAME|NUMBER [on BRANCH]", "Take care of an incident", read_deed, "12", _SOLVED),
    _row("release", "NAME|NUMBER [on BRANCH]", "Leave an incident to others again", read_deed, "12", _SOLVED),
    _row(
        "mute",
        "NAME|NUMBER [on BRANCH] [30m|4h|1d|until fixed] [because REASON]",
        "Hear no more of an incident for a while, 4 h unless you say; when it ends you hear what it hid",
        read_mute,
        "12",
        "12 1d because we wait for the host",
        f"{_SOLVED} until fixed",
    ),
    _row("unmute", "NAME|NUMBER [on BRANCH]", "End a mute", read_deed, "12", _SOLVED),
    _row("report", "NAME", "Report a bug: a form, and an issue on GitHub of what you fill in", one_name, _SOLVED),
    _row("file", "NAME|NUMBER [on BRANCH]", "Make an issue on GitHub of an incident", read_deed, "12", _SOLVED),
    _row(
        "filing",
        "NAME [auto|manual] [close|keep]",
        "Whether a plugin's incidents become issues by themselves, and are closed when it works again",
        read_filing,
        _SOLVED,
        f"{_SOLVED} auto close",
    ),
    _row(
        "follow",
        "NAME|tag:TAG|all [on BRANCH] [only broken|fixed|releases|issues …] [-label:LABEL] [-bot]",
        "Let this channel hear of plugins; with “me” before the name, you hear of them",
        read_follow,
        _SOLVED,
        "all on stable",
        "me tag:official only broken",
        f"{_SOLVED} only issues releases -label:wontfix -bot",
    ),
    _row("unfollow", "NAME|tag:TAG|all [on BRANCH]", "Hear of them no more", read_unfollow, _SOLVED, "me all"),
    _row("following", "[me]", "What this channel follows, or you", read_whose, "", "me"),
    _row("mine", "", "The plugins that you maintain or follow, and how they stand", nothing, ""),
    _row(
        "channel",
        "[thread|flat] [broadcast|quiet] [from tests_failing|smoke_failing|incompatible] "
        "[digest daily|weekly|off HH:MM ZONE] [reminders on|off] [private on|off]",
        "How this channel is told: in threads or not, aloud or not, from what severity on, when of all at once, and "
        "whether of private plugins",
        read_channel,
        "",
        "flat quiet",
        "from incompatible",
        "digest 09:00 Europe/Berlin",
        "reminders off",
        "private on",
    ),
    _row(
        "digest",
        "[daily|weekly|off] [at HH:MM] [in ZONE]",
        "When you get a digest of what you follow",
        read_digest_time,
        "",
        "weekly at 08:30 in Europe/Berlin",
        "off",
    ),
    _row(
        "link",
        "github LOGIN [done]",
        "Prove that a GitHub login is yours, to act on the plugins that it owns",
        read_link,
        "github octocat",
        "github octocat done",
    ),
    _row("audit", "[NAME]", "Who did what, newest first", all_words, "", _SOLVED),
    _row(
        "role",
        "grant|revoke guardian|admin|maintainer @USER|group:ID [of NAME]",
        "Let somebody act on all plugins (guardian), on one (maintainer), or give roles too (admin)",
        read_role,
        "grant guardian <@U0123>",
        f"grant maintainer <@U0123> of {_SOLVED}",
        "revoke guardian group:S0123",
    ),
    _row("roles", "", "Who may do what here", nothing, ""),
    _row(
        "workspaces",
        "[admit|dismiss] [PLATFORM:ID]",
        "Which workspaces and guilds may ask for more than what is public; with “admit”, one more",
        read_workspaces,
        "",
        "admit slack:T0123",
        "dismiss discord:456",
    ),
    _row("jobs", "", "What the clock does, when it did it last, and when next", nothing, ""),
    _row("help", "[COMMAND]", "All commands or one in detail", maybe_word, "", "status"),
)
ROWS = {row.help.name: row for row in COMMANDS}
