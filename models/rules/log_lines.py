"""Lines as they were said, without what collectors of logs write before each of them."""

import re
from collections.abc import Sequence

_TIME = r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(?:[.,]\d{1,9})?(?:Z|[+-]\d\d:?\d\d)?"
_LEVEL = r"(?:DEBUG|INFO|WARN|WARNING|ERROR|CRITICAL|FATAL)"
# No error begins so: container engines and GitHub write a time, the system's journal also the machine and the process.
_PREFIX = re.compile(
    rf"""(?:\ufeff?(?:
      {_TIME}\ (?:std(?:out|err)\ [FP]\ )?
    | \[{_TIME}[^\]\n]{{0,60}}\]\ +(?:\{{[\w.]{{1,60}}:\d{{1,6}}\}}\ {_LEVEL}\ -\ )?
    | [A-Z][a-z][a-z]\ [\ \d]\d\ \d\d:\d\d:\d\d\ [\w.-]{{1,100}}\ [\w./@-]{{1,100}}(?:\[\d{{1,9}}\])?:[ ]
    | pid=\d{{1,9}}\ tid=\w{{1,20}}\ (?:\w{{1,20}}=\S{{1,100}}\ ){{0,4}}{_LEVEL}:[ ]
    | -\ [\w.]{{1,100}}\ -\ {_LEVEL}\ -[ ]
    | \[[0-9a-f]{{8}}(?:-[0-9a-f]{{4}}){{3}}-[0-9a-f]{{12}}\]\ (?=[A-Z])
    | App\ \d{{1,9}}\ (?:output|std(?:out|err)):[ ]
    | INTERNALERROR>\ ?
    | remote:[ ]
    | \#\#\[\w{{1,20}}\]
    )){{1,4}}""",
    re.VERBOSE,
)
# What may as well be an error's own, unless most lines begin so: a service's name as Docker Compose writes it, a mark
# of what is quoted, a job and its step.
_MARGINS = (
    re.compile(r"[\w.-]{1,64} +\|(?: |$)"),
    re.compile(r"[ \t]{0,12}>(?: |$)"),
    re.compile(r"[^\t]{1,100}\t[^\t]{1,100}\t(?=\ufeff?\d{4}-)"),
)


def unprefixed(lines: Sequence[str]) -> list[str]:
    """The lines without the times, machines, processes and levels that logs have before what was said."""
    for margin in _MARGINS:
        lines = _without_margin(lines, margin)
    return [_without(_PREFIX, line) for line in lines]


def _without_margin(lines: Sequence[str], margin: re.Pattern[str]) -> Sequence[str]:
    if len(lines) < 2:
        return lines
    written = [line for line in lines if line.strip()]
    having = sum(1 for line in written if margin.match(line))
    if having < 2 or 2 * having < len(written):
        return lines
    return [_without(margin, line) for line in lines]


def _without(beginning: re.Pattern[str], line: str) -> str:
    found = beginning.match(line)
    return line[found.end() :] if found else line
