"""The realm's side in the host's own process, for an author's debugger: nothing is confined or bounded."""

from typing import Callable

from pluginwatch_kit.realm.loading import LoadedExtension
from pluginwatch_kit.realm.serving import RealmSide
from pluginwatch_kit.realm.wire import Frame, Wire


class DirectWire(Wire):
    """The host, called directly in place of frames over streams."""

    def __init__(self, says: Callable[[str], None]) -> None:
        self._says = says
        # What answers a question of the extension: a frame with a result or an error.
        self.serve: Callable[[str, Frame], Frame]

    def tell(self, method: str, params: Frame) -> None:  # noqa: ARG002 - there is but one
        """Say the words of a log line."""
        self._says(params["words"])

    def ask(self, method: str, params: Frame) -> Frame:
        """Ask the host."""
        return self.serve(method, params)


class UnconfinedSide(RealmSide):
    """What a realm answers, in a process that gives nothing up."""

    def confine(self, memory: int) -> None:  # noqa: ARG002 - there is no limit
        """Give nothing up: the debugger needs it."""
        self._bounds = {"filtered": False}

    def _loaded(self, handle: str, wheels: str) -> LoadedExtension:
        """Catch nothing: what it raises is the debugger's."""
        return LoadedExtension(handle, wheels, lambda _point, begin, _owners: begin())
