"""The words and signs that every message shares, and how text from outside is cut to size."""

from itertools import islice

from models.messages.message import Tone
from models.rules.blame import Pair
from models.rules.status import Verdict

# Handles and branches are names: what is longer is not meant to be read, and must not fill a message.
NAME_LIMIT = 80

_ERROR_LINES = 3
_ERROR_LINE_LIMIT = 240

# A sign and a tone mean the same to whoever sees only one of them.
_TONES = {"?": Tone.UNKNOWN, "✓": Tone.HEALTHY, "!": Tone.WARNING, "✗": Tone.BROKEN}


def word(verdict: Verdict) -> str:
    """The verdict as people write it: "tests failing"."""
    return verdict.replace("_", " ")


def signed(verdict: Verdict) -> str:
    """The verdict with its sign, so that neither colour nor sign alone carries the meaning: "✗ incompatible"."""
    return f"{verdict.sign} {word(verdict)}"


def tone(verdict: Verdict) -> Tone:
    """How a message about this verdict feels."""
    return _TONES[verdict.sign]


def claim(verdict: Verdict) -> str:
    """What the verdict says of a plugin, to be followed by a host branch: "does not load on"."""
    return verdict.claim


def count(number: int, noun: str) -> str:
    """A number with its noun: "1 plugin", "3 plugins"."""
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"


def ordinal(number: int) -> str:
    """1st, 2nd, 3rd, 4th, 11th, 21st."""
    ending = "th" if number % 100 in {11, 12, 13} else {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")
    return f"{number}{ending}"


def clip(text: str, limit: int = NAME_LIMIT) -> str:
    """The text on one line, cut to `limit` characters; an ellipsis shows the cut."""
    return _cut(" ".join(text.split()), limit)


def short(sha: str) -> str:
    """A commit's first seven digits, as GitHub shows it."""
    return clip(sha[:7])


def pair(commits: Pair) -> str:
    """Two commits that were judged together. CI does not say on which host commit it ran."""
    if not commits.host_sha:
        return f"plugin {short(commits.plugin_sha)}"
    return f"plugin {short(commits.plugin_sha)} with host {short(commits.host_sha)}"


def error(message: str | None) -> str:
    """The first lines of an error, in at most 3 lines of 240 characters; empty when nothing was said."""
    lines = (_cut(line.rstrip(), _ERROR_LINE_LIMIT) for line in (message or "").splitlines() if line.strip())
    return "\n".join(islice(lines, _ERROR_LINES))


def error_line(message: str | None) -> str:
    """The first line of an error as part of a sentence; empty when nothing was said."""
    return clip(error(message).partition("\n")[0], _ERROR_LINE_LIMIT)


def joined(words: tuple[str, ...], last: str = "and") -> str:
    """A list in a sentence: "a", "a and b", "a, b and c"."""
    return f"{', '.join(words[:-1])} {last} {words[-1]}" if len(words) > 1 else "".join(words)


def either(names: tuple[str, ...]) -> str:
    """Names to choose from: "a, b or c"."""
    return joined(tuple(map(clip, names)), "or")


def _cut(line: str, limit: int) -> str:
    return line if len(line) <= limit else f"{line[: limit - 1]}…"
