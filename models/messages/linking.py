"""What is said to somebody who proves that a GitHub login is theirs."""

from collections.abc import Sequence
from datetime import datetime

from models.messages import links
from models.messages.blocks import and_more, some_more
from models.messages.message import Block, Code, Items, Links, Message, Text, Tone
from models.messages.times import clock
from models.messages.words import clip, joined, where_told
from models.rules.places import Place
from models.rules.speaking import marked, say

_NAMED = 20


def code_message(login: str, code: str, until: datetime) -> Message:
    """The code, and what to do with it."""
    shown = clip(login)
    steps = (
        say(
            "Signed in on GitHub as {shown}, put this code anywhere into the bio of your public profile, and save it.",
            shown=shown,
        ),
        say("Then type: /plugin link github {shown} done", shown=shown),
        say("Once you are notified that it worked, take the code out again."),
    )
    blocks = (
        Code(code, say("Your code")),
        Items(steps),
        Links(((say("Your profile's settings"), links.PROFILE_SETTINGS),)),
        Text(say("The code is good until {until}.", until=clock(until)), quiet=True),
    )
    return Message(say("Prove that {shown} on GitHub is you", shown=shown), blocks=blocks)


def looking_message(login: str, told: Place) -> Message:
    """The profile on GitHub will be looked at soon; `told` is where they hear what was found."""
    words = say(
        "This takes up to two minutes. What was found is shown {where_told}.",
        where_told=where_told(told),
    )
    blocks = (Text(words),)
    return Message(
        say("Looking at the profile of {login} on GitHub", login=clip(login)), blocks=blocks
    )


def already_linked(login: str) -> Message:
    """The login is theirs."""
    return Message(say("{login} on GitHub is you already", login=clip(login)))


def bad_login(login: str) -> Message:
    """GitHub allows no login like this."""
    hint = Text(say("A login is the name after github.com/ in the address of a profile."))
    return Message(
        say("“{login}” is no login that GitHub allows", login=clip(login)), blocks=(hint,)
    )


def no_code(login: str, *, expired: bool = False) -> Message:
    """There is no code to look for, or it has expired."""
    title = say("No code was made for {login}", login=clip(login))
    if expired:
        title = say("The code for {login} is too old", login=clip(login))
    return Message(
        title, blocks=(Text(say("Ask for one: /plugin link github {login}", login=clip(login))),)
    )


def linked_message(login: str, handles: Sequence[str], followed: Sequence[str] = ()) -> Message:
    """The code was found. `handles` are the plugins whose maintainer they are because of it, and of those
    `followed` they hear from now on.
    """
    take_out = Text(say("You can take the code out of your profile now."), quiet=True)
    blocks = (*_owned(handles), *_followed(followed), take_out)
    return Message(say("{login} on GitHub is you", login=clip(login)), blocks=blocks)


def _owned(handles: Sequence[str]) -> tuple[Block, ...]:
    if not handles:
        return (Text(_OWNS_NOTHING),)
    meaning = Text(
        say("It owns the repositories of these plugins, so you are their maintainer here:")
    )
    shown = map(clip, handles[:_NAMED])
    return (meaning, Items((*shown, *and_more(len(handles), _NAMED))))


def _followed(handles: Sequence[str]) -> tuple[Block, ...]:
    if not handles:
        return ()
    named = joined((*map(clip, handles[:_NAMED]), *some_more(len(handles), _NAMED)))
    words = say(
        "From now on you are notified when one breaks or works again, and of its releases: {named}.",
        named=named,
    )
    hint = say("If you do not want that: /plugin unfollow mine")
    return (Text(words), Text(hint, quiet=True))


def not_found(login: str, until: datetime) -> Message:
    """The code is not in the profile."""
    shown = clip(login)
    again = say(
        "Put it into the bio of the public profile and try again: /plugin link github {shown} done",
        shown=shown,
    )
    blocks = (
        Text(again),
        Text(say("The code is good until {until}.", until=clock(until)), quiet=True),
    )
    return Message(
        say("Your code does not stand in the profile of {shown}", shown=shown), Tone.WARNING, blocks
    )


def nobody(login: str) -> Message:
    """No user of GitHub has the login."""
    return Message(
        say("GitHub knows no user {login}", login=clip(login)),
        Tone.WARNING,
        (Text(say("Look at how it is spelled.")),),
    )


def no_answer(login: str) -> Message:
    """GitHub could not be asked for as long as the code was good."""
    shown = clip(login)
    blocks = (
        Text(
            say(
                "Your code is too old now. Ask for another one later: /plugin link github {shown}",
                shown=shown,
            )
        ),
    )
    return Message(
        say("GitHub could not be asked about {shown}", shown=shown), Tone.WARNING, blocks
    )


_OWNS_NOTHING = marked(
    "It owns the repository of no plugin that is watched, so nothing changes yet. The maintainers of an "
    "organization's plugins are named by an admin: /plugin help role"
)
