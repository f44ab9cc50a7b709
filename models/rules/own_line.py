"""An error's own words, among what surrounds them: banners, frames, advice and deprecation notices."""

import re
from collections.abc import Sequence

_LINES_READ = 400
_LONGEST_LINE = 1_000

_CLASS = r"(?:[A-Z]\w*(?:::|\.))*[A-Z]\w*"
# "NameError: …" of Ruby, Python and browsers, "ActiveRecord::RecordNotFound: …", "NameError (…)" of Rails' log.
_EXCEPTION = re.compile(
    r"(?:Uncaught |Unhandled |\(in promise\) )*(?:[a-z_][\w.]*\.)?"
    rf"(?:(?:{_CLASS})?(?:Error|Exception|Interrupt|Timeout)|[A-Z]\w*(?:::[A-Z]\w*)+)"
    r"(?:: *\S| \(.+\)$)"
)
# Ruby's own way: "plugin.rb:13:in `activate!': undefined method …", and the class at the end of the last line.
_IN_FRAME = re.compile(r"\S+:\d+:in [`'][^'\n]*': (?P<words>.+)")
_CLASS_AT_END = re.compile(rf"\((?P<name>{_CLASS})\)$")
_LINES_TO_CLASS = 4

# What Ruby's logger writes before each line, and jobs before their error.
_LOGGED = re.compile(
    r"[A-Z], \[[^\]]{1,60}\] +[A-Z]{4,7} -- [^:]{0,60}: (?:Job exception: (?=[A-Z]))?"
)
_PYTHON = "Traceback (most recent call last):"
_NOISE = re.compile(
    r"""
    rake\ aborted!
    | \*\*.*\*\*$
    | [-=+*~\s]+$
    | (?:\d+:\ )?(?:from\ )?\S+:\d+:in\ [`']
    | at\ .*(?::\d+|<anonymous>|\bnative\b)
    | [^\s@(]*@(?:(?:https?|webpack|file)://\S+:\d+|\[native\ code\])
    | \[native\ code\]$
    | .*\([^\s()]+\.js,\ line\ \d+\)$
    | (?:Url|Line|Column|Window\ Location):\ \S+$
    | StandardError:\ An\ error\ has\ occurred,\ .*migrations\ canceled:
    | File\ "[^"]*",\ line\ \d+
    | Traceback\ \(most\ recent
    | You\ are\ unable\ to\ build\ Discourse
    | initialization:$
    | Please\ try\ removing
    | Tasks:\ TOP
    | \(See\ full\ trace
    | Caused\ by:$
    | \S+:\d+:\ warning:
    | (?:\[[^\]]*\]\ *)?(?:\S+:\ )?deprecat(?:ion|ed)\b
    | .*\bDEPRECAT
    | .*\bdeprecation\ (?:notice|warning|id)\b
    """,
    re.VERBOSE | re.IGNORECASE,
)


def own_lines(text: str) -> Sequence[str]:
    """The error's own line, "NameError: uninitialized constant X", and what it goes on with, up to the next frame.

    Where there is nothing but what surrounds an error, all of it. No lines if there is no text.
    """
    lines = [line[:_LONGEST_LINE].rstrip() for line in text.splitlines()[:_LINES_READ]]
    lines = [line for line in lines if line.strip()]
    words = [_LOGGED.sub("", line.strip(), count=1) for line in lines]
    found = _exceptions(words)
    if found:
        # Python tells last what was raised, and before that what led to it.
        place, own = found[-1] if _PYTHON in words else found[0]
        return [own, *_up_to_noise(lines[place + 1 :])]
    told = [place for place, line in enumerate(words) if not _NOISE.match(line)]
    if not told:
        return lines
    return [words[told[0]], *_up_to_noise(lines[told[0] + 1 :])]


def _exceptions(words: Sequence[str]) -> list[tuple[int, str]]:
    """The lines that name an exception, by their places."""
    found = []
    for place, line in enumerate(words):
        if framed := _IN_FRAME.match(line):
            found.append(
                (place, _with_class(framed["words"], words[place : place + _LINES_TO_CLASS]))
            )
        elif _EXCEPTION.match(line) and not _NOISE.match(line):
            found.append((place, line))
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
        following.append(line)
    return following
