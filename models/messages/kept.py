"""Words that stand in the database: what steps of stories tell, why incidents ended, and of likely commits.

They are kept in English, and told again in the language that is spoken where they are read.
"""

import re
from functools import cache
from itertools import chain, zip_longest

from models.messages.words import clip, short
from models.rules.languages import ENGLISH
from models.rules.speaking import count, marked, say, speaking, speaks_english

_WHY_LIMIT = 300
_UNIT = re.compile(r"(\d+) (days?|h|min)")
_LENGTH = re.compile(r"\d+ (?:days?|h|min)(?: \d+ (?:h|min))?")
_UNITS = {"h": marked("{hours} h"), "min": marked("{minutes} min")}

# Why an incident leaves its outbreak.
STRAYED = marked("It fails in words of its own now, so it left its outbreak.")
PARTED = marked(
    "The host's commit that fixed others of its outbreak did not fix this, so it has another cause."
)
WITHDRAWN = marked("what failed in CI was not this branch of the plugin")
LOADS_AGAIN = marked("It loads again. Its tests were failing when last seen.")


@speaking(ENGLISH)
def works_where_pinned(sha: str) -> str:
    """The older commit at which it works, in one line."""
    return f"Works where pinned, at {short(sha)}."


@speaking(ENGLISH)
def version_words(version: str) -> str:
    """The step of the story by which the pin can be pasted."""
    return f"The pin names the host's version: {clip(version)}."


@speaking(ENGLISH)
def left_words(branch: str, default_branch: str) -> str:
    """Why what is broken on a branch is closed: nobody runs it any more. A part of a sentence."""
    told = f"its default branch is {clip(default_branch)}"
    return f"nobody says any more that {clip(branch)} fails, and {told} now"


@speaking(ENGLISH)
def moved_words(branch: str, host_branch: str) -> str:
    """Why what is broken on two branches is closed: sites run others now. A part of a sentence."""
    return f"no site runs {clip(branch)} on {clip(host_branch)} any more"


@speaking(ENGLISH)
def closed_words(why: str) -> str:
    """The step of the story by which an incident is closed."""
    return f"Closed: {clip(why, _WHY_LIMIT)}."


