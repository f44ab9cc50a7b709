"""Who ought to be heard, one row a kind. Who of them also judges plugins is in `models.rules.sources`."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

from models.rules.sources import DESCRIPTORS, JudgingSource
from models.rules.speaking import count, marked, say


class WatchedKind(StrEnum):
    """Who ought to be heard: the Plugin Guard of a canary server or of a client site, the browser canary of a server,
    a cron job by its heartbeat, GitHub by its deliveries, and our own web process, which hears all of them but jobs.
    """

    GUARD = "guard"
    SITE = "site"
    CANARY = "canary"
    CRON = "cron"
    GITHUB = "github"
    WEB = "web"


@dataclass(frozen=True, slots=True)
class Patience:
    """How long a source of a kind may be silent: `stretch` times its longest usual gap and an hour, within bounds.

    `assumed` is the gap that counts until its own is known.
    """

    assumed: timedelta
    least: timedelta
    most: timedelta
    stretch: float = 1.1


@dataclass(frozen=True, slots=True)
class Watched:
    """What the house must know of a kind of watched source.

    `named` is one of them in a sentence, with {name}; `all_named` is all of them as a heading. `counted` says
    how many there are, or names what there is `only_one` of. `to_do` are the steps to take when one is silent. One
    with `own_times` was told how long it may be silent, so that no operator changes that. `judges` is the judging
    source that it speaks for.
    """

    patience: Patience
    named: str
    all_named: str
    counted: Callable[[int], str]
    to_do: tuple[str, ...]
    only_one: bool = False
    own_times: bool = False
    judges: JudgingSource | None = None


_MINUTE = timedelta(minutes=1)
_HOUR = timedelta(hours=1)
_DAY = timedelta(days=1)

WATCHED: Mapping[WatchedKind, Watched] = {
    WatchedKind.GUARD: Watched(
        # Canary servers are rebuilt once a day; past its verdicts' deadline a Guard is silent anyway.
        patience=Patience(_DAY, 6 * _HOUR, DESCRIPTORS[JudgingSource.GUARD].deadline),
        named=marked("the Plugin Guard of {name}"),
        all_named=marked("Plugin Guards of canary servers"),
        counted=lambda number: count(number, "{number} Guard", "{number} Guards"),
        to_do=(
            marked(
                "Does the server run, and was it rebuilt? The Guard reports each time that the server starts, and "
                "only then."
            ),
            marked(
                "Has the Guard this address and a valid key? When each key was used last: "
                "python -m models keys list"
            ),
        ),
        judges=JudgingSource.GUARD,
    ),
    WatchedKind.SITE: Watched(
        # Guards of client sites register every hour, and a registration counts for three days.
        patience=Patience(3 * _DAY, _DAY, 3 * _DAY),
        named=marked("the Plugin Guard of the client site {name}"),
        all_named=marked("Plugin Guards of client sites"),
        counted=lambda number: count(number, "{number} client site", "{number} client sites"),
        to_do=(
            marked(
                "Guards of client sites register every hour: ask whoever runs the site whether it still has one."
            ),
            marked("If the site is gone, revoke its key: python -m models keys revoke KEY"),
        ),
    ),
    WatchedKind.CANARY: Watched(
        # The canary runs once a day.
        patience=Patience(_DAY, 6 * _HOUR, DESCRIPTORS[JudgingSource.CANARY].deadline),
        named=marked("the browser canary of {name}"),
        all_named=marked("Browser canaries"),
        counted=lambda number: count(number, "{number} canary server", "{number} canary servers"),
        to_do=(
            marked(
                "Does the canary's schedule run? A run is due every day. How the last ones "
                "went: /plugin canary {name}"
            ),
            marked("Can the canary reach this server, and is its key valid?"),
        ),
        judges=JudgingSource.CANARY,
    ),
    WatchedKind.CRON: Watched(
        patience=Patience(_DAY, _DAY, _DAY),
        named=marked("the cron job {name}"),
        all_named=marked("Cron jobs"),
        counted=lambda number: count(number, "{number} cron job", "{number} cron jobs"),
        to_do=(
            marked(
                "Look at the job on its server: does cron run it, and what does its own log say?"
            ),
            marked("Can its server reach this address, and does it call the whole of it?"),
        ),
        own_times=True,
    ),
    WatchedKind.GITHUB: Watched(
        # GitHub tells nothing while nobody works: a silence means little before it is several times as long as usual.
        patience=Patience(7 * _DAY, _DAY, 7 * _DAY, stretch=3),
        named=marked("GitHub"),
        all_named=marked("GitHub"),
        counted=lambda _: say("GitHub"),
        to_do=(
            marked(
                "Look at the webhook's, or the App's, recent deliveries on GitHub: do they fail, and with "
                "what?"
            ),
            marked(
                "Is the address the right one, and the secret the same as GITHUB_WEBHOOK_SECRET?"
            ),
        ),
        only_one=True,
    ),
    WatchedKind.WEB: Watched(
        patience=Patience(timedelta(0), 5 * _MINUTE, 5 * _MINUTE),
        named=marked("the web process of Pluginwatch"),
        all_named=marked("The web process of Pluginwatch"),
        counted=lambda _: say("our own web process"),
        to_do=(
            marked("No report can arrive while it is away, so nobody else counts as silent now."),
            marked(
                "Start it (python -m webhooks) and look at its log. What Guards say meanwhile is lost: they do not "
                "try again."
            ),
        ),
        only_one=True,
        own_times=True,
    ),
}

# By which kind the servers of a judging source are watched.
WATCHED_AS = {about.judges: kind for kind, about in WATCHED.items() if about.judges}
