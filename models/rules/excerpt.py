"""Long text shortened in its middle: a backtrace's cause stands at one end and its entry at the other."""

from typing import Literal

from models.rules.redact import redact

Unit = Literal["characters", "lines"]

# Of a text that is so many times as long as what is kept of it, the middle need not be gone through for secrets.
_FAR_TOO_LONG = 4


def without_secrets(text: str, limit: int) -> str:
    """What is kept of a text from outside: its secrets redacted, and at most `limit` characters of it.

    Of a very long text only the two ends are read, which may cut a secret in two. So of each end twice as much is
    read as could be kept, and what stands next to the cut is dropped.
    """
    if len(text) <= _FAR_TOO_LONG * limit:
        return cut_middle(redact(text), limit)
    room = (limit - len(_notice(len(text), "characters")) - 2) // 2
    head = redact(text[: 2 * limit])[:-limit][:room]
    tail = redact(text[-2 * limit :])[limit:][-room:]
    return f"{head}\n{_notice(len(text) - len(head) - len(tail), 'characters')}\n{tail}"


def cut_middle(text: str, limit: int, unit: Unit = "characters") -> str:
    """`text` in at most `limit` characters or lines, with a notice of how many were left out between its two ends."""
    if unit == "lines":
        return _cut_lines(text, limit)
    if len(text) <= limit:
        return text
    # The notice's own length is reckoned for the largest number it could hold.
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
    head, tail = lines[: (kept + 1) // 2], lines[len(lines) - kept // 2 :]
    notice = _notice(len(lines) - kept, "lines")
    if limit >= 3:
        return "\n".join([*head, notice, *tail])
    # Too few lines for the notice to have its own: it goes before the last line, on which the first may stand too.
    joint = "\n" if limit == 2 else " "
    return f"{head[0]}{joint}{notice} {tail[-1]}"


def _cut_to_dots(text: str, limit: int) -> str:
    """Both ends around three dots in one character; where not even these fit, as much of them as does."""
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
    return head[:end] if end >= len(head) // 2 and end > 0 else head


def _from_line_start(tail: str) -> str:
    start = tail.find("\n") + 1
    return tail[start:] if 0 < start <= len(tail) // 2 else tail
