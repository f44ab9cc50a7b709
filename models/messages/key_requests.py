"""What is said of the keys that sites' admins ask for in a browser: on the pages, and to guardians."""

from datetime import datetime

from models.messages.message import Code, Facts, Items, Message, Text, Tone
from models.messages.times import clock
from models.messages.words import clip
from models.rules.key_requests import AskedKey, origin_of
from models.rules.speaking import marked, say
from models.views.key_requests import KeyRequestView

_MAY = (
    marked("say which plugins your site runs, and whether each of them loads"),
    marked("ask how these plugins stand"),
)
_FOLDER = "/var/www/discourse/public/.well-known"


def asked_message(asked: AskedKey) -> Message:
    """What a site asks for, for its admin to see before anything is done."""
    facts = (
        (say("Site"), clip(asked.application)),
        (say("Domain"), asked.domain),
        (
            say("The key is sent to"),
            say("{address}, encrypted for it alone", address=origin_of(asked.auth_redirect)),
        ),
        *(((say("Scopes"), clip(asked.scopes)),) if asked.scopes else ()),
    )
    blocks = (
        Facts(facts),
        Text(say("With the key your site can:")),
        Items(tuple(map(say, _MAY))),
        Text(say("It can change nothing else, and speaks for no other domain.")),
    )
    return Message(say("{domain} asks for a key", domain=asked.domain), Tone.INFO, blocks)


def file_message(request: KeyRequestView, code: str) -> Message:
    """How to prove the domain by a file."""
    told = say(
        "Let {file} hold this line. You may remove it when you have the key.", file=request.file
    )
    name = _name(request)
    command = f"docker exec app sh -c 'mkdir -p {_FOLDER} && echo {code} > {_FOLDER}/{name}'"
    blocks = (
        Text(told),
        Code(code, say("The line")),
        Code(command, say("On a Discourse in its usual container")),
    )
    return Message(say("With a file on your site"), Tone.INFO, blocks)


def guardian_message(request: KeyRequestView, code: str) -> Message:
    """How to have a guardian vouch for the domain."""
    blocks = (
        Text(say("A guardian who knows you types this in chat, and then this page goes on:")),
        Code(
            f"/plugin approve {request.domain} {code}",
            say("What a guardian types"),
        ),
    )
    return Message(say("Or by a guardian's word"), Tone.INFO, blocks)


def approved(domain: str, application: str, until: datetime) -> Message:
    """To a guardian who vouched for a site."""
    words = say(
        "“{application}” gets a key that speaks for {domain} alone, if its admin goes on by {until}.",
        application=clip(application),
        domain=domain,
        until=clock(until),
    )
    take = say("Changed your mind? An operator takes it back: python -m models keys revoke")
    return Message(
        say("{domain} may have its key", domain=domain),
        Tone.HEALTHY,
        (Text(words), Text(take, quiet=True)),
    )


def proven_already(domain: str) -> Message:
    """To a guardian who vouches for what is proven."""
    return Message(say("{domain} is proven already", domain=clip(domain)))


def no_request(domain: str) -> Message:
    """To a guardian who names no request."""
    words = say(
        "The site's admin sees the whole command, with its code, where they ask for the key. It works for a day."
    )
    return Message(
        say("No request of {domain} has this code", domain=clip(domain)),
        Tone.WARNING,
        (Text(words),),
    )


def crowded(parent: str, most: int) -> str:
    """Why a file is not enough: several sites below this domain have keys by one."""
    return say(
        "{most} other sites of {parent} have keys already, so a guardian has to approve this one",
        most=most,
        parent=parent,
    )


def _name(request: KeyRequestView) -> str:
    return request.file.rpartition("/")[2]
