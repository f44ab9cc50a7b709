"""Which version of Pluginwatch this is, as `pyproject.toml` says it too."""

VERSION = "0.2.0"
