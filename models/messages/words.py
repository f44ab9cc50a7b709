"""The words and signs that every message shares, and how text from outside is cut to size."""

import re

from models.messages.message import Tone
from models.rules.blame import Pair
from models.rules.own_line import own_lines, telling_line
from models.rules.places import Place
from models.rules.speaking import marked, say
from models.rules.status import Verdict

# Handles and branches are names: a longer one is not meant to be read, and must not fill a message.
NAME_LIMIT = 80

_VERSION = re.compile(r"\d+\.\d")
_ERROR_LINES = 3
_ERROR_LINE_LIMIT = 240

# A sign and a tone mean the same to somebody who sees only one of them.
_TONES = {"?": Tone.UNKNOWN, "✓": Tone.HEALTHY, "!": Tone.WARNING, "✗": Tone.BROKEN}
_ORDINALS = {1: marked("{number}st"), 2: marked("{number}nd"), 3: marked("{number}rd")}


def signed(verdict: Verdict) -> str:
    """The verdict with its sign: "✗ incompatible".

    So neither the colour nor the sign alone carries the meaning.
    """
    return f"{verdict.sign} {verdict.words}"


def tone(verdict: Verdict) -> Tone:
    """The tone of a message about this verdict."""
    return _TONES[verdict.sign]


def ordinal(number: int) -> str:
    """1st, 2nd, 3rd, 4th, 11th, 21st."""
    if number % 100 in {11, 12, 13}:
        return say("{number}th", number=number)
    return say(_ORDINALS.get(number % 10, "{number}th"), number=number)


def count(number: int, noun: str) -> str:
    """A number with its noun: "1 plugin", "3 plugins"."""
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"


def clip(text: str, limit: int = NAME_LIMIT) -> str:
    """The text on one line, cut to `limit` characters; an ellipsis shows the cut."""
    line = " ".join(text.split())
    if len(line) <= limit:
        return line
    return _cut(line, limit)


def short(sha: str) -> str:
    """A commit's first seven digits, as GitHub shows it; a version, as extensions have one, is shown whole."""
    return clip(sha if _VERSION.match(sha) else sha[:7])


def pair(commits: Pair) -> str:
    """Two commits that were judged together. CI does not say on which host commit it ran."""
    if not commits.host_sha:
        return say("plugin {plugin}", plugin=short(commits.plugin_sha))
    if commits.is_bundled:
        return say("host {host}, which holds the plugin", host=short(commits.host_sha))
    return say(
        "plugin {plugin} with host {host}",
        plugin=short(commits.plugin_sha),
        host=short(commits.host_sha),
    )


def error(message: str | None, backtrace: str | None = None) -> str:
    """An error's own lines, in at most 3 lines of 240 characters; empty when nothing was said.

    Where there is but a backtrace, the line of it that says most.
    """
    own = own_lines(message or telling_line(backtrace or ""))[:_ERROR_LINES]
    return "\n".join(_cut(line, _ERROR_LINE_LIMIT) for line in own)


def error_line(message: str | None, backtrace: str | None = None) -> str:
    """An error's own line as part of a sentence; empty when nothing was said."""
    return clip(error(message, backtrace).partition("\n")[0], _ERROR_LINE_LIMIT)


def joined(words: tuple[str, ...]) -> str:
    """A list in a sentence: "a", "a and b", "a, b and c"."""
    if len(words) <= 1:
        return "".join(words)
    return say("{first} and {last}", first=", ".join(words[:-1]), last=words[-1])


def either(words: tuple[str, ...]) -> str:
    """Names or other words to choose from: "a, b or c"."""
    names = tuple(map(clip, words))
    if len(names) <= 1:
        return "".join(names)
    return say("{first} or {last}", first=", ".join(names[:-1]), last=names[-1])


def _cut(line: str, limit: int) -> str:
    if len(line) <= limit:
        return line
    return f"{line[: limit - 1]}…"


def where_told(place: Place) -> str:
    """Where somebody is told later, in words: the room of this machine has no direct messages."""
    return say("in a direct message") if place.is_person else say("here")


def quoted_handle(handle: str) -> str:
    """The handle as it is typed: one with spaces stands in quotes."""
    return f'"{handle}"' if " " in handle else handle
