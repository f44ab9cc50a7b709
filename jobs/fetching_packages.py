"""`python -m jobs fetch URL --sha256 HEX`: gets a package of an extension into `incoming`."""

import secrets
from hashlib import sha256
from pathlib import Path, PurePosixPath
from urllib.parse import unquote, urlsplit

import requests

from jobs.calling import TooSlowError, ends_within, session_through
from jobs.deliver.reaching import AllowedHosts
from models.extensions.archives import PACKAGE, wrong_name
from models.outbox.sending import SendError

_SECONDS = 120.0
_MOST_REDIRECTS = 5


class FetchError(Exception):
    """The package was not fetched; the words say why."""


def fetch_package(url: str, expected: str, incoming: Path, private: frozenset[str]) -> Path:
    """Fetch a package whose SHA-256, in hexadecimal, was told in another way; return where it lies.

    The address begins with https, unless its host is one of the `private` ones that the operator allows.

    Raises:
        FetchError: it was not fetched, or is another one. Nothing was left then.
    """
    name = name_in(url)
    data = fetched(url, private)
    found = sha256(data).hexdigest()
    if found != expected.strip().casefold():
        raise FetchError(f"{name} has the SHA-256 {found}, and so is another one")
    try:
        incoming.mkdir(parents=True, exist_ok=True)
        # Whoever looks into the folder sees all of it or nothing: names with a dot are passed over.
        draft = incoming / f".{name}.{secrets.token_hex(4)}"
        draft.write_bytes(data)
        return draft.rename(incoming / name)
    except OSError as error:
        raise FetchError(f"{incoming} takes no files: {error.strerror}") from error


def fetched(url: str, private: frozenset[str]) -> bytes:
    """What stands at this address, over https.

    Raises:
        FetchError: it was not sent.
    """
    _refuse_open(url, private)
    session = session_through(AllowedHosts(PACKAGE.size, private))
    session.trust_env = False
    session.max_redirects = _MOST_REDIRECTS
    host = urlsplit(url).hostname
    try:
        with session, ends_within(_SECONDS):
            answer = session.get(url, timeout=30, headers={"Accept-Encoding": "identity"})
    except SendError as error:
        raise FetchError(error.reason) from error
    except TooSlowError as error:
        raise FetchError(f"{host}: {error}") from error
    except (requests.RequestException, OSError, ValueError) as error:
        raise FetchError(f"{host} did not send it: {type(error).__name__}") from error
    for hop in (*answer.history, answer):
        _refuse_open(hop.url, private)
    if answer.status_code != requests.codes.ok:
        raise FetchError(f"{host} answered with status {answer.status_code}")
    return answer.content


def _refuse_open(url: str, private: frozenset[str]) -> None:
    parts = urlsplit(url)
    if parts.scheme != "https" and not (parts.scheme == "http" and parts.hostname in private):
        raise FetchError("the address must begin with https://, and so must where it leads to")


def name_in(url: str) -> str:
    """The package's name in its address.

    Raises:
        FetchError: there is none.
    """
    name = unquote(PurePosixPath(urlsplit(url).path).name)
    if not name.endswith(".zip") or name.startswith(".") or "/" in name or wrong_name(name):
        raise FetchError("the address must end with the package's name, such as acmejira-1.2.0.zip")
    return name
