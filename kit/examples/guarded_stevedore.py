"""An application with plugins of stevedore: `python guarded_stevedore.py GROUP` names those that came up."""

import sys

from stevedore import ExtensionManager

from pluginwatch_kit.guard import Guard
from pluginwatch_kit.guard.for_stevedore import guarded

if __name__ == "__main__":
    guard = Guard("shelf", "1.0")
    manager = guarded(ExtensionManager, guard)(sys.argv[1], invoke_on_load=True)
    print("up with", *manager.names())
