"""What keeps installed extensions from running."""

from collections.abc import Iterator

from sqlmodel import Session

from models.extensions.contents import MANIFEST
from models.extensions.host import this_host
from models.extensions.installed import Installed, installed, present
from models.extensions.store import Store
from models.health.finding import Finding, Weight
from models.rules.extensions import ExtensionState
from models.rules.inert import inert

_REMEDIES = {
    ExtensionState.QUARANTINED: " Start it again with: python -m models extensions retry {}",
    ExtensionState.HELD: " It runs by itself again once that fits.",
}


def extension_findings(session: Session, store: Store) -> Iterator[Finding]:
    """Look at every one that is installed."""
    there = present(installed(session, this_host()))
    troubled = False
    for handle, each in there.items():
        for words in troubles_of(each, store):
            troubled = True
            remedy = _REMEDIES.get(each.state, "").format(handle)
            yield Finding(Weight.HINT, f"The extension {inert(words)}.{remedy}")
    if there and not troubled:
        yield Finding(Weight.FINE, f"Nothing keeps the extensions from running: {len(there)}.")


def troubles_of(each: Installed, store: Store) -> Iterator[str]:
    """All that keeps it from running here, each in words that name it."""
    about = f"{each.handle} {each.version} ({each.state})"
    yield from (f"{about} {why}" for why in each.troubles)
    if not (store.folder(each.folder) / MANIFEST).is_file():
        yield f"{about} is not in {store.folder(each.folder)}: install it again"
