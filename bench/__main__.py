"""`make bench`, or `python -m bench [NAME] [sqlite|postgresql]` for one of the measures below."""

import sys

from rich.console import Console

from bench import (
    backlog,
    canary,
    deliveries,
    growth,
    intake,
    listeners,
    news,
    peers,
    questions,
    realm,
    registry,
    room,
    rush,
    starting,
)
from bench.stage import stages

MEASURES = {
    "starting": starting.measure,
    "intake": intake.measure,
    "news": news.measure,
    "deliveries": deliveries.measure,
    "canary": canary.measure,
    "room": room.measure,
    "rush": rush.measure,
    "questions": questions.measure,
    "growth": growth.measure,
    "listeners": listeners.measure,
    "realm": realm.measure,
    "backlog": backlog.measure,
    "registry": registry.measure,
    "peers": peers.measure,
}


def main(words: list[str]) -> None:
    """Measure what is named, or everything, on the databases that are named, or both."""
    console = Console(width=120)
    with stages() as backends:
        for backend in backends:
            for name, measure in MEASURES.items():
                if set(words) <= {name, backend.name}:
                    console.print(measure(backend), "")


if __name__ == "__main__":
    main(sys.argv[1:])
