"""The settings of extensions."""

from pathlib import Path

from pydantic_settings import BaseSettings

from models.rules.authority import Threshold


class ExtensionSettings(BaseSettings):
    """`extensions_folder` is where they are unpacked, seen from where the process starts.

    `extensions_install` is the lowest rank that may install them in chat, `extensions_manage` the lowest that may
    remove and purge them there.
    """

    extensions_folder: Path = Path("extensions")
    extensions_install: Threshold = Threshold.OPERATOR
    extensions_manage: Threshold = Threshold.ADMIN
