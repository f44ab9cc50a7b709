"""An extension in this very process, for its author's debugger: without a jail, and without limits."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import orjson

from jobs.realms.frames import RealmRequest
from jobs.realms.realm import Greeting, Serve, served
from pluginwatch_kit.realm.same_process import DirectWire, UnconfinedSide


class SameProcessRealm:
    """What answers as a realm does. What the extension raises is raised here, where a debugger finds it."""

    is_over = False

    def __init__(self, handle: str, wheels: Path, says: Callable[[str], None]) -> None:
        self._wire = DirectWire(says)
        self._side = UnconfinedSide(self._wire)
        self._side.confine(0)
        self.hello = Greeting.model_validate(self._side.hello(handle, str(wheels)))

    def request(
        self, method: str, params: dict[str, Any], seconds: float, serve: Serve | None = None
    ) -> Any:
        """Ask it something, and meanwhile `serve` what it asks. It may take its time: somebody may step through it."""

        def answered(asked: str, of: dict[str, Any]) -> dict[str, Any]:
            request = RealmRequest(jsonrpc="2.0", id=0, method=asked, params=of)
            return served(request, serve, seconds)

        self._wire.serve = answered
        # As a frame has it: what is no JSON fails here, too.
        return orjson.loads(orjson.dumps(self._side.methods[method](**params)))

    def stop(self) -> None:
        """End with this process."""

    kill = stop
