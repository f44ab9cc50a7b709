"""The one reader: words, or values as they come in JSON, become an action with its arguments.

Pure.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from models.actions.action import Action, Asked, Misunderstood
from models.actions.arguments import Argument
from models.messages.words import clip
from models.rules.speaking import Later, later


def read(action: Action, words: Sequence[str]) -> Asked | Misunderstood:
    """Read the words behind the action's name."""
    rest = list(words)
    values: dict[str, Any] = {}
    try:
        for argument in action.leading:
            _take_leading(action, argument, rest, values)
        if action.reading.lower:
            rest = [word.casefold() for word in rest]
        while rest:
            argument = _trailing(action, rest, values)
            value = argument.take(rest)
            before = values.get(argument.name)
            values[argument.name] = value if before is None else argument.again(before, value)
        _require_all(action, values)
    except ValueError as problem:
        return Misunderstood(problem.args[0], action)
    return Asked(action, values)


def read_given(action: Action, given: Mapping[str, Any]) -> Asked | Misunderstood:
    """Read values by the names of the arguments. None stands for a value that is left out."""
    try:
        return Asked(action, _values(action, given))
    except ValueError as problem:
        return Misunderstood(problem.args[0], action)


def _values(action: Action, given: Mapping[str, Any]) -> dict[str, Any]:
    known = {argument.name: argument for argument in action.takes}
    values: dict[str, Any] = {}
    for name, value in given.items():
        if name not in known:
            raise ValueError(
                later(
                    "{name} takes no {argument}; it takes {choices}",
                    name=action.name,
                    argument=clip(name),
                    choices=", ".join(known) or later("nothing"),
                )
            )
        if value is not None and value is not False:
            values[name] = known[name].given(value)
    _require_all(action, values)
    return values


def as_words(action: Action, given: Mapping[str, Any]) -> list[str]:
    """The words that one would type for these values, the action's name first.

    Raises:
        ValueError: a value is of the wrong type.
    """
    words = action.name.split()
    for argument in action.takes:
        value = given.get(argument.name)
        if value is not None and value is not False and value != "":
            words += [*filter(None, [argument.lead]), *argument.words(value)]
    return words


def _take_leading(
    action: Action, argument: Argument, rest: list[str], values: dict[str, Any]
) -> None:
    if argument.begins(rest):
        if argument.is_all_behind(values):
            rest[:] = [" ".join(rest)]
        values[argument.name] = argument.take(rest)
    elif argument.required:
        raise ValueError(_missing(action, argument))


def _trailing(action: Action, rest: list[str], values: Mapping[str, Any]) -> Argument:
    """The argument that begins here."""
    for argument in _to_come(action, values):
        if argument.follows(rest, values):
            return argument
    _require_all(action, values)
    reading = action.reading
    if reading.nothing and not values:
        raise ValueError(reading.nothing)
    raise ValueError(
        later(
            "“{word}” was not understood{hint}",
            word=reading.echo(rest[0]),
            hint=later(_hint(action, values)),
        )
    )


def _to_come(action: Action, values: Mapping[str, Any]) -> tuple[Argument, ...]:
    """The arguments of any order that may still come."""
    if not action.reading.in_order:
        return action.trailing
    taken = [place for place, each in enumerate(action.trailing, 1) if each.name in values]
    return action.trailing[max(taken, default=0) :]


def _hint(action: Action, values: Mapping[str, Any]) -> str:
    """What follows words that are not understood behind these arguments."""
    for argument in action.takes:
        if argument.hint and argument.name in values:
            return argument.hint
    return action.reading.hint


def _require_all(action: Action, values: Mapping[str, Any]) -> None:
    for argument in action.takes:
        if argument.name not in values and _is_required(argument, values):
            raise ValueError(_missing(action, argument))


def _is_required(argument: Argument, values: Mapping[str, Any]) -> bool:
    word = argument.needed_for
    return argument.required or (bool(word) and word in values.values())


def _missing(action: Action, argument: Argument) -> Later:
    return later(argument.missing, action=action.name, choices=", ".join(argument.fixed))
