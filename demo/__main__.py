"""Replay the day and keep serving until Ctrl-C: `python -m demo`."""

import shlex
import signal
import tempfile
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from types import FrameType

from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn

from demo.cast import MASTER_LIST, Cast, make_cast
from demo.day import FIRST_MINUTE, HEALTHY, LAST_MINUTE, PARADE, SCENES, minute
from demo.processes import NotRunningError, Service, serving
from models.database.engine import Database

# How long to look at each step before the next one.
PACE_SECONDS = 1.7

_STOPPING = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


def main() -> None:
    """Serve the demonstration from a throwaway folder, which is gone afterwards."""
    for number in _STOPPING:
        signal.signal(number, _stop)
    console = Console(highlight=False)
    console.print("Starting web, bot and jobs on a throwaway database …")
    preparation = f"python -m models plugins import {shlex.quote(str(MASTER_LIST))}"
    try:
        with (
            tempfile.TemporaryDirectory(prefix="pluginwatch-demo-") as folder,
            serving(Path(folder), preparation) as service,
        ):
            _show(console, service)
    except KeyboardInterrupt:
        console.print("\nStopped; the throwaway database is gone.")
    except NotRunningError as error:
        raise SystemExit(str(error)) from error


def play(cast: Cast, console: Console, pause: Callable[[], None]) -> None:
    """Play the day, with a pause after each step."""
    columns = (TextColumn("{task.fields[clock]}"), BarColumn(), TextColumn("{task.description}"))
    with Progress(*columns, console=console) as bar:
        task = bar.add_task("", total=LAST_MINUTE - FIRST_MINUTE, clock="")
        for scene in SCENES:
            for clock, words in scene.play(cast):
                bar.update(
                    task,
                    completed=minute(clock) - FIRST_MINUTE,
                    description=scene.title,
                    clock=clock,
                )
                console.print(f"[dim]{clock}[/dim]  {words}")
                pause()


def _show(console: Console, service: Service) -> None:
    console.print(_links(service))
    with closing(Database(service.database_url)) as database:
        cast = make_cast(database, service.web.removeprefix("http://"))

    def pause() -> None:
        service.check()
        time.sleep(PACE_SECONDS)

    play(cast, console, pause)
    console.print(
        f"\nThe day is over; the room stays open: {service.room}/   Ctrl-C ends the demonstration."
    )
    while True:
        pause()


def _links(service: Service) -> str:
    return f"""
  [bold]Chat room      {service.room}/[/bold]    alerts are about to arrive
  Status pages   {service.web}/
  Interface      {service.web}/docs
  Metrics        {service.web}/metrics

  In the room, type:
    /plugin failing
    /plugin status {PARADE}      broken at the end of the day
    /plugin status {HEALTHY}      works all day
    /plugin log {PARADE}
"""


def _stop(_number: int, _frame: FrameType | None) -> None:
    # A second signal must not disturb what the first one has begun to clean up.
    for number in _STOPPING:
        signal.signal(number, signal.SIG_IGN)
    raise KeyboardInterrupt


if __name__ == "__main__":
    main()
