"""Who wrote a plugin, as its header says."""

import re

_MAILBOX = re.compile(r"\s*[<(]?[^\s<>(),;@]{1,64}@[^\s<>(),;@]{1,255}\.[^\s<>(),;@.]{1,63}[>)]?")


def byline(authors: str | None) -> str | None:
    """The names, without the mail addresses that some stand with: these are not for everyone, as contacts are not."""
    if authors is None or "@" not in authors:
        return authors
    return _MAILBOX.sub("", authors).strip(" ,;") or None
