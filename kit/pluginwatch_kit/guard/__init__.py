"""The Guard for Python hosts: nothing that a plugin does at start-up ends the application that loads it."""

from pluginwatch_kit.guard.guard import Guard, Loaded

__all__ = ["Guard", "Loaded"]
