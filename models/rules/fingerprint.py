"""What makes two errors the same error.

The fingerprint is made of the error's message and of the frames inside the plugin's code, both
without all that differs between sites and days. The plugin's own name is left out too: a host that
drops a method breaks every plugin that calls it in the same way, and the common fingerprint shows
the outbreak.
"""

import hashlib
import re

from models.rules.dialects import one_wording
from models.rules.own_line import own_lines

_FRAMES = 3
_JOINTS = re.compile("[-_ ]+")
# Stands for the plugin's own name: a constant, as its name mostly is.
_ITSELF = "ThisPlugin"
_LONGEST_MESSAGE = 4_000
_LONGEST_BACKTRACE = 100_000

_LABEL = r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?"
_HOST = rf"(?:{_LABEL}\.){{1,8}}[a-z]{{2,24}}"
_FILE = r"[\w.-]*\.(?:rb|rake|erb|js|mjs|gjs|ts|gts|hbs|ya?ml|json|s?css|html?|md|txt|sql|so|lock|log|gem|py)\b"
_IPV6 = (
    r"(?=[0-9a-fA-F:.]*\d)(?:(?:[0-9a-fA-F]{1,4}:){7}[0-9a-fA-F]{1,4}"
    r"|(?:[0-9a-fA-F]{1,4}(?::[0-9a-fA-F]{1,4}){0,6})?::(?:[0-9a-fA-F]{1,4}:){0,6}"
    r"(?:(?:\d{1,3}\.){3}\d{1,3}|[0-9a-fA-F]{1,4})?)"
)
_GEM = r"([a-z]\w*(?:-[a-z]\w*)*)-\d+(?:\.\w+)+(?:-[\w.-]+)?"

# Applied in this order: the longer shapes first, since each contains numbers.
_NOISE: tuple[tuple[re.Pattern[str], str], ...] = (
    (
        re.compile(
            r"\d{4}-\d\d-\d\d(?:[T ]\d\d:\d\d(?::\d\d(?:[.,]\d+)?)?(?: ?(?:Z|UTC|[+-]\d\d:?\d\d))?)?",
        ),
        "<time>",
    ),
    # As mail and HTTP write times, and C does.
    (
        re.compile(
            r"\b(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun),? (?:\d{1,2} [A-Z][a-z]{2} \d{4}|[A-Z][a-z]{2} [ \d]\d) \d\d:\d\d:\d\d"
            r"(?: \d{4}\b| (?:GMT|UTC|[+-]\d{4}))?"
        ),
        "<time>",
    ),
    (re.compile(r"\b\d\d:\d\d:\d\d(?:[.,]\d+)?\b"), "<time>"),
    # The folder above `plugins` is the site's own; the path inside the plugin's folder distinguishes errors.
    (re.compile(r"(?<![^\s\"'`(=])[^\s\"'`()=]{0,300}?\bplugins/[^\s/\"'`]{1,100}/"), "<plugin>/"),
    (
        re.compile(
            r"\b(?:https?|wss?|file|rediss?|postgres(?:ql)?|mysql2?|smtps?|amqps?|ldaps?|s?ftp|ssh|git)://[^\s\"'`)>]+"
        ),
        "<url>",
    ),
    # What is called otherwise each time.
    (re.compile(r"(?<![\w.~@+>/-])/(?:private/)?(?:var/)?tmp/[^\s\"'`(),:]+"), "<path>/<file>"),
    (re.compile(r"(?<=::)ember\d+\b"), "ember<n>"),
    # A bundle has digests at its end, of letters, too.
    (re.compile(r"(?:\.[\w-]{1,64})?-[0-9A-Za-z]{6,64}(?=\.digested\.js\b)"), ""),
    # What a gem's folder is called, with its version, a prerelease or a platform; and Rails' way to say so.
    (re.compile(rf"(?<![\w.-]){_GEM}(?=/)"), r"\1"),
    (re.compile(r"\b([a-z][\w-]*) \(\d+(?:\.\w+)+\)(?= (?:lib|app|ext)/)"), r"\1"),
    (re.compile(r"(?<![\w.~@+>/-])(?:/[\w.@+~-]+(?=/))++/"), "<path>/"),
    (re.compile(r"\b[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\b", re.IGNORECASE), "<id>"),
    (re.compile(rf"\[?(?<![\w:.]){_IPV6}(?:%\w+)?(?![\w:])\]?(?::\d+)?"), "<host>"),
    (re.compile(r"(?<![\w.:-])(?:\d{1,3}\.){3}\d{1,3}(?::\d+)?(?![\w.])"), "<host>"),
    (re.compile(rf"(?<=@){_HOST}"), "<host>"),
    # A dotted name may as well be a file or a call: it is a host where a port follows, or the words say so.
    (re.compile(rf"(?<=[ (\[])(?!{_FILE}){_HOST}:\d{{1,5}}(?![\w:])"), "<host>"),
    (re.compile(rf"\b(on|to|for|at|with) (?!{_FILE}){_LABEL}:\d{{2,5}}(?![\w:])"), r"\1 <host>"),
    (re.compile(r"(?<=[ (\[])localhost(?::\d{1,5})?(?![\w.:])"), "<host>"),
    (
        re.compile(
            rf"\b((?:connect(?:ion|ing|ed)? (?:to|with)|hosts?(?: name)?|hostname|server|resolve|resolving|lookup"
            rf"|getaddrinfo(?: [A-Z_]+)?(?: for)?|certificate for)[ :=]+)(?!{_FILE}){_HOST}\b"
        ),
        r"\1<host>",
    ),
    (re.compile(r"\b0x[0-9a-f]+\b", re.IGNORECASE), "<address>"),
    (re.compile(r"\b(?=[a-f]*[0-9])(?=[0-9]*[a-f])[0-9a-f]{7,128}\b"), "<sha>"),
)

