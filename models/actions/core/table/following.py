"""Who hears of what, and how: rows of the dictionary."""

from dataclasses import replace

from models.actions.action import Action, ActionKind, Reading
from models.actions.arguments import Called, Choice, Flag, Labels, Name, Topics
from models.actions.core import following, people
from models.actions.core.takes import (
    AT,
    DIGEST,
    FOLLOWED,
    FOLLOWED_BRANCH,
    HOW_OFTEN,
    IN_QUOTES,
    ME,
    OFTEN,
    SOLVED,
    ZONE,
)
from models.actions.words import cut
from models.rules.authority import Power
from models.rules.speaking import marked
from models.rules.status import BROKEN

_HOW_TO_LINK = marked("Name your login on GitHub: link github LOGIN")

FOLLOWING: tuple[Action, ...] = (
    Action(
        kind=ActionKind.ACT,
        name="follow",
        summary=marked("Notify this channel of plugins; with “me” before the name, you"),
        run=following.follow,
        of_place=True,
        takes=(
            ME,
            FOLLOWED,
            FOLLOWED_BRANCH,
            Topics(
                name="only",
                about=marked("What to be notified of: broken, fixed, releases, issues"),
                lead="only",
            ),
            Labels(
                name="without_labels",
                about=marked("Nothing of issues with this label"),
                glue="-label:",
                longest=100,
            ),
            Flag(
                name="without_bots",
                about=marked("Nothing that bots wrote"),
                word="-bot",
                repeats=True,
            ),
        ),
        power=Power.FOLLOW,
        reading=Reading(echo=cut, hint=IN_QUOTES),
        examples=(
            SOLVED,
            "all on stable",
            "me tag:official only broken",
            f"{SOLVED} only issues releases -label:wontfix -bot",
        ),
    ),
    Action(
        kind=ActionKind.ACT,
        name="unfollow",
        summary=marked("Stop following them"),
        run=following.unfollow,
        of_place=True,
        takes=(
            ME,
            FOLLOWED,
            FOLLOWED_BRANCH,
            Topics(name="only", about="", lead="only", hidden=True),
            Labels(name="without_labels", about="", glue="-label:", longest=100, hidden=True),
            Flag(name="without_bots", about="", word="-bot", repeats=True, hidden=True),
        ),
        power=Power.FOLLOW,
        reading=Reading(echo=cut, hint=IN_QUOTES),
        examples=(SOLVED, "me all"),
    ),
    Action(
        kind=ActionKind.QUESTION,
        name="following",
        summary=marked("What this channel follows, or you"),
        run=following.following,
        of_place=True,
        takes=(replace(ME, hidden=False),),
        examples=("", "me"),
    ),
    Action(
        kind=ActionKind.QUESTION,
        name="mine",
        summary=marked("The plugins that you maintain or follow, and how they stand"),
        run=people.mine,
    ),
    Action(
        kind=ActionKind.ACT,
        name="channel",
        summary=marked(
            "How this channel is notified: in threads or not, aloud or not, from what severity on, when of all at "
            "once, and whether of private plugins"
        ),
        run=following.channel,
        of_place=True,
        takes=(
            Choice(
                name="flat",
                about=marked("In threads or not"),
                label="replies",
                of=("thread", "flat"),
                repeats=True,
                meaning=(False, True),
            ),
            Choice(
                name="quiet",
                about=marked("Aloud or not"),
                label="recoveries",
                of=("broadcast", "quiet"),
                repeats=True,
                meaning=(False, True),
            ),
            Choice(
                name="least",
                about=marked("From what severity on"),
                label="severity",
                lead="from",
                of=BROKEN,
                repeats=True,
                meaning=BROKEN,
                missing=marked("“from” needs one of {choices}"),
            ),
            DIGEST,
            Choice(
                name="reminders",
                about=marked("Whether it is reminded of what is unassigned"),
                lead="reminders",
                of=("on", "off"),
                repeats=True,
                meaning=(True, False),
                missing=marked("“reminders” needs on or off"),
            ),
            Choice(
                name="escalations",
                about=marked("Whether it is notified of what is unassigned for 4 h"),
                lead="escalations",
                of=("on", "off"),
                repeats=True,
                meaning=(True, False),
                missing=marked("“escalations” needs on or off"),
            ),
            Called(
                name="mention",
                about=marked("Whom to call after 4 h; or off"),
                lead="mention",
                repeats=True,
                missing=marked(
                    "“mention” needs a person or a group by a mention, user:ID or group:ID; or off"
                ),
            ),
            Name(
                name="language",
                about=marked("A language, such as de"),
                lead="language",
                called="LANGUAGE",
                repeats=True,
                missing=marked("“language” needs the tag of one, such as en, de or pt-br"),
            ),
            Choice(
                name="private",
                about=marked("Whether it is notified of private plugins, too"),
                lead="private",
                of=("on", "off"),
                repeats=True,
                meaning=(True, False),
                missing=marked("“private” needs on or off"),
            ),
        ),
        power=Power.FOLLOW,
        reading=Reading(
            echo=cut,
            hint=marked(
                ": say thread or flat, broadcast or quiet, digest, reminders, escalations, mention, "
                "language or private"
            ),
            lower=True,
        ),
        examples=(
            "",
            "flat quiet",
            "from incompatible",
            "digest 09:00 Europe/Berlin",
            "reminders off",
            "escalations on",
            "mention group:S0123",
            "language de",
            "private on",
        ),
    ),
    Action(
        kind=ActionKind.ACT,
        name="digest",
        summary=marked("When you get a digest of what you follow"),
        run=following.digest,
        of_place=True,
        takes=(OFTEN, AT, ZONE),
        reading=Reading(
            echo=cut,
            hint=marked(": say daily, weekly or off, at 09:00, in Europe/Berlin"),
            nothing=HOW_OFTEN,
        ),
        examples=("", "weekly at 08:30 in Europe/Berlin", "off"),
    ),
    Action(
        kind=ActionKind.ACT,
        name="link",
        summary=marked("Prove that a GitHub login is yours, to act on the plugins that it owns"),
        run=following.link,
        of_place=True,
        takes=(
            Flag(
                name="github",
                about=marked("On GitHub"),
                word="github",
                required=True,
                missing=_HOW_TO_LINK,
            ),
            Name(
                name="login",
                about=marked("Your login there"),
                called="LOGIN",
                required=True,
                missing=_HOW_TO_LINK,
            ),
            Flag(name="done", about=marked("Once the code stands in your profile"), word="done"),
        ),
        examples=("github octocat", "github octocat done"),
    ),
)
