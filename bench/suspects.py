"""How often the guilty commit is named, of real breakages: `python -m bench.suspects FILE`.

The file is a JSON list of breakages, each with `core_commit` or `core_pull`, `core_title`, what it `touched`, innocent
changes by number and title (`distractors`), and the `error`, else the `symptom`. Of each, its own innocent changes and
the guilty ones of all others stand beside the guilty one. Then it is taken away, and nobody ought to be named.
"""

import json
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import chain
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

from models.rules.clues import ClueKind, clues
from models.rules.commit_index import CommitIndex, CommitRead
from models.rules.suspects import PluginComplaint, ranked

RIGHT, WRONG, SILENT = "named it", "named another", "named none"
AMONG_THREE, NOT_AMONG = "it among three", "it not among them"
TOUCHES = "it touches what is named"
OF_THESE = "of these among three"
WITHOUT_SILENT, WITHOUT_WRONG = "without it: none", "without it: another"
_COLUMNS = (
    *(RIGHT, WRONG, SILENT, AMONG_THREE, NOT_AMONG),
    *(TOUCHES, OF_THESE, WITHOUT_SILENT, WITHOUT_WRONG),
)
_FIRST_THREE = 3

Breakage = dict[str, Any]


def measure(breakages: Sequence[Breakage]) -> Table:
    """A table of those told by an error's text, by a symptom alone, and by neither."""
    table = Table(title="suspect commits", title_justify="left")
    for heading in ("told by", "breakages", *_COLUMNS):
        table.add_column(heading, justify="right")
    for name, group in _groups(breakages).items():
        counted = Counter(chain.from_iterable(outcomes(each, breakages) for each in group))
        table.add_row(name, str(len(group)), *(str(counted[column]) for column in _COLUMNS))
    return table


def outcomes(breakage: Breakage, breakages: Sequence[Breakage]) -> Iterator[str]:
    """What becomes of a breakage, among the others."""
    guilty, others = _guilty(breakage), _innocent(breakage, breakages)
    complaint = PluginComplaint(breakage["plugin"], _text(breakage))
    ranking = ranked([complaint], [*others, guilty])
    shas = [each.commit.sha for each in ranking.commits]
    if ranking.named:
        yield RIGHT if shas[0] == guilty.sha else WRONG
    else:
        yield SILENT
    is_among = guilty.sha in shas[:_FIRST_THREE]
    yield AMONG_THREE if is_among else NOT_AMONG
    if _touches(guilty, complaint):
        yield TOUCHES
        if is_among:
            yield OF_THESE
    yield WITHOUT_WRONG if ranked([complaint], others).named else WITHOUT_SILENT


def _groups(breakages: Sequence[Breakage]) -> dict[str, Sequence[Breakage]]:
    return {
        "error": [each for each in breakages if each["error"]],
        "symptom": [each for each in breakages if each["symptom"] and not each["error"]],
        "neither": [each for each in breakages if not _text(each)],
        "all": breakages,
    }


def _text(breakage: Breakage) -> str:
    return breakage["error"] or breakage["symptom"] or ""


def _touches(commit: CommitRead, complaint: PluginComplaint) -> bool:
    """Whether the commit touches a name, a file or two words that stand in the text."""
    index = CommitIndex(commit)
    named = clues(complaint.text, complaint.handle)
    return any(clue.kind is not ClueKind.WORD and index.find(clue) for clue in named)


def _innocent(breakage: Breakage, breakages: Sequence[Breakage]) -> list[CommitRead]:
    """Its own innocent changes, of which only the titles are known, and what was guilty of other breakages."""
    own = _numbers(breakage)
    guilty = [_guilty(each) for each in breakages if not _numbers(each) & own]
    others = {commit.sha: commit for commit in guilty}
    for each in breakage["distractors"]:
        sha = str(each["number"])
        others.setdefault(sha, CommitRead(sha, each["title"]))
    return list(others.values())


def _numbers(breakage: Breakage) -> set[str]:
    return {str(breakage[name]) for name in ("core_commit", "core_pull") if breakage[name]}


def _guilty(breakage: Breakage) -> CommitRead:
    touched = breakage["touched"]
    files = tuple(each for each in touched if _is_file(each))
    names = tuple(each for each in touched if not _is_file(each))
    sha = str(breakage["core_pull"] or breakage["core_commit"])
    return CommitRead(sha, breakage["core_title"] or "", files, names)


def _is_file(touched: str) -> bool:
    folder, _, name = touched.rpartition("/")
    return bool(folder) and "." in name


if __name__ == "__main__":
    Console(width=160).print(measure(json.loads(Path(sys.argv[1]).read_text("utf-8"))))
