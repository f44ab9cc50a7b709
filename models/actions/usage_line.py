"""How an action is written: its usage line and its examples, as help shows them. Pure."""

from models.actions.action import Action
from models.messages.help import CommandHelp


def usage(action: Action) -> str:
    """What follows the action's name: `NAME [on BRANCH]`."""
    if action.usage:
        return action.usage
    return " ".join(argument.shown for argument in action.takes if not argument.hidden)


def described(action: Action) -> CommandHelp:
    """The action as help shows it."""
    examples = tuple(f"/plugin {action.name} {example}".rstrip() for example in action.examples)
    line = f"/plugin {action.name} {usage(action)}".rstrip()
    return CommandHelp(action.name, line, action.summary, examples, action.group)
