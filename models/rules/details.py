"""What people say of a plugin by hand in place of what its repository says of it. Pure."""

import re
from collections.abc import Callable
from enum import StrEnum
from urllib.parse import urlsplit

from models.rules.addresses import may_be_public
from models.rules.inert import inert
from models.rules.mailboxes import is_mailbox
from models.rules.redact import redact

# In place of a value: the repository's own holds again.
OFF = "off"
# As the CI of a plugin that nobody tests.
NO_CI = "none"

_LONGEST_ADDRESS = 500
_MOST_TAGS, _LONGEST_TAG = 20, 50
_MOST_PEOPLE = 20
_MOST_MAILBOXES = 5
_LONGEST_VERSION = 50
_SEPARATORS = re.compile(r"[,;\s]+")
_LOGIN = re.compile(r"[A-Za-z0-9](?:-?[A-Za-z0-9]){0,38}")
_TAG = re.compile(r"\w[\w.+-]*")
_CI = re.compile(r"[a-z][a-z0-9-]{1,29}")


class Detail(StrEnum):
    """What can be edited: who keeps the plugin and wrote it, its tags, where its documentation and its support are,
    whose tests are run, what it is for, whom to write to, and its version.
    """

    MAINTAINERS = "maintainers"
    TAGS = "tags"
    DOCS = "docs"
    SUPPORT = "support"
    CI = "ci"
    AUTHORS = "authors"
    ABOUT = "about"
    CONTACT = "contact"
    VERSION = "version"

    @property
    def column(self) -> str:
        """Under which name a plugin has it."""
        return _COLUMNS.get(self, self.value)


_COLUMNS = {
    Detail.DOCS: "docs_url",
    Detail.SUPPORT: "support_url",
    Detail.CI: "test_host",
    Detail.CONTACT: "contact_emails",
}

# In characters, as Discourse has them for the header of a plugin.rb.
LONGEST = {Detail.ABOUT: 350, Detail.AUTHORS: 200, Detail.CONTACT: 200}


def read_detail(detail: Detail, text: str) -> str | list[str]:
    """What the words of `edit` say: one text, or several where a plugin has several.

    Raises:
        ValueError: it cannot be so; the words say what would be right.
    """
    # An address of e-mail is redacted, too; of the contact, each word must be one.
    safe = text if detail is Detail.CONTACT else redact(text)
    said = " ".join(inert(safe).split())
    if not said:
        raise ValueError(f"say what {detail} should be, or off for what the repository says")
    return _READERS[detail](detail, said)


def _text(detail: Detail, said: str) -> str:
    longest = LONGEST[detail]
    if len(said) > longest:
        raise ValueError(f"{detail} may have {longest} characters, not {len(said):,}")
    return said


def _mailboxes(detail: Detail, said: str) -> str:
    found = _parted(said)
    for each in found:
        if not is_mailbox(each):
            raise ValueError(f"“{each}” is no e-mail address, such as maintainer@example.com")
    if len(found) > _MOST_MAILBOXES:
        raise ValueError(f"{detail} may be {_MOST_MAILBOXES} addresses, not {len(found)}")
    return _text(detail, ", ".join(found))


def _address(detail: Detail, said: str) -> str:
    right = f"{detail} needs a web address, such as https://meta.discourse.org/t/1"
    address = said.removeprefix("<").removesuffix(">")
    try:
        parts = urlsplit(address)
        host, _ = parts.hostname or "", parts.port
    except ValueError:
        raise ValueError(right) from None
    if not address.isascii() or not address.isprintable() or set(address) & set(' \\"<>'):
        raise ValueError(right)
    if parts.scheme not in {"http", "https"} or "@" in parts.netloc or not host:
        raise ValueError(right)
    if not may_be_public(host):
        raise ValueError(f"{host} is not on the internet; {right}")
    if len(address) > _LONGEST_ADDRESS:
        raise ValueError(f"{detail} may have {_LONGEST_ADDRESS} characters, not {len(address):,}")
    return address


def _version(_detail: Detail, said: str) -> str:
    if " " in said or len(said) > _LONGEST_VERSION:
        raise ValueError("a version is one word, such as 1.2.0")
    return said


def _ci(_detail: Detail, said: str) -> str:
    name = said.casefold()
    if not _CI.fullmatch(name):
        raise ValueError(f"ci is the name of who runs the tests, such as github, or {NO_CI}")
    return name


def _tags(_detail: Detail, said: str) -> list[str]:
    found = list(dict.fromkeys(each.lstrip("#").casefold() for each in _parted(said)))
    for each in found:
        if len(each) > _LONGEST_TAG or not _TAG.fullmatch(each):
            raise ValueError(f"“{each}” is no tag: letters, digits, - and . of any script")
    if len(found) > _MOST_TAGS:
        raise ValueError(f"a plugin may have {_MOST_TAGS} tags, not {len(found)}")
    return found


def _people(_detail: Detail, said: str) -> list[str]:
    logins = [each.removeprefix("@") for each in _parted(said)]
    found: dict[str, str] = {}
    for each in logins:
        if not _LOGIN.fullmatch(each):
            raise ValueError(f"“{each}” is no login of GitHub; give them such as: ada, grace")
        found.setdefault(each.casefold(), each)
    if len(found) > _MOST_PEOPLE:
        raise ValueError(f"a plugin may have {_MOST_PEOPLE} maintainers, not {len(found)}")
    return list(found.values())


def _parted(said: str) -> list[str]:
    return [each for each in _SEPARATORS.split(said) if each]


_READERS: dict[Detail, Callable[[Detail, str], str | list[str]]] = {
    Detail.MAINTAINERS: _people,
    Detail.TAGS: _tags,
    Detail.DOCS: _address,
    Detail.SUPPORT: _address,
    Detail.CI: _ci,
    Detail.AUTHORS: _text,
    Detail.ABOUT: _text,
    Detail.CONTACT: _mailboxes,
    Detail.VERSION: _version,
}
