"""The answer to `jobs`: what the clock does, and whether it does it."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from models.messages.message import Message, Table, Text, Tone
from models.messages.times import ago, clock
from models.messages.words import clip
from models.rules.slots import Ended
from models.rules.speaking import count, marked, say
from models.views.jobs import JobView

_ENDED = {
    Ended.DONE: marked("✓ done"),
    Ended.FAILED: marked("✗ failed"),
    Ended.TIMED_OUT: marked("✗ timed out"),
    Ended.LOST: marked("? lost"),
}
_STANDS_STILL = marked(
    "Nothing that is due happens: nobody is missed who stops reporting, and no mute ends. Is python -m jobs running?"
)


def jobs_message(jobs: Sequence[JobView], now: datetime) -> Message:
    """Each job of the clock with its last run and its next."""
    if not jobs:
        hint = Text(say("An operator starts it: python -m jobs"))
        return Message(say("No scheduled job has run yet"), Tone.WARNING, (hint,))
    rows = tuple(_row(job, now) for job in jobs)
    table = Table((say("Job"), say("When"), say("Last run"), say("Took"), say("Next")), rows)
    if standing_still(jobs, now):
        return Message(
            say("The scheduler does not run"), Tone.BROKEN, (Text(say(_STANDS_STILL)), table)
        )
    troubles = _troubles(jobs, now)
    if troubles:
        title = count(
            len(jobs),
            "{number} job: {troubles}",
            "{number} jobs: {troubles}",
            troubles=", ".join(troubles),
        )
        return Message(title, Tone.WARNING, (table,))
    title = count(len(jobs), "{number} job, all on time", "{number} jobs, all on time")
    return Message(title, Tone.HEALTHY, (table,))


def _troubles(jobs: Sequence[JobView], now: datetime) -> list[str]:
    words = []
    late = sum(job.is_late(now) for job in jobs)
    if late:
        words.append(say("{late:,} late", late=late))
    failing = sum(job.is_failing for job in jobs)
    if failing:
        words.append(say("{failing:,} not well", failing=failing))
    return words


def standing_still(jobs: Sequence[JobView], now: datetime) -> bool:
    """Whether nobody runs the clock: something is due, and all that is due has been late for
    long.
    """
    due = [job for job in jobs if job.next_at <= now]
    return bool(due) and all(job.is_late(now) for job in due)


def took(length: timedelta) -> str:
    """How long a run took: "0.2 s", "14 s", "3 min 5 s", "1 h 10 min"."""
    seconds = max(0.0, length.total_seconds())
    if seconds < 10:
        return say("{number} s", number=f"{seconds:.1f}")
    minutes, seconds = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    parts = (
        (hours, marked("{number} h")),
        (minutes, marked("{number} min")),
        (seconds, marked("{number} s")),
    )
    words = [say(unit, number=number) for number, unit in parts if number]
    return " ".join(words[:2])


def _row(job: JobView, now: datetime) -> tuple[str, ...]:
    last = job.last
    length = took(last.took) if last else ""
    return (clip(job.name), say(clip(job.rhythm)), _last_run(job, now), length, _next(job, now))


def _last_run(job: JobView, now: datetime) -> str:
    last = job.last
    if last is None:
        return say("never")
    how = f"{say(_ENDED[last.outcome])}, {ago(last.started_at, now)}"
    return f"{how} ({clip(last.error)})" if last.error else how


def _next(job: JobView, now: datetime) -> str:
    if job.running_since:
        return say("running for {took}", took=took(now - job.running_since))
    if job.is_late(now):
        return say("late: due {ago}", ago=ago(job.next_at, now))
    if job.next_at <= now:
        return say("now")
    wait = job.next_at - now
    if wait < timedelta(hours=1):
        return say("in {took}", took=took(wait))
    return clock(job.next_at)
