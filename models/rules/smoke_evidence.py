"""Which plugins the steps and the console of a browser canary's run blame."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from models.rules.attribution import blamed
from models.rules.excerpt import cut_middle
from models.rules.fingerprint import normalised
from models.rules.smoke import Result, RunStep

# Lines of the console, before and after those of an error.
_LINES_AROUND = 3
_LONGEST_BLOCK = 200  # lines
_EXCERPT = 8_000  # characters
_LONGEST_LINE = 1_000

_MAY_BLAME = re.compile(
    r"plugins/|\[PLUGIN |\bPlugin '|Failed to load plugin |\.digested\.js|-[0-9a-f]{64}\.(?:js|br|gz)"
)
# A word such as "error", not as a part of a name, of a path or of a file.
_ERROR = re.compile(
    r"(?<![\w/.-])(?:\w*errors?|uncaught|exception|fatal|severe|failed|failure)(?![\w/-]|\.\w)"
    r"|^- While rendering:$",  # Ember, below "Error occurred:" and an empty line
    re.IGNORECASE,
)
# What a browser does not load or run, where it is a plugin's: a site's analytics are blocked on healthy ones, too. A
# page that is left aborts what it loads.
_BLOCKED = re.compile(
    r"\bRefused to \w+ |\b(?:was|(?:has )?been) blocked\b"
    r"|\bnet::ERR_(?!BLOCKED_BY_CLIENT\b|ABORTED\b(?! [45]\d\d))"
)
# Of no use to any page, and only looked for by tools of developers.
_HARMLESS = re.compile(r"\bsource ?map|^\[Report Only\]", re.IGNORECASE)
_NOTICE = re.compile(r"deprecat|\[Admin Notice\]|contains code which needs updating", re.IGNORECASE)
_RUBY_FRAME = re.compile(r":\d+:in [`']")
# Stack frames, those of Firefox and Safari among them, and what is indented, say more of the line before them.
_CONTINUES = re.compile(
    r"\s+\S|/|\(error: |-top-level$|\d+: from |(?:at|from) |(?:\[native|eval) code\]?$|https?://\S+:\d+:\d+$"
    r"|(?:(?:global|module|async) code|[^\s@(]{0,200})@(?:[a-z][\w+.-]{0,30}://|\[native code\])"
)


class _LineKind(StrEnum):
    ERROR = "error"
    NOTICE = "notice"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class SmokeEvidence:
    """Which plugins are blamed, spelled as they were found.

    `said`: by the messages of steps. `seen`: by the console, each with the place of its first line.
    """

    said: tuple[str, ...] = ()
    seen: dict[str, int] = field(default_factory=dict)

    @property
    def names(self) -> tuple[str, ...]:
        """All blamed plugins, each once."""
        return tuple(dict.fromkeys((*self.said, *self.seen)))


@dataclass(frozen=True, slots=True)
class SeenError:
    """An error of the console: the line that says so, all of its lines, and these with a few lines around."""

    line: str
    whole: str
    excerpt: str


def evidence(steps: Sequence[RunStep], console: Sequence[str]) -> SmokeEvidence:
    """Which plugins the messages of the failed steps and the lines of the console blame.

    Notices (of deprecated code, and warnings to administrators) appear on healthy servers too. They
    count only where the console shows no error at all. Other lines say what was loaded, not what
    went wrong.
    """
    failed = [step.message or "" for step in steps if step.result == Result.FAILED]
    said = "\n".join(failed).splitlines()
    notices = [line for line in said if _NOTICE.search(line)]
    errors = [line for line in said if not _NOTICE.search(line)]
    seen = list(_blaming(console))
    found = SmokeEvidence(blamed("\n".join(errors)), _places(console, seen, _LineKind.ERROR))
    if found.names or first_error(console):
        return found
    return SmokeEvidence(blamed("\n".join(notices)), _places(console, seen, _LineKind.NOTICE))


def news_of(console: Sequence[str], noise: Sequence[str]) -> list[str]:
    """The lines of the console that no line of `noise` says too, whatever the times, numbers and addresses in it.

    What follows a line, such as its stack, goes with it: the same words are news where they blame another plugin.
    """
    known: dict[str, set[str]] = {}
    for block in _blocks(noise):
        known.setdefault(normalised(block[0]), set()).update(blamed("\n".join(block)))
    news: list[str] = []
    for block in _blocks(console):
        names = known.get(normalised(block[0]))
        if names is None or not names.issuperset(blamed("\n".join(block))):
            news += block
    return news


def _blocks(console: Sequence[str]) -> list[list[str]]:
    """The lines, each with those that continue it."""
    blocks: list[list[str]] = []
    for line in console:
        if blocks and _CONTINUES.match(line):
            blocks[-1].append(line)
        else:
            blocks.append([line])
    return blocks


def _places(
    console: Sequence[str],
    seen: Sequence[tuple[int, _LineKind]],
    wanted: _LineKind,
) -> dict[str, int]:
    """Where each plugin is blamed first, among the lines of the wanted kind."""
    places: dict[str, int] = {}
    for place, kind in seen:
        if kind is not wanted:
            continue
        for name in blamed(console[place]):
            places.setdefault(name, place)
    return places


def first_error(console: Sequence[str]) -> str | None:
    """The first line that tells of an error, no matter what caused it; None if there is none."""
    for line in console:
        if _kind(line) is _LineKind.ERROR:
            return cut_middle(line.strip(), _LONGEST_LINE)
    return None


def error_at(console: Sequence[str], place: int) -> SeenError:
    """The error that the console shows at this place."""
    start, end = _block(console, place)
    around = console[max(0, start - _LINES_AROUND) : end + _LINES_AROUND]
    errors = (line for line in console[start:end] if _kind(line) is _LineKind.ERROR)
    return SeenError(
        line=cut_middle(next(errors, console[start]).strip(), _LONGEST_LINE),
        whole=cut_middle("\n".join(console[start:end]), _EXCERPT),
        excerpt=cut_middle("\n".join(around), _EXCERPT),
    )


def _blaming(console: Sequence[str]) -> Iterator[tuple[int, _LineKind]]:
    """The places of lines that may blame a plugin, each with its kind.

    A line that says nothing of its kind has that of the first of the lines that it continues which says one; a frame
    of Ruby's is of an error.
    """
    head = _LineKind.OTHER
    for place, line in enumerate(console):
        kind = _kind(line)
        if not _CONTINUES.match(line) or head is _LineKind.OTHER:
            head = kind
        if not _MAY_BLAME.search(line):
            continue
        if kind is _LineKind.OTHER:
            kind = head
        if kind is _LineKind.OTHER and _RUBY_FRAME.search(line):
            kind = _LineKind.ERROR
        yield place, kind


def _kind(line: str) -> _LineKind:
    if _NOTICE.search(line):
        return _LineKind.NOTICE
    says_error = _ERROR.search(line) or (_MAY_BLAME.search(line) and _BLOCKED.search(line))
    return _LineKind.ERROR if says_error and not _HARMLESS.search(line) else _LineKind.OTHER


def _block(console: Sequence[str], place: int) -> tuple[int, int]:
    """Where the lines that belong together around a place begin and end."""
    start, end = place, place + 1
    while start > 0 and place - start < _LONGEST_BLOCK and _CONTINUES.match(console[start]):
        start -= 1
    while end < len(console) and end - place < _LONGEST_BLOCK and _CONTINUES.match(console[end]):
        end += 1
    return start, end
