"""What is said to somebody who proves that a GitHub login is theirs."""

from collections.abc import Sequence
from datetime import datetime

from models.messages import links
from models.messages.blocks import and_more, some_more
from models.messages.message import Block, Code, Items, Links, Message, Text, Tone
from models.messages.times import clock
from models.messages.words import clip, joined, where_told
from models.rules.places import Place

_NAMED = 20


def code_message(login: str, code: str, until: datetime) -> Message:
    """The code, and what to do with it."""
    shown = clip(login)
    steps = (
        f"Signed in on GitHub as {shown}, put this code anywhere into the bio of your public profile, and save it.",
        f"Then type: /plugin link github {shown} done",
        "Once you are notified that it worked, take the code out again.",
    )
    blocks = (
        Code(code, "Your code"),
        Items(steps),
        Links((("Your profile's settings", links.PROFILE_SETTINGS),)),
        Text(f"The code is good until {clock(until)}.", quiet=True),
    )
    return Message(f"Prove that {shown} on GitHub is you", blocks=blocks)


def looking_message(login: str, told: Place) -> Message:
    """The profile on GitHub will be looked at soon; `told` is where they hear what was found."""
    words = f"This takes up to two minutes. What was found is shown {where_told(told)}."
    blocks = (Text(words),)
    return Message(f"Looking at the profile of {clip(login)} on GitHub", blocks=blocks)


def already_linked(login: str) -> Message:
    """The login is theirs."""
    return Message(f"{clip(login)} on GitHub is you already")


def bad_login(login: str) -> Message:
    """GitHub allows no login like this."""
    hint = Text("A login is the name after github.com/ in the address of a profile.")
    return Message(f"“{clip(login)}” is no login that GitHub allows", blocks=(hint,))


def no_code(login: str, *, expired: bool = False) -> Message:
    """There is no code to look for, or it has expired."""
    title = f"No code was made for {clip(login)}"
    if expired:
        title = f"The code for {clip(login)} is too old"
    return Message(title, blocks=(Text(f"Ask for one: /plugin link github {clip(login)}"),))


def linked_message(login: str, handles: Sequence[str], followed: Sequence[str] = ()) -> Message:
    """The code was found. `handles` are the plugins whose maintainer they are because of it, and of those
    `followed` they hear from now on.
    """
    take_out = Text("You can take the code out of your profile now.", quiet=True)
    blocks = (*_owned(handles), *_followed(followed), take_out)
    return Message(f"{clip(login)} on GitHub is you", blocks=blocks)


def _owned(handles: Sequence[str]) -> tuple[Block, ...]:
    if not handles:
        return (Text(_OWNS_NOTHING),)
    meaning = Text("It owns the repositories of these plugins, so you are their maintainer here:")
    shown = map(clip, handles[:_NAMED])
    return (meaning, Items((*shown, *and_more(len(handles), _NAMED))))


def _followed(handles: Sequence[str]) -> tuple[Block, ...]:
    if not handles:
        return ()
    named = joined((*map(clip, handles[:_NAMED]), *some_more(len(handles), _NAMED)))
    words = f"From now on you are notified when one breaks or works again, and of its releases: {named}."
    hint = "If you do not want that: /plugin unfollow mine"
    return (Text(words), Text(hint, quiet=True))


def not_found(login: str, until: datetime) -> Message:
    """The code is not in the profile."""
    shown = clip(login)
    again = (
        f"Put it into the bio of the public profile and try again: /plugin link github {shown} done"
    )
    blocks = (Text(again), Text(f"The code is good until {clock(until)}.", quiet=True))
    return Message(f"Your code does not stand in the profile of {shown}", Tone.WARNING, blocks)


def nobody(login: str) -> Message:
    """No user of GitHub has the login."""
    return Message(
        f"GitHub knows no user {clip(login)}",
        Tone.WARNING,
        (Text("Look at how it is spelled."),),
    )


def no_answer(login: str) -> Message:
    """GitHub could not be asked for as long as the code was good."""
    shown = clip(login)
    blocks = (
        Text(f"Your code is too old now. Ask for another one later: /plugin link github {shown}"),
    )
    return Message(f"GitHub could not be asked about {shown}", Tone.WARNING, blocks)


_OWNS_NOTHING = (
    "It owns the repository of no plugin that is watched, so nothing changes yet. The maintainers of an "
    "organization's plugins are named by an admin: /plugin help role"
)
