"""What is deleted when its time is over, in batches so small that the intake never waits for one.

Rows are found in a reader's transaction, which nobody waits for, and deleted by their keys in one
that takes milliseconds. Tables without a rule here are bounded by something else: incidents by what
a key may open, destinations by the people who set them up, and the mirror of GitHub by the master
list.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlmodel import Session

from models.database import bulk
from models.operating import outlived, usage
from models.rules.conversations import About
from models.rules.report_steps import DRAFT_KEPT
from models.settings import Settings

Keys = Sequence[tuple[object, ...]]

# GitHub sends a delivery again for three days.
_DELIVERY_DAYS = 7
# A verdict of CI counts for a week; older runs help people who look into an incident.
_CI_DAYS = 90
_ROOM_DAYS = 90
_RUN_DAYS = 30
_TRIED_DAYS = 90
_DONE_DAYS = 730
_CODE_DAYS = 7
_CALL_DAYS = 1
_READ_DAYS = 90
_CARD_DAYS = 90
_CARD_KEY = "destination_id bigint, conversation text"
_GONE_DAYS = 180
_YEAR = 365
_PLACE = "plugin_id bigint, plugin_branch text, host_branch text"


@dataclass(frozen=True, slots=True)
class RetentionRule:
    """For how many days the rows of a table are kept.

    `oldest` asks for up to `:batch` rows from before `:before` by their `key`: columns with their
    types. It is SQL, so that one function deletes from any table by keys of any columns, in one
    statement a batch.
    """

    table: str
    days: int
    key: str
    oldest: str
    batch: int = 500


def rules(settings: Settings) -> tuple[RetentionRule, ...]:
    """The table of all that is kept for a time only."""
    reports, artefacts = settings.report_retention_days, settings.artefact_retention_days
    return (
        RetentionRule("report", reports, "id bigint", _first("report")),
        RetentionRule("statistic", reports, "host text, plugin_id bigint", _TOLD),
        RetentionRule("statistic_day", usage.DAYS_KEPT, _DAY_KEY, _COUNTED),
        RetentionRule("outbox", reports, "id bigint", _SENT),
        RetentionRule("room_message", max(reports, _ROOM_DAYS), "id bigint", _SAID),
        RetentionRule("delivery", _DELIVERY_DAYS, "guid text", _DELIVERED),
        RetentionRule("ci_run", max(reports, _CI_DAYS), "kind text, github_id bigint", _RAN),
        # Few at a time, as they are megabytes each.
        RetentionRule("artefact", artefacts, "server text, run_id text, kind text", _LEFT, batch=5),
        RetentionRule("canary_run", max(_RUN_DAYS, artefacts), "server text, run_id text", _SMOKED),
        *_COMMITS_READ,
        RetentionRule("realm_call", _CALL_DAYS, "id bigint", _CALLED),
        RetentionRule("report_draft", DRAFT_KEPT.days, "id bigint", _BEGUN),
        RetentionRule("submission", _CARD_DAYS, "id bigint", _SUBMITTED),
        RetentionRule("key_request", _CALL_DAYS, "id bigint", _REQUESTED),
        RetentionRule("canary_order", _RUN_DAYS, "id bigint", _ORDERED),
        RetentionRule("audit_entry", _TRIED_DAYS, "id bigint", outlived.TRIED),
        RetentionRule("audit_entry", _DONE_DAYS, "id bigint", outlived.DONE),
        RetentionRule("github_link", _CODE_DAYS, "id bigint", outlived.CODES),
        RetentionRule("filed_issue", _YEAR, "id bigint", outlived.FILED),
        RetentionRule("site", max(_GONE_DAYS, reports), "id bigint", outlived.SITES),
        RetentionRule("person", _GONE_DAYS, "id bigint", outlived.PERSONS),
        RetentionRule("source_verdict", _YEAR, f"{_PLACE}, source text", outlived.VERDICTS),
        RetentionRule("status", _YEAR, _PLACE, outlived.STATUSES),
        RetentionRule("commit_seen", max(_YEAR, reports), "id bigint", outlived.COMMITS),
        RetentionRule("message_reference", _CARD_DAYS, _CARD_KEY, outlived.CARDS),
        RetentionRule("rush", _CARD_DAYS, "id bigint", outlived.RUSHES),
        RetentionRule("source_incident", _YEAR, "id bigint", outlived.SOURCES),
        RetentionRule("mass_silence", _YEAR, "id bigint", outlived.MASSES),
        RetentionRule("story_entry", _YEAR, "id bigint", outlived.QUIET),
        RetentionRule(
            "digest_sent", _CARD_DAYS, "destination_id bigint, slot text", outlived.DIGESTS
        ),
        RetentionRule("reminder", _CARD_DAYS, "incident_id bigint", outlived.REMINDED),
    )


def oldest(session: Session, rule: RetentionRule, now: datetime) -> Keys:
    """The keys of a batch of rows whose time is over."""
    found = bulk.run(session, rule.oldest, before=now - timedelta(days=rule.days), batch=rule.batch)
    return [tuple(row) for row in found]


def delete(session: Session, rule: RetentionRule, keys: Keys) -> None:
    """Delete the rows with these keys, and what belongs to them."""
    columns = ", ".join(column.split()[0] for column in rule.key.split(","))
    chosen = f"SELECT {columns} FROM {{rows({rule.key})}} r"  # noqa: S608 - from this file
    bulk.run(session, f"DELETE FROM {rule.table} WHERE ({columns}) IN ({chosen})", keys)  # noqa: S608 - as above


def _first(table: str) -> str:
    # Rows are numbered as they arrive, so the oldest ones are the first: no index on the time is
    # needed or kept.
    first = f"SELECT id, received_at FROM {table} ORDER BY id LIMIT :batch"  # noqa: S608 - from this file
    return f"SELECT id FROM ({first}) f WHERE received_at < :before"  # noqa: S608 - as above


# The table is bounded, so that going through it costs little.
_TOLD = "SELECT host, plugin_id FROM statistic WHERE received_at < :before LIMIT :batch"
_DAY_KEY = "day date, plugin_id bigint, keyed boolean, host_branch text, plugin_branch text, plugin_sha text"
_COUNTED = """
SELECT day, plugin_id, keyed, host_branch, plugin_branch, plugin_sha FROM statistic_day
WHERE day < :before ORDER BY day LIMIT :batch
"""
_SENT = """
SELECT id FROM outbox WHERE created_at < :before AND (sent_at IS NOT NULL OR dead_at IS NOT NULL)
ORDER BY id LIMIT :batch
"""
# A card is kept as long as anything in its thread, and as long as it may be edited; replies go
# before their card.
_SAID = f"""
SELECT m.id FROM room_message m
WHERE coalesce(m.edited_at, m.posted_at) < :before
  AND NOT EXISTS (
      SELECT 1 FROM room_message o
      WHERE (o.id = coalesce(m.thread_id, m.id) OR o.thread_id = coalesce(m.thread_id, m.id))
        AND coalesce(o.edited_at, o.posted_at) >= :before)
  AND NOT EXISTS (
      SELECT 1 FROM message_reference r JOIN destination d ON d.id = r.destination_id
      WHERE d.platform = 'local' AND r.reference = CAST(coalesce(m.thread_id, m.id) AS varchar)
        AND r.conversation IN (
            SELECT '{About.INCIDENT.prefix}' || coalesce(lead_id, id) FROM incident WHERE resolved_at IS NULL
            UNION ALL SELECT '{About.OUTBREAK.prefix}' || id FROM outbreak WHERE resolved_at IS NULL
            UNION ALL SELECT '{About.RUSH.prefix}' || u.rush_id FROM rush_member u
                JOIN incident i ON i.id = u.incident_id OR i.lead_id = u.incident_id WHERE i.resolved_at IS NULL
            UNION ALL SELECT '{About.SOURCE.prefix}' || id FROM source_incident WHERE resolved_at IS NULL))
