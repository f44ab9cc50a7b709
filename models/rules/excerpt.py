"""Long text shortened in its middle: a backtrace has its cause at one end, its start at the
other.
"""

from typing import Literal

from models.rules.redact import redact

Unit = Literal["characters", "lines"]

# A text longer than this many times the limit is not searched for secrets in its middle.
_FAR_TOO_LONG = 4


def without_secrets(text: str, limit: int) -> str:
    """At most `limit` characters of a text from outside, with its secrets redacted.

    Of a very long text only the two ends are read. The cut may divide a secret, so twice as much as
    can be kept is read of each end, and the part next to the cut is dropped.
    """
    if len(text) <= _FAR_TOO_LONG * limit:
        return cut_middle(redact(text), limit)
    room = (limit - len(_notice(len(text), "characters")) - 2) // 2
    head = redact(text[: 2 * limit])[:-limit][:room]
    tail = redact(text[-2 * limit :])[limit:][-room:]
    return f"{head}\n{_notice(len(text) - len(head) - len(tail), 'characters')}\n{tail}"


def beginning_without_secrets(text: str, limit: int) -> str:
    """At most the first `limit` characters of a text from outside, with its secrets redacted.

    The cut may divide a secret, so twice as much is read, and the part next to that cut is dropped.
    """
    read = redact(text[: 2 * limit])
    return read[:limit] if len(text) <= 2 * limit else read[:-limit][:limit]


def cut_middle(text: str, limit: int, unit: Unit = "characters") -> str:
    """`text` in at most `limit` characters or lines; a notice in its middle says what is left
    out.
    """
    if unit == "lines":
        return _cut_lines(text, limit)
    if len(text) <= limit:
        return text
    # The notice's own length is counted for the largest number that it could hold.
    room = limit - len(_notice(len(text), unit)) - 2
    if room < 2:
        return _cut_to_dots(text, limit)
    head = _to_line_end(text[: (room + 1) // 2])
    tail = _from_line_start(text[len(text) - room // 2 :])
    return f"{head}\n{_notice(len(text) - len(head) - len(tail), unit)}\n{tail}"


def _cut_lines(text: str, limit: int) -> str:
    lines = text.split("\n")
    if len(lines) <= limit:
        return text
    if limit < 1:
        return ""
    kept = max(limit - 1, 2)
    head = lines[: (kept + 1) // 2]
    tail = lines[len(lines) - kept // 2 :]
    notice = _notice(len(lines) - kept, "lines")
    if limit >= 3:
        return "\n".join([*head, notice, *tail])
    # There is no line for the notice alone: it goes before the last line, or all go on one line.
    joint = "\n" if limit == 2 else " "
    return f"{head[0]}{joint}{notice} {tail[-1]}"


def _cut_to_dots(text: str, limit: int) -> str:
    """Both ends around an ellipsis; where not even these fit, the ellipsis alone, or nothing."""
    if limit < 1:
        return ""
    if limit < 3:
        return "…"[:limit]
    tail = (limit - 1) // 2
    return f"{text[: limit - 1 - tail]}…{text[len(text) - tail :]}"


def _notice(left_out: int, unit: Unit) -> str:
    return f"[… {left_out:,} {unit} left out …]"


def _to_line_end(head: str) -> str:
    """The whole lines of `head`, unless that would lose more than half of it."""
    end = head.rfind("\n")
    if end <= 0 or end < len(head) // 2:
        return head
    return head[:end]


def _from_line_start(tail: str) -> str:
    """The whole lines of `tail`, unless that would lose more than half of it."""
    start = tail.find("\n") + 1
    if start > len(tail) // 2:
        return tail
    return tail[start:]