# What is kept. Of two that begin with the same words, the longer one comes first. A value that is put in may itself
# be such a text.
_KEPT = (
    marked("Acknowledged by {who}."),
    marked("Claimed by {who}."),
    marked("Released by {who}."),
    marked("Unmuted by {who}."),
    marked("Filed as an issue by {who}."),
    marked("Muted by {who} until it is fixed. Reason: {reason}"),
    marked("Muted by {who} until it is fixed."),
    marked("Muted by {who} until {when}. Reason: {reason}"),
    marked("Muted by {who} until {when}."),
    marked("Broke again, for the {ordinal} time, at {failure}"),
    marked("Broke at {failure}"),
    marked("Confirmed by a second report at {failure}"),
    marked("Still broken at {failure}"),
    marked("Works again at {commits}, after {length}."),
    marked("No report within the deadline: its status is unknown now. The incident stays open."),
    LOADS_AGAIN,
    PARTED,
    STRAYED,
    WITHDRAWN,
    marked("Works where pinned, at {commit}."),
    marked("Works where pinned."),
    marked("The pin names the host's version: {version}."),
    marked("Closed: {why}."),
    marked("what failed in CI was not this branch of the plugin"),
    marked("no site runs {branch} on {host} any more"),
    marked("nobody says any more that {branch} fails, and its default branch is {default} now"),
    marked("the plugin was removed from the master list, because {reason}"),
    marked(
        "Suspect: the plugin. The same commit of it fails so on {place} too, where the host had not changed."
    ),
    marked("Suspect: the host. It fails so on {place} too, where the plugin had not changed."),
    marked(
        "Suspect: the host. The same commit of the plugin works on {place}, whose host is older."
    ),
    marked("No single commit is likely any more."),
    marked("One of the plugin's commits is the likeliest: the card names it."),
    marked("A fix of that commit has landed: the card names it."),
    marked("Its issue stands on GitHub: {issue}."),
    marked("GitHub did not take the issue, so it can be filed again. {reason}."),
    marked("A fix has landed: {commit} ({how})."),
    marked("Most likely: {commit}, {number} more possible."),
    marked("Most likely: {commit}."),
    marked("{likely} The host went back to an older commit: none of the host's commits is guilty."),
    marked("The host went back to an older commit: none of the host's commits is guilty."),
    marked(
        "{likely} The same commit of the plugin works on {host}: it is ahead of this host, none of whose commits is "
        "guilty."
    ),
    marked(
        "The same commit of the plugin works on {host}: it is ahead of this host, none of whose commits is guilty."
    ),
    marked("The mute is over: {because}. It hid nothing."),
    marked("The mute is over: {because}. It hid {number} steps of the story."),
    marked("The mute is over: {because}. It hid 1 step of the story."),
    marked("It is not waited for any more: its key was revoked, or an operator said so."),
    marked("{report} How the one before ended was never reported."),
    marked("{report} It was silent for {length}."),
    marked("Reported again at {at}: {said}."),
    marked("Reported again at {at}."),
    marked("Reported for the first time at {at}: {said}."),
    marked("Reported for the first time at {at}."),
    marked("a report on {branch} at {commit}"),
    marked("a registration"),
    marked("a smoke test that passed on {branch} at {commit}"),
    marked("a smoke test that failed on {branch} at {commit}"),
    marked("a smoke test that proves nothing on {branch} at {commit}"),
    marked("it failed with exit code {code}"),
    marked("it failed"),
    marked("it finished"),
    marked("a delivery of {event}"),
    marked("It finished well."),
    marked("For an hour it kept within the limit."),
    marked("Its newest report has no such error."),
    marked("The run of {at} passed every step."),
    marked("The console log of its run blames {plugins}."),
    marked(
        "Within an hour it reported more than {runs} runs, or left logs and pictures of more than {size} MiB. What "
        "goes beyond is refused until it slows down."
    ),
    marked(
        "It named more than {most} branches and commits that nobody reported before, and gets {more} more an hour. "
        "What names further ones is refused; what works as before is recorded."
    ),
    marked(
        "What it reports takes so long to record that others would have to wait. It is refused until the key has paid "
        "the time back; what works as before is recorded."
    ),
    marked("{seen}; {sites} too."),
    marked("{sites}; no canary server has confirmed it."),
    marked("1 client site reports it"),
    marked("{number} client sites report it"),
    marked("{commits}, {verdict}: {error}"),
    marked("plugin {plugin} with host {host}"),
)


def retold(words: str) -> str:
    """What is kept, in the language that is spoken; as it is where that is English, or it is none of these."""
    if speaks_english():
        return words
    for template, pattern in _patterns():
        if found := pattern.fullmatch(words):
            return say(template, **{name: retold(told) for name, told in found.groupdict().items()})
    return _length(words) if _LENGTH.fullmatch(words) else say(words)


def _length(words: str) -> str:
    """How long something took, as `times.lasted` has it."""
    return " ".join(_unit(int(number), unit) for number, unit in _UNIT.findall(words))


def _unit(number: int, unit: str) -> str:
    if unit.startswith("day"):
        return count(number, "{number} day", "{number} days")
    return say(_UNITS[unit], hours=number, minutes=number)


@cache
def _patterns() -> tuple[tuple[str, re.Pattern[str]], ...]:
    return tuple((template, _pattern(template)) for template in _KEPT)


def _pattern(template: str) -> re.Pattern[str]:
    parts = re.split(r"\{(\w+)\}", template)
    literal, named = map(re.escape, parts[::2]), parts[1::2]
    places = (f"(?P<{name}>.+?)" for name in named)
    return re.compile(
        "".join(chain.from_iterable(zip_longest(literal, places, fillvalue=""))), re.DOTALL
    )
