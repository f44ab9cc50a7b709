"""The settings of extensions."""

from pathlib import Path

from pydantic_settings import BaseSettings


class ExtensionSettings(BaseSettings):
    """In `extensions_folder` they are unpacked; it is looked up from where the process starts."""

    extensions_folder: Path = Path("extensions")
