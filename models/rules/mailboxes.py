"""E-mail addresses as plugins name them. Pure."""

import re

# Addresses of the usual form. Nobody writes to a more unusual one.
_ADDRESS = re.compile(
    r"[A-Za-z0-9_+-][A-Za-z0-9._+-]{0,63}@(?:[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.){1,8}[A-Za-z]{2,24}"
)
_SEPARATORS = re.compile(r"[,;\s]+")
_MOST = 5


def mailboxes(contact_emails: str | None) -> tuple[str, ...]:
    """The addresses in a plugin's `contact_emails`, each once, in lower case."""
    words = (word.strip("<>\"'()").lower() for word in _SEPARATORS.split(contact_emails or ""))
    return tuple(dict.fromkeys(word for word in words if is_mailbox(word)))[:_MOST]


def is_mailbox(text: str) -> bool:
    """Whether this is one address and nothing else."""
    return _ADDRESS.fullmatch(text) is not None and ".." not in text
