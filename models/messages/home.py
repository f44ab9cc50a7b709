"""What can be done with one press, where a person looks without having asked."""

from models.messages.message import Buttons, Message

_BUTTONS = (
    ("Status of a plugin", "status"),
    ("Follow", "follow"),
    ("Follow no more", "unfollow"),
    ("All plugins", "list"),
    ("Weekly digest", "digest weekly"),
    ("No digest", "digest off"),
    ("Help", "help"),
)


def home_message() -> Message:
    """The buttons of somebody's own page. Those that need a plugin ask for it."""
    return Message("What you can do", blocks=(Buttons(_BUTTONS),))
