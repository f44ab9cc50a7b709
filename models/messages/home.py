"""What can be done with one press, where a person looks without having asked."""

from models.messages.message import Buttons, Message
from models.rules.speaking import marked, say

_BUTTONS = (
    (marked("Status of a plugin"), "status"),
    (marked("Follow"), "follow"),
    (marked("Follow no more"), "unfollow"),
    (marked("All plugins"), "list"),
    (marked("Weekly digest"), "digest weekly"),
    (marked("No digest"), "digest off"),
    (marked("Help"), "help"),
)


def home_message() -> Message:
    """The buttons of somebody's own page. Those that need a plugin ask for it."""
    buttons = tuple((say(label), command) for label, command in _BUTTONS)
    return Message(say("What you can do"), blocks=(Buttons(buttons),))
