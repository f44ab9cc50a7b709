"""Digests: reading when people want one, and which one is due at their local time. Pure."""

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


USUAL_MINUTE = 9 * 60  # of the local day
USUAL_ZONE = "UTC"

_LONGEST = 60  # characters of a word that is shown back
# 9, 9:30, 9.30, 9h30, and each with am or pm.
_TIME = re.compile(r"([0-9]{1,2})(?:[:.h]([0-9]{2}))?(am|pm)?")
# Files that lie beside those of the zones and are none.
_NO_ZONES = {"localtime", "factory", "posixrules"}
_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class DigestTime:
    """How often, at which minute of the local day, and in which IANA zone. None changes nothing."""

    digest: Digest | None = None
    digest_at: int | None = None
    digest_zone: str | None = None


@dataclass(frozen=True, slots=True)
class DueDigest:
    """One digest. It is sent once by its `name`, which is that of its local day or week."""

    name: str
    due_at: datetime


def usual(*, is_guardian: bool) -> Digest:
    """The digest of a destination where nobody chose one: guardians' channels get a daily one."""
    return Digest.DAILY if is_guardian else Digest.OFF


def newest_due(digest: Digest, minute: int, zone: str, now: datetime) -> DueDigest:
    """The digest that was due last.

    Where summer time begins, a time that is skipped counts as one hour later. Where it ends, the first of two counts.
    """
    here = _zone(zone)
    day = now.astimezone(here).date()
    step = _DAY
    if digest is Digest.WEEKLY:
        day -= timedelta(days=day.weekday())
        step = 7 * _DAY
    while _moment(day, minute, here) > now:
        day -= step
    return DueDigest(_name(digest, day), _moment(day, minute, here))


def _name(digest: Digest, day: date) -> str:
    if digest is not Digest.WEEKLY:
        return day.isoformat()
    week = day.isocalendar()
    return f"{week.year}-W{week.week:02}"


def shown_minute(minute: int) -> str:
    """The minute of the day as people write it."""
    return f"{minute // 60:02}:{minute % 60:02}"


def is_time(word: str) -> bool:
    """Whether the word, in small letters, is written like a time of the day."""
    return _TIME.fullmatch(word) is not None


def is_zone(word: str) -> bool:
    """Whether the word, in small letters, is a zone's whole name."""
    return word in _zones()


def read_zone(text: str) -> str:
    """The IANA name of a zone, in capitals or not; a city is enough where only one zone has it.

    Raises:
        ValueError: there is no such zone; the message names similar ones.
    """
    wanted = text.strip().casefold().replace(" ", "_")[:_LONGEST]
    if found := _zones().get(wanted):
        return found
    of_city = sorted(name for name in _zones().values() if _city(name) == wanted)
    if len(of_city) == 1:
        return of_city[0]
    meant = " or ".join(dict.fromkeys((*of_city, *_near(wanted))))
    hint = "zones are named as Europe/Berlin or America/New_York, or UTC"
    if meant:
        hint = f"did you mean {meant}?"
    raise ValueError(f"“{text[:_LONGEST]}” is no time zone: {hint}")


def _city(name: str) -> str:
    return name.rpartition("/")[2].casefold()


def _near(wanted: str) -> list[str]:
    """The zones whose name, or whose city, is spelled much like this."""
    zones = _zones()
    cities = {_city(name): name for name in zones.values()}
    by_name = difflib.get_close_matches(wanted, zones, 2, 0.75)
    by_city = difflib.get_close_matches(_city(wanted), cities, 2, 0.75)
    return [*(zones[key] for key in by_name), *(cities[key] for key in by_city)]


def read_minute(text: str) -> int:
    """The minute of the day (from 0) that a time such as 09:00, 9h30 or 9pm means.

    Raises:
        ValueError: it is no time of the day; the message says how one is written.
    """
    found = _TIME.fullmatch(text.casefold())
    hour = _hour(int(found[1]), found[3]) if found else None
    minute = int(found[2] or 0) if found else 0
    if hour is None or minute > 59:
        shown_text = text[:_LONGEST]
        raise ValueError(f"“{shown_text}” is no time of the day: write it as 09:00, up to 23:59")
    return hour * 60 + minute


def _hour(number: int, half: str | None) -> int | None:
    """The hour from 0 to 23, or None if there is no such hour.

    `half` is "am" or "pm", or None where 24 hours are counted.
    """
    if half is None:
        return number if number <= 23 else None
    if not 1 <= number <= 12:
        return None
    return number % 12 + (12 if half == "pm" else 0)


def _moment(day: date, minute: int, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, time(minute // 60, minute % 60), zone).astimezone(UTC)


def _zone(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError):  # a newer version of the time zones may lack it
        return ZoneInfo(USUAL_ZONE)


@lru_cache(maxsize=1)
def _zones() -> dict[str, str]:
    """Every zone's name, by its name in lower case."""
    zones = {name.casefold(): name for name in sorted(available_timezones())}
    return {key: name for key, name in zones.items() if key not in _NO_ZONES}
