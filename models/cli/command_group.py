"""A group of commands, each of which is imported only when it is used or listed."""

from collections.abc import Callable, Mapping
from typing import Any, ClassVar

import typer
from typer.core import TyperGroup


class CommandGroup(TyperGroup):
    """The commands of `PLACES`: by name, what imports the command, or a group of them."""

    PLACES: ClassVar[Mapping[str, Callable[[], Any]]] = {}

    def __init__(self, **attributes: Any) -> None:
        super().__init__(**attributes)
        # Typer lists the names, and finds those that are alike, here.
        self.commands: dict[str, Any] = dict.fromkeys(self.PLACES)

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        """The command of this name, if there is one."""
        if cmd_name in self.PLACES and self.commands[cmd_name] is None:
            self.commands[cmd_name] = _command(cmd_name, self.PLACES[cmd_name]())
        return super().get_command(ctx, cmd_name)


def _command(name: str, found: Any) -> Any:
    if isinstance(found, typer.Typer):
        group = typer.main.get_group(found)
        group.name = name
        return group
    alone = typer.Typer(add_completion=False, pretty_exceptions_enable=False)
    alone.command(name)(found)
    return typer.main.get_command(alone)
