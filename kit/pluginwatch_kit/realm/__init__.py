"""The realm: the process in which one extension runs, and speaks with its host over the standard streams."""

from pluginwatch_kit.realm.call import Call, HostError, Response

__all__ = ["Call", "HostError", "Response"]
