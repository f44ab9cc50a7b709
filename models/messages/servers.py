"""The answer to `sites`: the link by which a guardian sees every site, or why there is none."""

from models.messages.message import Links, Message, Text, Tone
from models.rules.speaking import say


def sites_link(address: str) -> Message:
    """The link to the page of all sites."""
    words = say(
        "For you alone, and for an hour: it shows every site's domain, and ends when the role is taken away."
    )
    return Message(
        say("Sites that report"), blocks=(Text(words), Links(((say("All sites"), address),)))
    )


def sites_not_here(*, for_all: bool) -> Message:
    """Somebody asks who is no guardian, or where others read the answer."""
    words = say("Which sites report is shown to guardians and admins.")
    if for_all:
        words = say("{words} Everybody here would read the answer: ask by yourself.", words=words)
    return Message(say("Not shown here"), Tone.INFO, (Text(words),))


def sites_unsigned() -> Message:
    """No link can be made."""
    words = say("An operator sets LINK_SIGNING_KEY and PUBLIC_URL, and then asks again.")
    return Message(say("No link can be made yet"), Tone.INFO, (Text(words),))
