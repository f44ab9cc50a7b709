"""What the page may complete in the composer."""

from collections.abc import Sequence
from dataclasses import dataclass

from models.messages.help import CommandHelp


@dataclass(frozen=True, slots=True)
class Completions:
    """The words that can be typed. In a usage NAME is a plugin, BRANCH a host branch, SERVER a canary server, COMMAND a
    command.
    """

    commands: Sequence[CommandHelp] = ()
    plugins: Sequence[str] = ()
    branches: Sequence[str] = ()
    servers: Sequence[str] = ()
