"""What the text of an error names: modules, files, methods and constants by which a commit may have broken it."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import lru_cache
from itertools import pairwise

_LONGEST, _LONGEST_LINE = 20_000, 500
_MOST = 80
# The first frames say where it broke; those that called them are in every backtrace.
_FRAMES, _NEAR_FRAMES = 6, 2
_FRAME = re.compile(r":\d+:in [`']|^\s*at |, line \d+")

# In this order: the longer shapes hold shorter ones.
_TOKEN = re.compile(
    r"""cannot\ load\ such\ file\ --\ (?![^\s"'`]*\bplugins/)(?P<required>[^\s"'`]+)
    | (?P<own>[^\s"'`(]*\bplugins/[^/\s"'`]+/(?P<inside>[\w./@-]*))
    | (?P<path>(?:[\w.@~:-]*/)+[\w.@:*-]+)
    | <(?:class|module):(?P<opened>[\w:]+)>
    | uninitialized\ constant\ (?P<constant>[\w:]+)
    | ["'`](?P<quoted>[A-Za-z_][\w-]*[?!]?)['"`]
    | (?P<name>@?[A-Za-z_]\w*(?:(?:::|[.\#-])[A-Za-z_]\w*)*[?!]?)""",
    re.VERBOSE,
)
JOINED = re.compile(r"\w(?:::|[.#-])\w")
_CHAIN = re.compile(r"::|[.#]")
# A name that no prose has: `add_to_serializer`, `showModal`, `GroupUser`, `TopicView`.
_STRUCTURED = re.compile(r"[a-z0-9]_+[a-z0-9]|[a-z0-9][A-Z]|[A-Z]{2,}[a-z]+[A-Z]|[?!]$")
_ERROR_CLASS = re.compile(r"(?:Error|Exception|Warning)$")
_SURROUNDINGS = re.compile(r"(?:^|/)(?:gems|ruby|node_modules|vendor/bundle)/|^/(?:usr|opt|tmp)/")
_ROOT = re.compile(r"^.*?/discourse(?=/(?:app|lib|config|db|plugins|script)/)/")
# A file that Ruby was told to load, as the host's folder names it, or the folder above.
_REQUIRED = re.compile(r"^(?:\S*/)?discourse(?=/(?:app|lib|config|db|script)/)/|^(?:\./)+")
_LINE = re.compile(r"(?::\d+)+:?$")
# The folders by which the host serves its scripts, and which no import names.
_SCRIPTS = re.compile(r"(?:app/assets/javascripts|javascripts|frontend)/")
_EXTENSIONS = re.compile(r"(?:\.(?:js|ts|gjs|gts|hbs|hbr|es6|rb|erb|raw|s?css|handlebars|rake))+$")
_SILENT_PARTS = frozenset({"app", "addon", "assets", "javascripts", "lib"})
_HUMPS = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+")
_COMMON = """
activemodel activerecord activesupport backtrace constant discourse emberobject function github
javascript nilclass object stacktrace typescript undefined
"""
_COMMON_NAMES = frozenset(_COMMON.split())
_PROSE = re.compile(r"(?<![^\s(])[a-z]+(?![^\s,.;)])")
_LITTLE = """
and are been can cannot core does for from has its longer not plugin that the this was with
"""
_SHORT_STOP = frozenset(_LITTLE.split())
_PROSAIC = """
about added after again also another available before being block breaks broken call called calls
cannot change changed changes class compatibility compatible component core could defined deprecated
discourse does error expected fail failed failing fails file find fixes found from function given
have imported initialize into introduce just line longer many method missing module more name need
needs never nil not object only option other page plugin plugins property reading rely removed
rename renamed replaced reports result says shown some spec specs still support test tests text that
their them theme then there this throws type uncaught undefined uninitialized unknown usage used
uses using value were when which while will with without work works wrong your
"""
_STOP = frozenset(_PROSAIC.split())


class ClueKind(StrEnum):
    """What a clue names: a method, constant or setting; a module or file; the file or the method of a frame, which is a
    hint alone, as all that runs passes there; what the plugins that broke name and those that work do not; or it is two
    words of prose, or one.
    """

    NAME = "name"
    FILE = "file"
    FRAME = "frame"
    SHARED = "shared"
    PHRASE = "phrase"
    WORD = "word"


@dataclass(frozen=True, slots=True)
class Clue:
    """Something that the text names, as it is written there, and the form by which it is found elsewhere."""

    kind: ClueKind
    text: str
    form: str


def clues(text: str, own_name: str = "") -> tuple[Clue, ...]:
    """The clues of an error's text, the first ones first; what only the plugin's own name says is none."""
    own = bare(own_name)
    found: dict[Clue, None] = {}
    for clue in _all_clues(text[:_LONGEST].splitlines()):
        if clue.form and clue.form not in own:
            found[clue] = None
    return tuple(found)[:_MOST]


@lru_cache(maxsize=50_000)  # plugins name much the same, and are compared again and again
def bare(name: str) -> str:
    """A name as all languages of the host share it: letters and digits alone, in lower case."""
    return "".join(letter for letter in name.lower() if letter.isalnum())


def module(path: str) -> str:
    """A file as imports name it: without the folders that serve it and without its extension."""
    path = _EXTENSIONS.sub("", _SCRIPTS.sub("", path).replace("_", "-").lower())
    return "/".join(part for part in path.split("/") if part not in _SILENT_PARTS)


def words_in(text: str) -> Iterator[str]:
    """The words of a text, a name's parts among them, each cut to its stem."""
    for found in _HUMPS.finditer(text):
        word = found[0].lower()
        if len(word) > 3 and word not in _STOP:
            yield _stem(word)


def is_name(text: str) -> bool:
    """Whether this is a name, and no word of prose."""
    return _STRUCTURED.search(text) is not None


def parts_of(name: str) -> Iterator[str]:
    """A name, and where it is a chain such as `Discourse.Route.showModal`, its last part."""
    yield name
    if _EXTENSIONS.search(name):
        return
    last = _CHAIN.split(name)[-1]
    if last != name and is_name(last):
        yield last


def _all_clues(lines: Iterable[str]) -> Iterator[Clue]:
    frames = 0
    for whole in lines:
        line = whole[:_LONGEST_LINE]
        is_frame = _FRAME.search(line) is not None
        frames += is_frame
        if frames > _FRAMES:
            return  # what called it long before
        for token in _TOKEN.finditer(line):
            for clue in _clues_of(token):
                if not is_frame or clue.kind is ClueKind.FILE:
                    yield clue
                elif _is_near(clue, frames):
                    yield clue if token["opened"] else replace(clue, kind=ClueKind.FRAME)
        if not is_frame:
            yield from _phrases(line)


def _is_near(clue: Clue, frames: int) -> bool:
    return clue.kind is ClueKind.NAME and frames <= _NEAR_FRAMES


def _clues_of(token: re.Match[str]) -> Iterable[Clue]:
    if token["required"]:
        return _clues_of_required(token["required"])
    if token["own"]:
        # By convention a plugin that opens a class of the host once more has it in a file of the same path.
        inside = _LINE.sub("", token["inside"])
        is_file = "/" in inside and inside.endswith(".rb")
        return [Clue(ClueKind.FILE, inside, module(inside))] if is_file else []
    if token["path"]:
        return _clues_of_path(token["path"])
    if token["opened"]:
        return [Clue(ClueKind.NAME, token["opened"], bare(token["opened"]))]
    if said := token["quoted"] or token["constant"]:
        return _named(said, quoted=True)
    return _named(token["name"], quoted=False)


def _clues_of_required(path: str) -> list[Clue]:
    """What is required has mostly no extension, with which it would be told as a frame's file."""
    if _SURROUNDINGS.search(path):
        return []
    path = _REQUIRED.sub("", path).removesuffix(".rb")
    return [Clue(ClueKind.FILE, path, module(path))]


def _clues_of_path(path: str) -> list[Clue]:
    path = _LINE.sub("", path)
    if _SURROUNDINGS.search(path) or "://" in path:
        return []
    if path.startswith("/") and not _EXTENSIONS.search(path):
        return [Clue(ClueKind.NAME, path, bare(path))]  # a route
    path = _ROOT.sub("", path)
    return [Clue(ClueKind.FILE, path, module(path))]


def _named(name: str, *, quoted: bool) -> list[Clue]:
    if _EXTENSIONS.search(name):
        return [Clue(ClueKind.NAME, name, bare(module(name)))]
    found = []
    for part in parts_of(name):
        is_clue = quoted or is_name(part) or JOINED.search(part)
        if is_clue and not _ERROR_CLASS.search(part) and bare(part) not in _COMMON_NAMES:
            found.append(Clue(ClueKind.NAME, part, bare(part)))
    words = [Clue(ClueKind.WORD, word, word) for word in words_in(name)]
    return found if _ERROR_CLASS.search(name) else [*found, *words]


def _phrases(line: str) -> Iterator[Clue]:
    """Two words of prose that may be one name elsewhere: "helper context", helperContext."""
    for one, other in pairwise(_PROSE.findall(line)):
        if min(len(one), len(other)) > 2 and not {one, other} & _SHORT_STOP:
            yield Clue(ClueKind.PHRASE, f"{one} {other}", bare(one + other.removesuffix("s")))


def _stem(word: str) -> str:
    for ending in ("ings", "ing", "ers", "ed", "er", "es", "s"):
        if word.endswith(ending) and len(word) - len(ending) > 3:
            return word.removesuffix(ending)
    return word
