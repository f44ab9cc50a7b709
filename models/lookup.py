"""Finding a plugin of the master list by any of its names."""

from sqlmodel import Session, col, select

from models.rules.handle import handle
from models.tables import Alias, Plugin


def find_plugin(session: Session, name: str) -> Plugin | None:
    """The plugin of this name, in any spelling, or the one that had it before."""
    try:
        wanted = handle(name)
    except ValueError:
        return None
    held = session.exec(select(Plugin).where(Plugin.handle == wanted)).first()
    if held is not None:
        return held
    former = select(Plugin).join(Alias, col(Alias.plugin_id) == col(Plugin.id)).where(Alias.handle == wanted)
    return session.exec(former).first()
