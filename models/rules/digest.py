"""Digests: how people say when they want one, and which one is due at their local time. Pure."""

import difflib
import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from functools import lru_cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError, available_timezones


class Digest(StrEnum):
    """How often a destination gets a digest."""

    OFF = "off"
    DAILY = "daily"
    WEEKLY = "weekly"


USUAL_MINUTE = 9 * 60
USUAL_ZONE = "UTC"

_LONGEST = 60  # characters of a word that is shown back
_TIME = re.compile(r"([0-9]{1,2})(?:[:.h]([0-9]{2}))?(am|pm)?")
_NO_ZONES = {"localtime", "factory", "posixrules"}
_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class DigestTime:
    """How often, at which minute of the local day, and in which IANA zone. What is None stays as it is."""

    digest: Digest | None = None
    digest_at: int | None = None
    digest_zone: str | None = None


@dataclass(frozen=True, slots=True)
class DueDigest:
    """One digest: its local day or week, by which it is sent once, and the moment at which it is due."""

    name: str
    due_at: datetime


def usual(*, is_guardian: bool) -> Digest:
    """What a destination gets that never said: channels of guardians a daily one, others none."""
    return Digest.DAILY if is_guardian else Digest.OFF


def newest_due(digest: Digest, minute: int, zone: str, now: datetime) -> DueDigest:
    """The digest that was due last. An hour that the clock skips is the next one, one that it repeats is the first."""
    here = _zone(zone)
    today = now.astimezone(here).date()
    if digest is Digest.WEEKLY:
        today -= timedelta(days=today.weekday())
    step = 7 * _DAY if digest is Digest.WEEKLY else _DAY
    day = next(each for each in (today, today - step, today - 2 * step) if _moment(each, minute, here) <= now)
    year, week, _ = day.isocalendar()
    name = f"{year}-W{week:02}" if digest is Digest.WEEKLY else day.isoformat()
    return DueDigest(name, _moment(day, minute, here))


def shown(minute: int) -> str:
    """The minute of the day as people write it."""
    return f"{minute // 60:02}:{minute % 60:02}"


def is_time(word: str) -> bool:
    """Whether the word, in small letters, is written like a time of the day."""
    return _TIME.fullmatch(word) is not None


def is_zone(word: str) -> bool:
    """Whether the word, in small letters, is a zone's whole name."""
    return word in _zones()


def read_zone(text: str) -> str:
    """The IANA name of a zone, in any letters; a city alone will do where only one zone has it.

    Raises:
        ValueError: there is no such zone; the words name near ones.

    """
    wanted = text.strip().casefold().replace(" ", "_")[:_LONGEST]
    if found := _zones().get(wanted):
        return found
    of_city = sorted(name for name in _zones().values() if name.rpartition("/")[2].casefold() == wanted)
    if len(of_city) == 1:
        return of_city[0]
    cities = {name.rpartition("/")[2].casefold(): name for name in _zones().values()}
    near = [_zones()[key] for key in difflib.get_close_matches(wanted, _zones(), 2, 0.75)]
    near += [cities[key] for key in difflib.get_close_matches(wanted.rpartition("/")[2], cities, 2, 0.75)]
    meant = " or ".join(dict.fromkeys((*of_city, *near)))
    hint = f"did you mean {meant}?" if meant else "zones are named as Europe/Berlin or America/New_York, or UTC"
    raise ValueError(f"“{text[:_LONGEST]}” is no time zone: {hint}")


def read_minute(text: str) -> int:
    """The minute of the day that a time such as 09:00, 9h30 or 9pm means.

    Raises:
        ValueError: it is no time of the day; the words say how one is written.
    """
    found = _TIME.fullmatch(text.casefold())
    hour, minute = (int(found[1]), int(found[2] or 0)) if found else (24, 0)
    if found and found[3]:
        hour = hour % 12 + (12 if found[3] == "pm" else 0) if 1 <= hour <= 12 else 24
    if hour > 23 or minute > 59:
        raise ValueError(f"“{text[:_LONGEST]}” is no time of the day: write it as 09:00, up to 23:59")
    return hour * 60 + minute


def _moment(day: date, minute: int, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, time(minute // 60, minute % 60), zone).astimezone(UTC)


def _zone(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError):  # a newer edition of the zones may have dropped it
        return ZoneInfo(USUAL_ZONE)


@lru_cache(maxsize=1)
def _zones() -> dict[str, str]:
    """Every zone's name by its lower case."""
    return {name.casefold(): name for name in sorted(available_timezones()) if name.casefold() not in _NO_ZONES}
