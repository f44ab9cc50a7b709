"""An error's own words, among what surrounds them: banners, frames, advice and deprecation notices."""

import re
from collections.abc import Sequence
from functools import lru_cache

from models.rules.json_lines import spoken
from models.rules.log_lines import unprefixed
from models.rules.rspec import failed_example
from models.rules.tap import failed_test

# Of a long log both ends are read: an error stands at its end, what raised it may stand before hundreds of frames.
_LINES_READ = 400
_LONGEST_LINE = 1_000

_CLASS = r"(?:[A-Z]\w*(?:::|\.))*[A-Z]\w*"
# "NameError: …" of Ruby, Python and browsers, "ActiveRecord::RecordNotFound: …", "NameError (…)" of Rails' log.
_EXCEPTION = re.compile(
    r"(?:Uncaught |Unhandled |\(in promise\) |Module not found: )*(?:[a-z_][\w.]*\.)?"
    rf"(?:(?:{_CLASS})?(?:Error|Exception|Interrupt|Timeout)|[A-Z]\w*(?:::[A-Z]\w*)+)"
    r"(?:: *\S| \(.+\)$)"
)
# An exception whose words begin below its class.
_CLASS_ALONE = re.compile(rf"(?:(?:{_CLASS})?(?:Error|Exception)|[A-Z]\w*(?:::[A-Z]\w*)+):$")
# Ruby's own way: "plugin.rb:13:in `activate!': undefined method …", and the class at the end of the last line. Behind
# an arrow stands what it guesses of a file that it cannot read, above what it says itself.
_IN_FRAME = re.compile(r"(?:\(eval at \S+\)|\S+):\d+:in [`'][^'\n]*': (?!--> )(?P<words>.+)")
_SYNTAX = re.compile(r"(?P<words>\S+:\d+: syntax errors? .+?)(?: \(SyntaxError\))?$")
_CLASS_AT_END = re.compile(rf"\((?P<name>{_CLASS})\)$")
_LINES_TO_CLASS = 4

# What Ruby's logger writes before each line, and jobs before their error; the number of an example that failed.
_LOGGED = re.compile(
    r"\A(?:[A-Z], \[[^\]]{1,60}\] +[A-Z]{4,7} -- [^:]{0,60}: (?:Job exception: (?=[A-Z]))?|\d{1,4}\) (?=\S))"
)
_PYTHON = re.compile(r"[ \t]*Traceback \(most recent call last\):$")
_PYTHON_FRAME = re.compile(r'[ \t]*File "[^"]*", line \d+')
# Several exceptions in one are drawn as a tree.
_GROUP = re.compile(r"[ \t]*(?:\+ )?Exception Group Traceback \(most recent call last\):$")
_BRANCH = re.compile(r"[ \t]*(?:\+[-+]*(?: \d+ -+)?$|[|+] )")
# What pytest writes before an error's lines.
_PYTEST = re.compile(r"E {3,8}(?P<words>\S.*)")
# How tools begin what went wrong, below what they tell of their work.
_SAYS_ERROR = re.compile(
    r"(?:npm ERR!|\[?(?:error|fatal)\]?[: ]|(?:\w+ )?Build Error\b|\S{1,200}: error: )",
    re.IGNORECASE,
)
# A frame that names no method.
_PLACE = re.compile(r"[^\s:]+:\d+(?::\d+)?")
_NOISE = re.compile(
    r"""
    (?:bin/)?(?:rake|rails)\ aborted!
    | \*\*.*\*\*$
    | [-=+*~\s]+$
    | (?:\d+:\ )?(?:from\ )?\S+:\d+:in\ [`']
    | at\ .*(?::\d+|<anonymous>|\bnative\b)
    | .{0,300}@(?:[a-z][\w+.-]{0,30}://\S+:\d+|\[native\ code\])
    | (?:\[native\ code\]|eval\ code|https?://\S+:\d+:\d+)$
    | .*\([^\s()]+\.js,\ line\ \d+\)$
    | (?:Url|Line|Column|Window\ Location):\ \S+$
    | StandardError:\ An\ error\ has\ occurred,\ .*migrations\ canceled:
    | File\ "[^"]*",\ line\ \d+
    | Traceback\ \(most\ recent
    | You\ are\ unable\ to\ build\ Discourse
    | initialization:$
    | Please\ try\ removing
    | Tasks:\ TOP
    | (?:Failures|Backtrace|Env|Message(?:\ \(\d+\ copies\ reported\))?):?$
    | [\w.-]+@[\w.-]+:\S*[#$][ ]
    | \(See\ full\ trace
    | Caused\ by:(?:$|\ [A-Z])
    | Information\ for:\ [A-Z]
    | \d{1,4}:\ +\S?.*(?:<%|%>|</?[a-z])
    | \S+:\d+:\ warning:
    | (?:\[[^\]]*\]\ *)?(?:\S+:\ )?deprecat(?:ion|ed)\b
    | .*\bDEPRECAT
    | .*\bdeprecation\ (?:notice|warning|id)\b
    """,
    re.VERBOSE | re.IGNORECASE,
)


def own_lines(text: str) -> Sequence[str]:
    """The error's own line, "NameError: uninitialized constant X", and what it goes on with, up to the next frame.

    A text that has only what surrounds errors, such as frames, is returned whole. An empty text has no lines.
    """
    return [*_own_lines(text)]


