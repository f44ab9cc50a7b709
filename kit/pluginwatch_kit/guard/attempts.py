"""One attempt to load a plugin: whatever it does, short of ending the process, is caught, undone and blamed.

A host makes it between notes on disk (`loading`), a realm of Pluginwatch without a disk.
"""

import os
from typing import Any, Callable, NamedTuple, Union

from pluginwatch_kit.guard import threads
from pluginwatch_kit.guard.failures import CleanError, of_error, of_words
from pluginwatch_kit.guard.owners import Owners
from pluginwatch_kit.guard.points import Point
from pluginwatch_kit.guard.stopping import Stops
from pluginwatch_kit.guard.surroundings import Surroundings

_FORKED = "this plugin forked the host while it was loaded, and let both go on"
_EMPTIED = "this plugin took {} out of sys.modules"
_UNREADABLE = "this plugin raised {}, and nothing else can be said of it"


class Loaded(NamedTuple):
    """A plugin that was loaded; in a tuple of its own, as what a host loads may be None."""

    plugin: Any


class Failed(NamedTuple):
    """Who is to blame, and of what. A copy of the host, which a plugin made by forking it, must not go on."""

    point: Point
    failure: CleanError
    is_copy: bool = False


def attempted(
    point: Point, begin: Callable[[], Any], owners: Owners, stops: Stops
) -> Union[Loaded, Failed]:
    """Load the plugin.

    Raises:
        KeyboardInterrupt: somebody pressed Ctrl-C, as `stops` knows.
    """
    process, before = os.getpid(), Surroundings()
    with threads.started_here() as started:
        try:
            loaded = Loaded(begin())
        except BaseException as error:
            # A plugin may raise anything.
            before.put_back()
            threads.end(started)
            if os.getpid() != process:
                return Failed(point, of_words(_FORKED), is_copy=True)
            if isinstance(error, KeyboardInterrupt) and stops.interrupted:
                raise
            return _blamed(point, error, owners)
    if os.getpid() != process:
        return Failed(point, of_words(_FORKED), is_copy=True)
    if before.missing:
        missing = ", ".join(before.missing)
        before.put_back()
        return Failed(point, of_words(_EMPTIED.format(missing)))
    return loaded


def _blamed(point: Point, error: BaseException, owners: Owners) -> Failed:
    """The plugin with the deepest frame is to blame; where none has one, the one that is loaded."""
    try:
        owner = owners.of_error(error)
        blamed = point if owner is None or owner.plugin == point.plugin else owner
        return Failed(blamed, of_error(error))
    except Exception:  # noqa: BLE001 - the error itself is the plugin's code
        return Failed(point, of_words(_UNREADABLE.format(type(error).__name__)))