ORDER BY m.id DESC LIMIT :batch
"""  # noqa: S608 - built from this file's own SQL
_DELIVERED = (
    "SELECT guid FROM delivery WHERE received_at < :before ORDER BY received_at LIMIT :batch"
)
_RAN = "SELECT kind, github_id FROM ci_run WHERE completed_at < :before LIMIT :batch"
_LEFT = "SELECT server, run_id, kind FROM artefact WHERE stored_at < :before ORDER BY stored_at LIMIT :batch"
_SMOKED = "SELECT server, run_id FROM canary_run WHERE started_at < :before ORDER BY started_at LIMIT :batch"
_CALLED = "SELECT id FROM realm_call WHERE asked_at < :before ORDER BY id LIMIT :batch"
_BEGUN = "SELECT id FROM report_draft WHERE begun_at < :before ORDER BY id LIMIT :batch"
_REQUESTED = "SELECT id FROM key_request WHERE asked_at < :before ORDER BY id LIMIT :batch"
_SUBMITTED = "SELECT id FROM submission WHERE asked_at < :before ORDER BY id LIMIT :batch"
_ORDERED = """
SELECT id FROM canary_order WHERE ended_at < :before ORDER BY id LIMIT :batch
"""
_RANGES = (
    "SELECT repository, good_sha, bad_sha FROM commit_range WHERE read_at < :before LIMIT :batch"
)
_FILES = "SELECT repository, sha FROM commit_files WHERE read_at < :before LIMIT :batch"
_COMMITS_READ = (
    RetentionRule(
        "commit_range", _READ_DAYS, "repository text, good_sha text, bad_sha text", _RANGES
    ),
    RetentionRule("commit_files", _READ_DAYS, "repository text, sha text", _FILES),
)
