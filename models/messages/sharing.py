"""What people read of an answer that was for one of them, and is shown to all."""

from models.messages.message import Message, Text, Tone
from models.rules.speaking import say


def shared_by(name: str, command: str) -> Text:
    """Who shows it to all, and what they had asked."""
    words = say("{name} asked /plugin {command} and shared the answer.", name=name, command=command)
    return Text(words, quiet=True)


def not_shared(platform: str) -> Message:
    """What its asker is told where the platform refuses."""
    title = say("{platform} did not let me share that", platform=platform)
    return Message(title, Tone.WARNING, (Text(ask_again()),))


def ask_again() -> str:
    """What helps where an answer cannot be shown to all any more."""
    return say("Ask again, and share the new answer.")
