"""The dictionary: every action by its name, and the one way from typed text to an action. Pure."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import Any

from models.actions import words
from models.actions.action import Action, Asked, Misunderstood, NoAction, Read, Typed
from models.actions.grammar import as_words, read, read_given
from models.actions.usage_line import described
from models.messages.help import CommandHelp
from models.rules.care import is_numbered
from models.rules.clean import clean

_PREFIXES = {"/plugin", "/plugins", "plugin", "/"}
_HELP = "help"
_STATUS = "status"
_LOG = "log"


class Dictionary:
    """All actions, in the order in which help shows them.

    Those that extensions contribute come and go.
    """

    def __init__(self, actions: Iterable[Action]) -> None:
        self._own = tuple(actions)
        self.contribute(())

    def contribute(self, actions: Iterable[Action]) -> None:
        """Have these beside its own, in place of those that were contributed before.

        Any thread may read meanwhile.
        """
        by_name = {action.name: action for action in (*self._own, *actions)}
        by_spelling: dict[str, Action] = {}
        for action in by_name.values():
            for name in (action.name, *action.also):
                by_spelling[name] = action
        self._by_name, self._by_spelling = by_name, by_spelling

    def __iter__(self) -> Iterator[Action]:
        return iter(self._by_name.values())

    def get(self, name: str) -> Action | None:
        """The action of this name."""
        return self._by_name.get(name)

    @property
    def owners(self) -> frozenset[str]:
        """The extensions that contribute something."""
        return frozenset(action.owner for action in self if action.is_contributed)

    def of(self, used: Collection[str]) -> list[Action]:
        """Our own actions, and those of the extensions that are used."""
        return [each for each in self if not each.is_contributed or each.owner in used]

    def commands(self, used: Collection[str]) -> tuple[CommandHelp, ...]:
        """What help shows where these are used: a line for each action that is no part of another one."""
        return tuple(described(action) for action in self.of(used) if not action.within)

    def command(self, action: Action) -> CommandHelp:
        """How help shows an action; a part of another one is shown with that."""
        return described(self._by_name[action.within or action.name])

    def typed(self, text: str) -> Typed:
        """Any text, read; none at all means help.

        Capitals, typographic quotes, full-width letters and a slash before the command do not matter.
        """
        return Typed(clean(text), self._read_text(text))

    def given(self, action: Action, values: Mapping[str, Any]) -> Typed:
        """Values by the names of an action's arguments, read; its text is what one would type for them."""
        cleaned = {
            name: clean(value) if isinstance(value, str) else value
            for name, value in values.items()
        }
        read = read_given(action, cleaned)
        if isinstance(read, Misunderstood):
            return Typed(action.name, read)
        return Typed(" ".join(map(words.one_word, as_words(action, cleaned))), read)

    def _read_text(self, text: str) -> Read:
        try:
            typed = self._with_lines(text) or _words(text)
        except ValueError as problem:
            return Misunderstood(problem.args[0])
        return self._read(typed) if typed else Asked(self._by_name[_HELP])

    def _with_lines(self, text: str) -> list[str]:
        """The words of the first line, and the others as they are; none where no action that is named takes such."""
        first, _, others = text.strip().partition("\n")
        if not others.strip():
            return []
        typed = _words(first)
        takes = any(action.takes_lines for action, _ in self._named(typed))
        return [*typed, words.Lines(others)] if takes else []

    def _named(self, typed: list[str]) -> Iterator[tuple[Action, list[str]]]:
        """The action that the first words name, and the words behind its name."""
        for size in (2, 1):
            spelling = " ".join(typed[:size]).casefold()
            action = self._by_spelling.get(spelling)
            if action:
                yield action, [] if spelling in action.also else typed[size:]

    def _read(self, typed: list[str]) -> Read:
        for action, rest in self._named(typed):
            return read(action, rest)
        numbered = read(self._by_name[_LOG], typed)
        if isinstance(numbered, Asked) and is_numbered(str(numbered.values["plugin"])):
            return numbered
        return NoAction(tuple(typed), read(self._by_name[_STATUS], typed))


def _words(text: str) -> list[str]:
    """The words behind what calls us."""
    typed = words.split(text)
    if typed and typed[0].casefold() in _PREFIXES:
        return typed[1:]
    return [typed[0].removeprefix("/"), *typed[1:]] if typed else []
