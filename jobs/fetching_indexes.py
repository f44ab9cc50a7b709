"""`python -m jobs index URL [NAME]`: what a publisher's signed index offers, and a package of it into `incoming`."""

from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urljoin

from jobs.fetching_packages import FetchError, fetch_package, fetched, name_in
from models.extensions.host import HostApi
from models.extensions.index import ExtensionIndex, read_index
from models.extensions.manifest import Handles
from models.extensions.package import SIGNATURE
from models.extensions.refusal import PackageError


def fetch_index(url: str, handles: Handles, private: frozenset[str]) -> ExtensionIndex:
    """The index at this address, whose signature stands beside it.

    Raises:
        FetchError: it is out of reach, or not signed by a publisher whose key is known.
    """
    data = fetched(url, private)
    try:
        return read_index(data, fetched(f"{url}{SIGNATURE}", private), handles)
    except PackageError as error:
        raise FetchError("; ".join(error.problems)) from error


def fetch_newest(
    index: ExtensionIndex,
    url: str,
    handle: str,
    host: HostApi,
    incoming: Path,
    private: frozenset[str],
) -> Path:
    """Fetch the newest package of this handle that is for this Pluginwatch; return where it lies.

    Raises:
        FetchError: there is none, or it is not what the index at `url` says.
    """
    try:
        entry = index.newest(handle, host)
    except PackageError as error:
        raise FetchError("; ".join(error.problems)) from error
    where = urljoin(url, entry.url)
    beside = incoming / f"{name_in(where)}{SIGNATURE}"
    if entry.signature:  # before the package, which is looked at as soon as it is there
        incoming.mkdir(parents=True, exist_ok=True)
        beside.write_text(entry.signature, encoding="utf-8")
    try:
        return fetch_package(where, entry.sha256, incoming, private)
    except FetchError:
        beside.unlink(missing_ok=True)
        raise


def lines(index: ExtensionIndex) -> Iterator[str]:
    """What it offers, a line each."""
    for each in index.extensions:
        yield f"{each.handle} {each.version}: {each.description} ({each.licence})"
