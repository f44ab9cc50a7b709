"""Finds the extension in its own wheels, through its entry point."""

import sys
from gettext import GNUTranslations, NullTranslations
from importlib.metadata import Distribution, EntryPoint, distributions
from pathlib import Path
from typing import Any

GROUP = "pluginwatch.extensions"


class LoadedExtension:
    """What was found: the object behind the entry point, whose public callables are the handlers."""

    def __init__(self, handle: str, wheels: str) -> None:
        """Load it. Its own wheels come first, before the standard library, and the host's packages are not here.

        Raises:
            LookupError: no wheel has the entry point, or several do.
        """
        found = list(distributions(path=[wheels]))
        points = []
        for each in found:
            points += [(each, point) for point in _points(each) if point.name == handle]
        if len(points) != 1:
            raise LookupError(f"{len(points)} entry points {GROUP} are named {handle}, not one")
        sys.path.insert(0, wheels)
        self.distributions: dict[str, str] = {each.metadata["Name"]: each.version for each in found}
        self._words = Path(wheels) / handle / "lang"
        self._translations: dict[str, NullTranslations] = {}
        owner, point = points[0]
        self.version: str = owner.version
        self._object: Any = point.load()

    @property
    def handlers(self) -> list[str]:
        """The names of what can be called."""
        names = [name for name in dir(self._object) if not name.startswith("_")]
        return [name for name in names if callable(getattr(self._object, name))]

    def handler(self, name: str) -> Any:
        """What can be called by this name.

        Raises:
            LookupError: there is none.
        """
        if name not in self.handlers:
            raise LookupError(f"there is no handler {name}")
        return getattr(self._object, name)

    def translations(self, language: str) -> NullTranslations:
        """Its words in this language: those of de for de-at, too, and none where it speaks neither."""
        if language not in self._translations:
            self._translations[language] = self._read(language)
        return self._translations[language]

    def _read(self, language: str) -> NullTranslations:
        for tag in (language, language.partition("-")[0]):
            file = self._words / f"{tag}.mo"
            if file.is_file():
                with file.open("rb") as compiled:
                    return GNUTranslations(compiled)
        return NullTranslations()


def _points(distribution: Distribution) -> list[EntryPoint]:
    return [point for point in distribution.entry_points if point.group == GROUP]
