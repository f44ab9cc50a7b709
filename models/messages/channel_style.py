"""How a channel is told, and the answers to whoever chooses that."""

from models.messages.digest import digest_line
from models.messages.message import Facts, Message, Text
from models.rules.authority import HolderKind
from models.rules.languages import ENGLISH
from models.rules.speaking import marked, say
from models.rules.status import MILDEST_BROKEN
from models.views import DestinationView

_IN_A_CHANNEL = marked(
    "Type it in the channel that you mean. In a direct message you choose your own language: /plugin channel language "
    "de"
)


def channel_message(place: DestinationView, *, changed: bool) -> Message:
    """How the channel is told."""
    title = say("This channel is notified like this")
    if changed:
        title = say("This channel is notified like this now")
    hint = Text(say("To change it: /plugin help channel"), quiet=True)
    return Message(title, blocks=(Facts(style_facts(place)), hint))


def only_for_channels() -> Message:
    """The style can be set for a channel, not for a direct message."""
    return Message(say("That is for channels"), blocks=(Text(say(_IN_A_CHANNEL)),))


def own_language(language: str, *, changed: bool) -> Message:
    """In which language somebody is answered in direct messages, and notified there."""
    words = marked("You are answered and notified in the language {language} here already")
    if changed:
        words = marked("You are answered and notified in the language {language} here from now on")
    return Message(say(words, language=language))


def not_private() -> Message:
    """The platform says that everyone may read the channel, or does not say who may."""
    words = say(
        "Make the channel private first, and let me into it: Slack or Discord must say that it is, not I."
    )
    title = say("This channel is not private, so it cannot be notified of private plugins")
    return Message(title, blocks=(Text(words),))


def opened_notice() -> Message:
    """To a channel that heard of private plugins and is not private any more."""
    words = say(
        "So it is notified of private plugins no more. When it is private again: /plugin channel private on"
    )
    return Message(say("This channel is not private any more"), blocks=(Text(words),))


def style_facts(place: DestinationView) -> tuple[tuple[str, str], ...]:
    """Each of what a channel can choose, as it is there."""
    hears_private = (
        say("all is shown") if place.hears_private else say("only what is public is shown")
    )
    spoken = () if place.language == ENGLISH else ((say("Language"), place.language),)
    return (
        (
            say("Replies"),
            say("messages of their own") if place.flat else say("in each card's thread"),
        ),
        (
            say("Recoveries and recurrences"),
            say("quiet") if place.quiet else say("stand out in the channel"),
        ),
        (say("Notified of"), _least(place)),
        (say("Digest"), digest_line(place)),
        (say("Reminders"), say("of what nobody takes care of") if place.reminders else say("none")),
        *(
            ((say("Escalations"), say("what nobody takes care of for 4 h")),)
            if place.escalations
            else ()
        ),
        *(((say("Called after 4 h"), _called(place)),) if place.mention else ()),
        (say("Private plugins"), hears_private),
        *spoken,
    )


def _called(place: DestinationView) -> str:
    kind, _, id_ = place.mention.partition(":")
    if kind == HolderKind.GROUP:
        return say("the group {id}", id=id_)
    return say("the user {id}", id=id_)


def _least(place: DestinationView) -> str:
    if place.least is MILDEST_BROKEN:
        return say("every incident")
    return say("incidents from {words} on", words=place.least.words)