# Text in double quotes is data, except where the word before it says that it is a name. Text in
# backticks and apostrophes is mostly a method, a constant or a module: it is data only if it cannot
# be a name.
_NAMING = (
    r"attribute|class|column|constant|constraint|function|icon|index|key|method|module|relation"
    r"|table|type|variable:?"
)
_QUOTED = re.compile(
    rf"""(?P<naming>\b(?:{_NAMING})[ ]"[\w.:$-]+" | \bkey[ ]not[ ]found:[ ]"[\w.:-]+" | "[\w.:-]+"(?=[ ]initializer\b))
    | "(?:[^"\\\n]|\\.)*+"
    | (?<!\w)[`'](?P<name>[^\s`'"{{]+|<top[ ]\(required\)>|[\w.-]+[ ]\([^()'\n]+\))'
    | (?<!\w)`(?P<module>[^\s`]{{1,300}})`(?!\w)
    | (?<!\w)[`'][^`'\n]*'(?!\w)
    | =\([^()\n]*\)""",
    re.VERBOSE,
)
# Digits within a word belong to its name: S3, utf8, Sha256.
_NUMBER = re.compile(r"(?<![A-Za-z_\d])\d+(?:[.,]\d+)*+")

# A backtrace within the message: the host's frames change every day, and the plugin's are read separately.
_FRAME_LINE = re.compile(
    r"^[ \t]*(?:\d+: )?(?:from )?\S+:\d+:in [`'][^'\n]*'[ \t\r]*$|^[ \t]+at [^\n]*$"
    # Firefox and Safari.
    r"|^[^\s@(]{0,200}@(?:https?|webpack)://\S*:\d+[ \t\r]*$|^(?:[^\s@(]{0,200}@)?\[native code\][ \t\r]*$",
    re.MULTILINE,
)

# Who passes an error on: a console's level, jobs, and what runs statements.
_PASSED_ON = re.compile(
    r"\A(?:\[(?:\w{1,20}|(?:PLUGIN|THEME) [^\]\n]{1,100})\] (?=Uncaught |[A-Z]\w{0,60}(?:Error|Exception): )"
    r"|Job exception: "
    r"|Jobs::HandledExceptionWrapper: Wrapped |ActiveRecord::StatementInvalid: (?=PG::))+"
)
# Rake names the class once more.
_BEHIND = re.compile(r" \(ActiveRecord::StatementInvalid\)(?=\n|\Z)")
_OF_RAILS = re.compile(
    r"(?P<name>[A-Z]\w*(?:::[A-Z]\w*)*(?<=Error)|[A-Z]\w*(?:::[A-Z]\w*)+) \((?P<words>.+?)\s*\):?\s*",
    re.DOTALL,
)
# Rollup, Vite, esbuild and browsers quote modules and what these export as others quote data.
_OF_BUNDLERS = re.compile(
    r"(?:(?<=is not exported by )|(?<=imported by )|(?<=resolve import )|(?<=Could not resolve )"
    r'|(?<=module specifier )|(?<=" from )|(?<=named )|(?="[^"\s]{1,300}" is not exported by ))'
    r'"(?P<name>[^"\s]{1,300})"'
)
_OF_OLD_CHROME = re.compile(
    r"\bCannot (?P<verb>read|set) property '(?P<name>[^'\n]{1,200})' of (?P<of>undefined|null)\b"
)