# A breakage asks nine times for the same: for its card, its thread, its issue, and what it has in common with others.
# Of those that are recorded together each is asked for in turn.
@lru_cache(maxsize=128)
def _own_lines(text: str) -> Sequence[str]:
    told = spoken(unprefixed(_both_ends(text.splitlines())))
    lines = [line[:_LONGEST_LINE].rstrip() for line in told]
    if example := failed_example(lines) or failed_test(lines):
        return example
    lines = _with_words([line for line in lines if line.strip()])
    if groups := [place for place, line in enumerate(lines) if _GROUP.match(line)]:
        return _grouped([_BRANCH.sub("", line, count=1) for line in lines[groups[-1] :]])
    words = [_LOGGED.sub("", line.strip(), count=1) for line in lines]
    found = _exceptions(words)
    raised = _raised(lines)
    if raised is not None:
        own = found.get(raised, words[raised])
        return [own, *_up_to_noise(lines[raised + 1 :])]
    if found:
        place = next(iter(found))
        return [found[place], *_up_to_noise(lines[place + 1 :])]
    return _told(lines, words)


def _with_words(lines: Sequence[str]) -> list[str]:
    """The lines, where a class that stands alone is followed by its words on the same line."""
    joined: list[str] = []
    for line in lines:
        if joined and _CLASS_ALONE.fullmatch(joined[-1].strip()) and not _NOISE.match(line.strip()):
            joined[-1] += f" {line.strip()}"
        else:
            joined.append(line)
    return joined


def _told(lines: Sequence[str], words: Sequence[str]) -> Sequence[str]:
    """What is said where no line names an exception."""
    if any(map(_PYTHON.match, lines)):
        return _last_frame(lines)
    told = [place for place, line in enumerate(words) if not _NOISE.match(line)]
    if not told:
        return lines
    place = next((each for each in told if _SAYS_ERROR.match(words[each])), told[0])
    return [words[place], *_up_to_noise(lines[place + 1 :])]


def telling_line(backtrace: str) -> str:
    """The line of a backtrace that says most where nothing else was said; empty if there is no text.

    What was raised, if it says so; else where: the first frame in a plugin, or the first one at all.
    """
    own = next(iter(own_lines(backtrace)), "").strip()
    if not _is_frame(own):
        return own
    frames = [line.strip() for line in backtrace.splitlines() if _is_frame(line.strip())]
    return next((frame for frame in frames if "plugins/" in frame), own)


def _is_frame(line: str) -> bool:
    return bool(_NOISE.match(line) or _PLACE.fullmatch(line[:_LONGEST_LINE]))


def _last_frame(lines: Sequence[str]) -> Sequence[str]:
    """The innermost frame of Python's, with its code, where what was raised is cut off."""
    frames = [place for place, line in enumerate(lines) if _PYTHON_FRAME.match(line)]
    return [line.strip() for line in lines[frames[-1] :]] if frames else lines


def _both_ends(lines: Sequence[str]) -> Sequence[str]:
    if len(lines) <= _LINES_READ:
        return lines
    return [*lines[: _LINES_READ // 2], *lines[-_LINES_READ // 2 :]]


def _raised(lines: Sequence[str]) -> int | None:
    """Where Python names what was raised: below its last traceback, which is indented further.

    Python tells last what was raised, and before that what led to it.
    """
    tracebacks = [place for place, line in enumerate(lines) if _PYTHON.match(line)]
    return _below(lines, tracebacks[-1]) if tracebacks else None


def _below(lines: Sequence[str], header: int) -> int | None:
    margin = _indent(lines[header])
    for place in range(header + 1, len(lines)):
        if _indent(lines[place]) <= margin:
            return place
    return None


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip())


def _grouped(lines: Sequence[str]) -> list[str]:
    """What a group of exceptions was raised with, then each exception in it."""
    lines = [line for line in lines if line]
    headers = [place for place, line in enumerate(lines) if _is_header(line)]
    raised = [_below(lines, place) for place in headers]
    return [lines[place] for place in raised if place is not None] or list(lines)


def _is_header(line: str) -> bool:
    return bool(_PYTHON.match(line) or _GROUP.match(line))


def _exceptions(words: Sequence[str]) -> dict[int, str]:
    """The lines that name an exception, by their places."""
    found: dict[int, str] = {}
    for place, line in enumerate(words):
        if framed := _IN_FRAME.match(line):
            found[place] = _with_class(framed["words"], words[place : place + _LINES_TO_CLASS])
        elif syntax := _SYNTAX.match(line):
            found[place] = f"SyntaxError: {syntax['words']}"
        elif told := _PYTEST.match(line):
            found[place] = told["words"]
        elif _EXCEPTION.match(line) and not _NOISE.match(line):
            found[place] = line
    return found


def _with_class(words: str, lines: Sequence[str]) -> str:
    """What a frame says, behind the class of the exception if one of the lines ends with that."""
    for line in lines:
        if found := _CLASS_AT_END.search(line):
            return f"{found['name']}: {words.removesuffix(found[0]).rstrip()}"
    return words


def _up_to_noise(lines: Sequence[str]) -> list[str]:
    following = []
    for line in lines:
        if _NOISE.match(line.strip()):
            break
        quoted = _PYTEST.match(line)
        following.append(quoted["words"] if quoted else line)
    return following
