"""Why a package is not taken: every reason at once. Pure."""

from collections.abc import Iterable

from models.rules.inert import inert

_MOST, _LONGEST = 20, 300


class PackageError(ValueError):
    """A package is refused; `problems` has the reasons, in words that can be shown."""

    def __init__(self, problems: Iterable[str]) -> None:
        every = [inert(problem)[:_LONGEST] for problem in problems]
        shown = every[:_MOST]
        if len(every) > _MOST:
            shown.append(f"and {len(every) - _MOST} more")
        super().__init__("; ".join(shown))
        self.problems = tuple(shown)
