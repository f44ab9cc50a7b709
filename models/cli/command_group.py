"""A group of commands, each of which is imported only when it is used."""

from collections.abc import Callable, Mapping
from typing import Any, ClassVar, NamedTuple

import typer
from typer.core import TyperCommand, TyperGroup


class ListedCommand(NamedTuple):
    """What a list says of a command, the first line of its own help, and what imports it, or a group of commands."""

    help: str
    found: Callable[[], Any]


class CommandGroup(TyperGroup):
    """The commands of `LISTED`, by name."""

    LISTED: ClassVar[Mapping[str, ListedCommand]] = {}

    def __init__(self, **attributes: Any) -> None:
        super().__init__(**attributes)
        # Typer lists the names, and finds those that are alike, here.
        self.commands: dict[str, Any] = dict.fromkeys(self.LISTED)

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        """The command of this name, if there is one; of one that nobody has used yet, what a list says."""
        if cmd_name in self.LISTED and self.commands[cmd_name] is None:
            return TyperCommand(cmd_name, help=self.LISTED[cmd_name].help)
        return super().get_command(ctx, cmd_name)

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:
        """The command that is to be run, with its name and the words that are left."""
        name = args[0]
        if name in self.LISTED:
            self.commands[name] = _command(name, self.LISTED[name].found())
        return super().resolve_command(ctx, args)


def _command(name: str, found: Any) -> Any:
    if isinstance(found, typer.Typer):
        group = typer.main.get_group(found)
        group.name = name
        return group
    alone = typer.Typer(add_completion=False, pretty_exceptions_enable=False)
    alone.command(name)(found)
    return typer.main.get_command(alone)
