"""The webhook doors of extensions, as the web process opens them. Nothing here commits."""

from dataclasses import dataclass

from pydantic import SecretStr
from sqlmodel import Session, select

from models.extensions.manifest import ManifestError, reread
from models.extensions.manifest.contributions import ContributedSource
from models.extensions.options import environment, variable
from models.rules.extensions import ExtensionState
from models.tables import Extension

# What comes in while it is quarantined waits for it.
_OPEN = (ExtensionState.ON, ExtensionState.QUARANTINED)


@dataclass(frozen=True, slots=True)
class OpenDoor:
    """A door, and the secret by which it is verified; None where `variable` is not set in this process."""

    source: ContributedSource
    secret: SecretStr | None
    variable: str


def door_event(source: str) -> str:
    """The type of the event that a delivery at this door is."""
    return f"webhook.{source}"


def door_of(session: Session, handle: str, source: str) -> OpenDoor | None:
    """The door of this name, while its extension is on."""
    row = session.exec(select(Extension).where(Extension.handle == handle)).first()
    if row is None or row.state not in _OPEN:
        return None
    try:
        sources = reread(row.manifest).source
    except ManifestError:  # held until this Pluginwatch understands it
        return None
    found = next((each for each in sources if each.name == source), None)
    if found is None:
        return None
    named = variable(handle, found.verify.secret)
    text = environment().get(named, "").strip()
    return OpenDoor(found, SecretStr(text) if text else None, named)
