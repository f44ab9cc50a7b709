"""What is said of the keys that sites' admins ask for in a browser: on the pages, and to guardians."""

from datetime import datetime

from models.messages.message import Code, Facts, Items, Message, Text, Tone
from models.messages.times import clock
from models.messages.words import clip
from models.rules.key_requests import AskedKey, origin_of
from models.views.key_requests import KeyRequestView

_MAY = (
    "say which plugins your site runs, and whether each of them loads",
    "ask how these plugins stand",
)
_FOLDER = "/var/www/discourse/public/.well-known"


def asked_message(asked: AskedKey) -> Message:
    """What a site asks for, for its admin to see before anything is done."""
    facts = (
        ("Site", clip(asked.application)),
        ("Domain", asked.domain),
        ("The key is sent to", f"{origin_of(asked.auth_redirect)}, encrypted for it alone"),
        *((("Scopes", clip(asked.scopes)),) if asked.scopes else ()),
    )
    blocks = (
        Facts(facts),
        Text("With the key your site can:"),
        Items(_MAY),
        Text("It can change nothing else, and speaks for no other domain."),
    )
    return Message(f"{asked.domain} asks for a key", Tone.INFO, blocks)


def file_message(request: KeyRequestView, code: str) -> Message:
    """How to prove the domain by a file."""
    told = f"Let {request.file} hold this line. You may remove it when you have the key."
    command = (
        f"docker exec app sh -c 'mkdir -p {_FOLDER} && echo {code} > {_FOLDER}/{_name(request)}'"
    )
    blocks = (
        Text(told),
        Code(code, "The line"),
        Code(command, "On a Discourse in its usual container"),
    )
    return Message("With a file on your site", Tone.INFO, blocks)


def guardian_message(request: KeyRequestView, code: str) -> Message:
    """How to have a guardian vouch for the domain."""
    blocks = (
        Text("A guardian who knows you types this in chat, and then this page goes on:"),
        Code(f"/plugin approve {request.domain} {code}", "What a guardian types"),
    )
    return Message("Or by a guardian's word", Tone.INFO, blocks)


def approved(domain: str, application: str, until: datetime) -> Message:
    """To a guardian who vouched for a site."""
    words = f"“{clip(application)}” gets a key that speaks for {domain} alone, if its admin goes on by {clock(until)}."
    take = "Changed your mind? An operator takes it back: python -m models keys revoke"
    return Message(
        f"{domain} may have its key", Tone.HEALTHY, (Text(words), Text(take, quiet=True))
    )


def proven_already(domain: str) -> Message:
    """To a guardian who vouches for what is proven."""
    return Message(f"{clip(domain)} is proven already")


def no_request(domain: str) -> Message:
    """To a guardian who names no request."""
    words = "The site's admin sees the whole command, with its code, where they ask for the key. It works for a day."
    return Message(f"No request of {clip(domain)} has this code", Tone.WARNING, (Text(words),))


def crowded(parent: str, most: int) -> str:
    """Why a file is not enough: several sites below this domain have keys by one."""
    return (
        f"{most} other sites of {parent} have keys already, so a guardian has to approve this one"
    )


def _name(request: KeyRequestView) -> str:
    return request.file.rpartition("/")[2]
