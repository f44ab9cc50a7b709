"""How fingerprints were made until step 0036, which must know what a stored one was made of. Never changed again."""

import hashlib
import re

_FRAMES = 3
_LONGEST_MESSAGE = 4_000
_LONGEST_BACKTRACE = 100_000

# Applied in this order: the longer shapes first, since each contains numbers.
_NOISE: tuple[tuple[re.Pattern[str], str], ...] = (
    (
        re.compile(
            r"\d{4}-\d\d-\d\d(?:[T ]\d\d:\d\d(?::\d\d(?:[.,]\d+)?)?(?: ?(?:Z|UTC|[+-]\d\d:?\d\d))?)?",
        ),
        "<time>",
    ),
    (re.compile(r"\b\d\d:\d\d:\d\d(?:[.,]\d+)?\b"), "<time>"),
    # The folder above `plugins` is the site's own; the path inside the plugin's folder
    # distinguishes errors.
    (re.compile(r"(?<![^\s\"'`(=])[^\s\"'`()=]{0,300}?\bplugins/[^\s/\"'`]{1,100}/"), "<plugin>/"),
    (re.compile(r"\b(?:https?|wss?|file)://[^\s\"'`)>]+"), "<url>"),
    (re.compile(r"(?<![\w.~@+>/-])(?:/[\w.@+~-]+(?=/))++/"), "<path>/"),
    (re.compile(r"#<([A-Z][\w:]*)[^<>\n]*>"), r"#<\1>"),
    (re.compile(r"\b[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\b", re.IGNORECASE), "<id>"),
    (re.compile(r"\b0x[0-9a-f]+\b", re.IGNORECASE), "<address>"),
    (re.compile(r"\b(?=[a-f]*[0-9])(?=[0-9]*[a-f])[0-9a-f]{7,128}\b"), "<sha>"),
)

# Text in double quotes is data, except where the word before it says that it is a name. Text in
# backticks and apostrophes is mostly a method, a constant or a module: it is data only if it cannot
# be a name.
_NAMING = r"attribute|class|column|constant|constraint|function|index|key|method|module|relation|table|type|variable"
_QUOTED = re.compile(
    rf"""(?P<naming>\b(?:{_NAMING})[ ]"[\w.:]+")
    | "(?:[^"\\\n]|\\.)*+"
    | (?<!\w)[`'](?P<name>[^\s`']+|<top[ ]\(required\)>)'
    | (?<!\w)[`'][^`'\n]*'(?!\w)
    | =\([^()\n]*\)""",
    re.VERBOSE,
)
# Digits within a word belong to its name: S3, utf8, Sha256.
_NUMBER = re.compile(r"(?<![A-Za-z_\d])\d+(?:[.,]\d+)*+")

# A backtrace within the message: the host's frames change every day, and the plugin's are read
# separately.
_FRAME_LINE = re.compile(
    r"^[ \t]*(?:\d+: )?(?:from )?\S+:\d+:in [`'][^'\n]*'[ \t\r]*$|^[ \t]+at [^\n]*$",
    re.MULTILINE,
)

# A browser's function names are minified differently in every build, so only Ruby's methods are
# read.
_FRAME = re.compile(
    r"\bplugins/(?:[^\s/\"'`]{1,100}/(?P<file>[^\s:\"'`]{1,300})|[^\s/\"'`]{1,100}-[0-9a-f]{8,64}(?P<bundle>\.js))"
    r":\d+(?::\d+)?(?::in [`'](?P<method>[^'\n]{1,200})')?"
)
_METHOD_CONTEXT = re.compile(
    r"^(?:block(?: \(\d+ levels\))? in |rescue in |ensure in )+|^[\w:]+[#.](?=[^\W\d])"
)


def old_fingerprint(handle: str, message: str | None, backtrace: str | None) -> str:
    """Sixteen hexadecimal digits, equal for equal errors of any plugin, commit and site.

    An error without message and frames gets a fingerprint of its plugin alone: two of them need not
    have the same cause.
    """
    own_name = _own_name(handle)
    said = normalised(own_name.sub("<plugin>", message or ""))
    frames = [own_name.sub("<plugin>", frame) for frame in _top_frames(backtrace or message or "")]
    parts = [said, *frames] if said or frames else [handle]
    return hashlib.sha256("\n".join(parts).encode("utf-8", "replace")).hexdigest()[:16]


def normalised(message: str) -> str:
    """The message without its backtrace, paths, numbers, addresses, ids, shas, times and quoted
    data.
    """
    text = _FRAME_LINE.sub("", message[:_LONGEST_MESSAGE])
    for pattern, placeholder in _NOISE:
        text = pattern.sub(placeholder, text)
    text = _NUMBER.sub("<n>", _QUOTED.sub(_name_or_data, text))
    return " ".join(text.split())


def _name_or_data(found: re.Match[str]) -> str:
    if found["naming"]:
        return found["naming"]
    if found["name"]:
        return f"'{found['name']}'"  # Ruby 3.4 opens with an apostrophe where older ones have a backtick
    return "=(<data>)" if found[0].startswith("=") else "<data>"


def _top_frames(backtrace: str) -> list[str]:
    """The first frames inside a plugin: the file within the plugin's folder and the method, without
    the line.
    """
    frames: list[str] = []
    for found in _FRAME.finditer(backtrace[:_LONGEST_BACKTRACE]):
        method = _METHOD_CONTEXT.sub("", _METHOD_CONTEXT.sub("", found["method"] or ""))
        frames.append(f"{found['file'] or found['bundle']} {method}")
        if len(frames) == _FRAMES:
            break
    return frames


def _own_name(handle: str) -> re.Pattern[str]:
    """The plugin's name as files, modules and people spell it: discourse-foo, discourse_foo,
    DiscourseFoo.
    """
    words = "[-_ ]?".join(re.escape(word) for word in re.split("[-_ ]+", handle) if word)
    if not words:
        return re.compile(r"(?!)")  # matches nothing
    return re.compile(rf"(?<![A-Za-z0-9])(?:{words})(?![A-Za-z0-9])", re.IGNORECASE)
