"""The settings of extensions."""

from pathlib import Path

from pydantic_settings import BaseSettings

from models.rules.authority import Threshold


class ExtensionSettings(BaseSettings):
    """In `extensions_folder` they are unpacked; it is looked up from where the process starts.

    `extensions_install` and `extensions_manage` say from whom on they are installed, and removed and purged, in chat.
    """

    extensions_folder: Path = Path("extensions")
    extensions_install: Threshold = Threshold.OPERATOR
    extensions_manage: Threshold = Threshold.ADMIN
