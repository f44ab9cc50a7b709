"""On how many sites each version of a plugin runs.

It is counted once a day, so that the history outlives the reports. Nothing here commits.
"""

from collections.abc import Sequence
from datetime import date, datetime

from sqlmodel import Session, col, delete

from models.database import bulk
from models.rules.registration import REGISTRATION_LASTS
from models.tables import StatisticDay

# Only so many versions of a plugin get a row each, so that inventing commits makes no rows.
MOST_VERSIONS = 12
DAYS_KEPT = 90

Counted = Sequence[Sequence[object]]


def count(session: Session, now: datetime) -> Counted:
    """How many sites run each plugin of the list in each version, for sites with and without a key.

    Sites whose last report is older than a registration may be are not counted.
    """
    return bulk.run(session, _COUNT, since=now - REGISTRATION_LASTS, most=MOST_VERSIONS)


def begin_day(session: Session, day: date) -> None:
    """Delete what was already counted on this day."""
    session.exec(delete(StatisticDay).where(col(StatisticDay.day) == day))


def store(session: Session, day: date, counted: Counted) -> None:
    """Store some of the day's counts."""
    bulk.run(session, _STORE, [(day.isoformat(), *row) for row in counted])


def changed_sites(session: Session, day: date) -> Counted:
    """The plugins whose lines in the list say other numbers of sites than this day's, with those: keyed, and told."""
    return bulk.run(session, _CHANGED, day=day)


def write_sites(session: Session, changed: Counted) -> None:
    """Write some of these numbers into the lines of the list."""
    bulk.run(session, _WRITE, [tuple(row) for row in changed])


# Counted by the database: there are more rows than a process should hold.
_COUNT = """
WITH told AS (
    SELECT plugin_id, 0 AS keyed, host_branch, plugin_branch, plugin_sha FROM statistic WHERE received_at > :since
    UNION ALL
    SELECT i.plugin_id, 1, coalesce(i.host_branch, ''), coalesce(i.plugin_branch, ''), coalesce(i.plugin_sha, '')
    FROM installation i JOIN site s ON s.id = i.site_id
    WHERE s.kind = 'client' AND (i.said_at > :since OR i.registered_at > :since)
), counted AS (
    SELECT plugin_id, keyed, host_branch, plugin_branch, plugin_sha, count(*) AS sites,
           row_number() OVER (PARTITION BY plugin_id, keyed
                              ORDER BY count(*) DESC, host_branch, plugin_branch, plugin_sha) <= :most AS shown
    FROM told WHERE plugin_id IN (SELECT id FROM plugin WHERE removed_at IS NULL)
    GROUP BY plugin_id, keyed, host_branch, plugin_branch, plugin_sha
), named AS (
    SELECT plugin_id, keyed, sites, CASE WHEN shown THEN host_branch ELSE '' END AS host_branch,
           CASE WHEN shown THEN plugin_branch ELSE '' END AS plugin_branch,
           CASE WHEN shown THEN plugin_sha ELSE '' END AS plugin_sha
    FROM counted
)
SELECT plugin_id, keyed, host_branch, plugin_branch, plugin_sha, CAST(sum(sites) AS integer)
FROM named GROUP BY plugin_id, keyed, host_branch, plugin_branch, plugin_sha
ORDER BY plugin_id, keyed, host_branch, plugin_branch, plugin_sha
"""
# Thousands of rows a day in one statement.
_STORE = """
INSERT INTO statistic_day (day, plugin_id, keyed, host_branch, plugin_branch, plugin_sha, sites)
SELECT day, plugin_id, keyed, host_branch, plugin_branch, plugin_sha, sites
FROM {rows(day date, plugin_id int, keyed boolean, host_branch text, plugin_branch text, plugin_sha text,
           sites int)} r
"""
_CHANGED = """
WITH counted AS (
    SELECT plugin_id, CAST(sum(CASE WHEN keyed THEN sites ELSE 0 END) AS integer) AS keyed,
           CAST(sum(CASE WHEN keyed THEN 0 ELSE sites END) AS integer) AS told
    FROM statistic_day WHERE day = :day GROUP BY plugin_id
)
SELECT l.plugin_id, coalesce(c.keyed, 0), coalesce(c.told, 0)
FROM master_list_line l LEFT JOIN counted c ON c.plugin_id = l.plugin_id
WHERE l.keyed_sites <> coalesce(c.keyed, 0) OR l.told_sites <> coalesce(c.told, 0)
"""
_WRITE = """
UPDATE master_list_line SET keyed_sites = r.keyed, told_sites = r.told
FROM {rows(plugin_id int, keyed int, told int)} r WHERE master_list_line.plugin_id = r.plugin_id
"""