# A browser's function names are minified differently in every build, so only Ruby's methods are read.
_FRAME = re.compile(
    r"\bplugins/(?:[^\s/\"'`]{1,100}/(?P<file>[^\s:\"'`]{1,300})"
    r"|[^\s/\"'`]{1,200}-(?:[0-9a-f]{8,64}(?:\.(?:br|gz))?|[0-9A-Za-z]{6,64}\.digested)(?P<bundle>\.js))"
    r":\d+(?::\d+)?(?::in [`'](?P<method>[^'\n]{1,200})')?"
)
# A plugin's own gems lie within its folder, by the versions of Ruby and of the gem.
_GEM_FOLDER = re.compile(rf"\bgems/(?:[\d.]+/gems/)?{_GEM}(?=/)")
_METHOD_CONTEXT = re.compile(
    r"^(?:block(?: \(\d+ levels\))? in |rescue in |ensure in )+|^[\w:]+[#.](?=\S)"
)
# A view's method has numbers of its process at its end.
_OF_VIEW = re.compile(r"_{2,3}\d{4,}_\d+$")


def fingerprint(handle: str, message: str | None, backtrace: str | None) -> str:
    """Sixteen hexadecimal digits, equal for equal errors of any plugin, commit and site.

    An error without message and frames gets a fingerprint of its plugin alone: two of them need not
    have the same cause. One that a log tells, with all that a log has around it, is the same as one told alone.
    """
    lines = own_lines(message or "") or own_lines(backtrace or "")[:1]
    return made_of(handle, _unwrapped("\n".join(lines)), backtrace or message or "")


def made_of(handle: str, words: str, frames_in: str) -> str:
    """The fingerprint of these words, met at the plugin's first frames in a text."""
    said = normalised(_without_own_name(handle, words))
    frames = [_without_own_name(handle, frame) for frame in _top_frames(frames_in)]
    parts = [said, *frames] if said or frames else [handle]
    return hashlib.sha256("\n".join(parts).encode("utf-8", "replace")).hexdigest()[:16]


def _unwrapped(words: str) -> str:
    """The words of an error without those of whatever passed it on."""
    words = _PASSED_ON.sub("", _BEHIND.sub("", words))
    if logged := _OF_RAILS.fullmatch(words):
        words = _PASSED_ON.sub("", f"{logged['name']}: {logged['words']}")
    words = _OF_BUNDLERS.sub(r"'\g<name>'", words)
    return _OF_OLD_CHROME.sub(_as_chrome_says_now, words)


def _as_chrome_says_now(found: re.Match[str]) -> str:
    doing = "reading" if found["verb"] == "read" else "setting"
    return f"Cannot {found['verb']} properties of {found['of']} ({doing} '{found['name']}')"


def normalised(message: str) -> str:
    """The message without its backtrace, paths, numbers, addresses, ids, shas, times and quoted
    data.
    """
    text = one_wording(_FRAME_LINE.sub("", message[:_LONGEST_MESSAGE]))
    for pattern, placeholder in _NOISE:
        text = pattern.sub(placeholder, text)
    text = _NUMBER.sub("<n>", _QUOTED.sub(_name_or_data, text))
    return " ".join(text.split())


def _name_or_data(found: re.Match[str]) -> str:
    if found["naming"]:
        return found["naming"]
    # Ruby 3.4 opens with an apostrophe where older ones have a backtick, and so do browsers around modules.
    if name := found["name"] or found["module"]:
        return f"'{name}'"
    return "=(<data>)" if found[0].startswith("=") else "<data>"


def _top_frames(backtrace: str) -> list[str]:
    """The first frames inside a plugin: the file within the plugin's folder and the method, without
    the line.
    """
    frames: list[str] = []
    for found in _FRAME.finditer(backtrace[:_LONGEST_BACKTRACE]):
        method = _METHOD_CONTEXT.sub("", _METHOD_CONTEXT.sub("", found["method"] or ""))
        method = _OF_VIEW.sub("", method)
        file = _GEM_FOLDER.sub(r"gems/\1", found["file"] or found["bundle"])
        frames.append(f"{file} {method}")
        if len(frames) == _FRAMES:
            break
    return frames


def _without_own_name(handle: str, text: str) -> str:
    """The text with a constant for the plugin's name, as files, modules and people spell it: discourse-foo,
    discourse_foo, DiscourseFoo.
    """
    words = [word for word in _JOINTS.split(handle) if word]
    # Making a pattern takes longer than all others together do for a short text.
    if not words or words[0].casefold() not in text.casefold():
        return text
    name = "[-_ ]?".join(map(re.escape, words))
    return re.sub(rf"(?<![A-Za-z0-9])(?:{name})(?![A-Za-z0-9])", _ITSELF, text, flags=re.IGNORECASE)
