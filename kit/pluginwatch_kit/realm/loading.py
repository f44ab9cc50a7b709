"""Finds the extension in its own wheels, and loads it through its entry point as the Guard loads plugins."""

import sys
from gettext import GNUTranslations, NullTranslations
from importlib.metadata import Distribution, EntryPoint, distributions
from pathlib import Path
from typing import Any, Callable, Optional

from pluginwatch_kit.guard.attempts import Failed, attempted
from pluginwatch_kit.guard.owners import Owners
from pluginwatch_kit.guard.points import Point, point_of
from pluginwatch_kit.guard.stopping import Stops

GROUP = "pluginwatch.extensions"


class LoadError(Exception):
    """The extension did not load; `failed` says who is to blame, and of what."""

    def __init__(self, failed: Failed) -> None:
        super().__init__(failed.failure.message)
        self.failed = failed


def points_in(wheels: str) -> list[Point]:
    """What can be to blame: each distribution in the folder of unpacked wheels."""
    return [point_of(GROUP, "", each) for each in distributions(path=[wheels])]


def guarded(point: Point, begin: Callable[[], Any], owners: Owners) -> Any:
    """Load an extension as the Guard does.

    Nothing is noted on a disk before, as the realm has none. Its host has asked for this, outlives it, and knows
    what it asked for; that a call is under way is in the database before. Nor is it tried elsewhere first: what
    ends this process ends nothing else.

    Raises:
        LoadError: it failed.
    """
    loaded = attempted(point, begin, owners, Stops())
    if isinstance(loaded, Failed):
        raise LoadError(loaded)
    return loaded.plugin


class LoadedExtension:
    """What was found: the object behind the entry point, whose public callables are the handlers."""

    def __init__(
        self,
        handle: str,
        wheels: str,
        load: Callable[[Point, Callable[[], Any], Owners], Any] = guarded,
    ) -> None:
        """Load it. Its own wheels come first, before the standard library, and the host's packages are not here.

        Raises:
            LookupError: no wheel has the entry point, or several do.
            LoadError: it failed.
        """
        points = points_in(wheels)
        entries = []
        for each in points:
            entries += [(each, entry) for entry in _entries(each.source) if entry.name == handle]
        if len(entries) != 1:
            raise LookupError(f"{len(entries)} entry points {GROUP} are named {handle}, not one")
        sys.path.insert(0, wheels)
        self.distributions = {each.plugin: each.source.version for each in points if each.source}
        self._words = Path(wheels) / handle / "lang"
        self._translations: dict[str, NullTranslations] = {}
        owner, entry = entries[0]
        self.point = owner._replace(name=handle, value=entry.value, entry=entry)
        self.version = self.distributions[owner.plugin]
        self.owners = Owners()
        self.owners.meet([self.point, *points])
        self._object: Any = load(self.point, entry.load, self.owners)

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
        """Its words in this language, or for de-at those of de; words as they are written if it has neither."""
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


def _entries(source: Optional[Distribution]) -> list[EntryPoint]:
    return [entry for entry in source.entry_points if entry.group == GROUP] if source else []
