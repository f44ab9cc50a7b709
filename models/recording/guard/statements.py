"""The statements that a batch of guard reports is made of, each for all of its rows at once.

They are written by hand because this is the hot path: as rows of SQLAlchemy's, they cost more than all else together.

`{rows(id int)}` and the like stand for a table of what the batch brings: see `models.database.bulk.run`. The names of
`CONTEXT`'s tables and times (`:recent`, `:since`, `:stale`) are those that `context` gives. `WHERE true` keeps SQLite
from reading `ON CONFLICT` as the condition of a join.
"""

from models.recording.verdicts.commits import PLACES

# Keys that were not revoked, and whether it was noted lately that they are used.
_KEYS = """
SELECT k.id, k.last_used_at IS NOT NULL AND k.last_used_at > :recent AS used
FROM {used_keys(id int)} r {each api_key k where k.id = r.id} WHERE k.revoked_at IS NULL
"""
# Sites that are known, whether it was noted lately that they were heard at this commit of their host, and whether their
# surroundings were failing.
_SITES = """
SELECT s.kind, s.domain, s.id,
       s.seen_at > :recent AND s.host_branch = r.host_branch AND s.host_sha = r.host_sha AS fresh,
       s.kind = 'canary' AND EXISTS (
           SELECT 1 FROM source_incident t WHERE t.source = 'guard' AND t.name = s.domain AND t.trouble = 'failing'
           AND t.resolved_at IS NULL) AS troubled
FROM {sites(kind text, domain text, host_branch text, host_sha text)} r
{each site s where s.kind = r.kind AND s.domain = r.domain}
"""
# What each site said last of each plugin, whether it registered the plugin not too long ago, and whether it has called
# it broken for long.
_INSTALLATIONS = """
SELECT i.site_id, i.plugin_id, i.registered_at IS NOT NULL AND i.registered_at > :since AS registered,
       i.verdict, i.plugin_branch, i.plugin_sha, i.host_branch, i.host_sha, i.fingerprint,
       i.suspect, i.good_plugin_sha, i.good_host_sha, i.commit_since <= :settled AS settled,
       i.verdict = 'incompatible' AND i.said_at < :word_since AS old
FROM {places(site_id int, plugin_id int)} r
{each installation i where i.site_id = r.site_id AND i.plugin_id = r.plugin_id}
"""
# What the guards said last; a verdict that is stale was heard too long ago to count.
_VERDICTS = """
SELECT v.plugin_id, v.plugin_branch, v.host_branch, v.verdict, v.plugin_sha, v.host_sha,
       v.good_plugin_sha, v.good_host_sha, v.expired OR v.seen_at < :stale AS stale,
       CASE WHEN v.verdict <> 'compatible' THEN v.said_by END AS said_by,
       CASE WHEN v.verdict <> 'compatible' THEN v.good_rounds END AS good_rounds,
       CASE WHEN v.verdict <> 'compatible' THEN v.round_at END AS round_at,
       CASE WHEN v.verdict <> 'compatible' THEN v.round_digest END AS round_digest,
       v.verdict <> 'compatible' AND EXISTS (
           SELECT 1 FROM incident i WHERE i.plugin_id = v.plugin_id AND i.plugin_branch = v.plugin_branch
           AND i.host_branch = v.host_branch AND i.resolved_at IS NULL AND NOT i.confirmed) AS doubted
FROM {verdicts(plugin_id int, plugin_branch text, host_branch text)} r
{each source_verdict v where v.plugin_id = r.plugin_id AND v.plugin_branch = r.plugin_branch
      AND v.host_branch = r.host_branch AND v.source = 'guard'}
"""
# The plugins that are named, by handle or former handle. Of which ecosystem each report speaks is looked at afterwards.
# No site speaks of our own extensions.
_PLUGINS = """
SELECT r.handle, p.id, p.ecosystem FROM {handles(handle text)} r
{each plugin p where p.handle = r.handle AND p.ecosystem <> 'pluginwatch' AND p.removed_at IS NULL}
UNION ALL
SELECT r.handle, p.id, p.ecosystem FROM {handles(handle text)} r {each alias a where a.handle = r.handle}
{each plugin p where p.id = a.plugin_id AND p.removed_at IS NULL}
"""
# Whom and what a batch names, as one statement: the columns and the query of each kind.
NAMED = {
    "used_keys": ("id, used", _KEYS),
    "sites": ("kind, domain, id, fresh, troubled", _SITES),
    "plugins": ("handle, id, ecosystem", _PLUGINS),
}
# What is known of it, likewise.
CONTEXT = {
    "installations": (
        "site_id, plugin_id, registered, verdict, plugin_branch, plugin_sha, host_branch, host_sha, fingerprint, "
        "suspect, good_plugin_sha, good_host_sha, settled, old",
        _INSTALLATIONS,
    ),
    "verdicts": (
        "plugin_id, plugin_branch, host_branch, verdict, plugin_sha, host_sha, good_plugin_sha, good_host_sha, stale, "
        "said_by, good_rounds, round_at, round_digest, doubted",
        _VERDICTS,
    ),
}
# Which of these keys have an open incident, or one of the plugin on another host branch that accuses both.
_AWAITED = """
SELECT r.plugin_id, r.plugin_branch, r.host_branch
FROM {keys(plugin_id int, plugin_branch text, host_branch text)} r
{each incident i where i.plugin_id = r.plugin_id AND i.plugin_branch = r.plugin_branch
      AND i.resolved_at IS NULL AND (i.host_branch = r.host_branch OR i.suspect = 'both')}
"""
# What else is asked where canary servers speak of other commits than before.
HISTORY = PLACES | {"awaited": ("plugin_id, plugin_branch, host_branch", _AWAITED)}
# The plugins of which a site says something else than before (as `lines.note_last_word` compares it), or that a client
# site did not register. A subquery for each row is answered by its key, whatever the database takes to be there.
_SAID_ANEW = """
SELECT r.plugin_id FROM {said(plugin_id int, site_id int, plugin_branch text, plugin_sha text, host_branch text,
                              host_sha text, registers int)} r
WHERE (SELECT i.verdict = 'compatible' AND i.plugin_sha = r.plugin_sha AND i.host_sha = r.host_sha
              AND i.plugin_branch = r.plugin_branch AND i.host_branch = r.host_branch
              AND i.fingerprint IS NULL AND i.suspect IS NULL AND (r.registers = 0 OR i.registered_at > :since)
       FROM installation i WHERE i.site_id = r.site_id AND i.plugin_id = r.plugin_id) IS NOT TRUE
"""
# The verdicts that are not good at these commits, or stale; and those that are, but were not noted lately.
_JUDGED_ANEW = """
SELECT plugin_id, plugin_branch, host_branch, plugin_sha, host_sha, noted IS NULL AS is_new
FROM (SELECT r.*, (
          SELECT CASE WHEN v.verdict = 'compatible' AND v.plugin_sha = r.plugin_sha AND v.host_sha = r.host_sha
                           AND NOT v.expired AND v.seen_at >= :stale THEN v.seen_at > :recent END
          FROM source_verdict v WHERE v.plugin_id = r.plugin_id AND v.plugin_branch = r.plugin_branch
          AND v.host_branch = r.host_branch AND v.source = 'guard') AS noted
      FROM {judged(plugin_id int, plugin_branch text, host_branch text, plugin_sha text, host_sha text)} r) j
WHERE noted IS NOT TRUE
"""
# What of a batch's lines is no heartbeat: as of `NAMED`, the columns and the query of each kind.
ANEW = {
    "said": ("plugin_id", _SAID_ANEW),
    "judged": ("plugin_id, plugin_branch, host_branch, plugin_sha, host_sha, is_new", _JUDGED_ANEW),
}
INSERT_STEADY = """
INSERT INTO report (received_at, source, site_id, plugin_id, plugin_branch, host_branch, plugin_sha, host_sha, verdict)
SELECT :now, 'guard', site_id, plugin_id, plugin_branch, host_branch, plugin_sha, host_sha, 'compatible'
FROM {rows(plugin_id int, site_id int, plugin_branch text, plugin_sha text, host_branch text, host_sha text,
           registers int)} r
"""
NOTE_USED_KEYS = (
    "UPDATE api_key SET last_used_at = :now WHERE id IN (SELECT id FROM {rows(id int)} r)"
)
UPSERT_INSTALLATIONS = """
INSERT INTO installation (site_id, plugin_id, verdict, plugin_branch, plugin_sha, host_branch, host_sha, fingerprint,
                          suspect, good_plugin_sha, good_host_sha, said_at, commit_since)
SELECT site_id, plugin_id, verdict, plugin_branch, plugin_sha, host_branch, host_sha, fingerprint, suspect,
       good_plugin_sha, good_host_sha, :now, :now
FROM {rows(site_id int, plugin_id int, verdict text, plugin_branch text, plugin_sha text, host_branch text,
           host_sha text, fingerprint text, suspect text, good_plugin_sha text, good_host_sha text)} r WHERE true
ON CONFLICT (site_id, plugin_id) DO UPDATE
SET plugin_branch = excluded.plugin_branch, plugin_sha = excluded.plugin_sha, host_branch = excluded.host_branch,
    host_sha = excluded.host_sha, verdict = excluded.verdict, fingerprint = excluded.fingerprint,
    suspect = excluded.suspect, said_at = excluded.said_at,
    good_plugin_sha = excluded.good_plugin_sha, good_host_sha = excluded.good_host_sha,
    commit_since = CASE WHEN installation.plugin_branch = excluded.plugin_branch
                             AND installation.plugin_sha = excluded.plugin_sha THEN installation.commit_since
                        ELSE excluded.commit_since END
"""
# The sites, as new as known ones, with the ids that they have or get.
UPSERT_SITES = """
INSERT INTO site (kind, domain, host_branch, host_sha, key_id, seen_at)
SELECT kind, domain, host_branch, host_sha, key_id, :now
FROM {rows(kind text, domain text, host_branch text, host_sha text, key_id int)} r WHERE true
ON CONFLICT (kind, domain) DO UPDATE
SET host_branch = excluded.host_branch, host_sha = excluded.host_sha, key_id = excluded.key_id,
    seen_at = excluded.seen_at
RETURNING id, kind, domain
"""
# A verdict that says again what it said, with no error of its own, keeps the error that it came with. One that stays
# stale, for only a good round was counted, was not seen.
_DESCRIPTION = ", ".join(
    f"{column} = CASE WHEN excluded.fingerprint IS NULL AND source_verdict.verdict = excluded.verdict "
    f"THEN source_verdict.{column} ELSE excluded.{column} END"
    for column in ("fingerprint", "message", "backtrace", "said_by")
)
UPSERT_VERDICTS = f"""
INSERT INTO source_verdict (plugin_id, plugin_branch, host_branch, source, verdict, plugin_sha, host_sha,
                            good_plugin_sha, good_host_sha, changed_at, seen_at, expired, good_at,
                            fingerprint, message, backtrace, said_by, good_rounds, round_at, round_digest)
SELECT plugin_id, plugin_branch, host_branch, 'guard', verdict, plugin_sha, host_sha, good_plugin_sha, good_host_sha,
       :now, :now, stale = 1, CASE WHEN verdict = 'compatible' THEN :now END, fingerprint, message, backtrace, said_by,
       good_rounds, CASE WHEN counted = 1 THEN :now END, round_digest
FROM {{rows(plugin_id int, plugin_branch text, host_branch text, plugin_sha text, host_sha text, verdict text,
           good_plugin_sha text, good_host_sha text, fingerprint text, message text, backtrace text,
           said_by text, good_rounds int, counted int, round_digest text, stale int)}} r WHERE true
ON CONFLICT (plugin_id, plugin_branch, host_branch, source) DO UPDATE
SET verdict = excluded.verdict, plugin_sha = excluded.plugin_sha, host_sha = excluded.host_sha,
    good_plugin_sha = excluded.good_plugin_sha, good_host_sha = excluded.good_host_sha,
    good_at = coalesce(excluded.good_at, source_verdict.good_at),
    seen_at = CASE WHEN excluded.expired THEN source_verdict.seen_at ELSE excluded.seen_at END,
    expired = excluded.expired AND source_verdict.expired,
    {_DESCRIPTION}, good_rounds = excluded.good_rounds,
    round_at = coalesce(excluded.round_at, source_verdict.round_at),
    round_digest = coalesce(excluded.round_digest, source_verdict.round_digest),
    changed_at = CASE WHEN source_verdict.verdict = excluded.verdict THEN source_verdict.changed_at
                      ELSE excluded.changed_at END
"""  # noqa: S608 - built from this file's own SQL
# A verdict that was heard again is noted once a minute, as keys and sites are. Another process may have moved it
# meanwhile, so only what still stands is confirmed.
CONFIRM_VERDICTS = """
UPDATE source_verdict SET seen_at = :now
FROM {rows(plugin_id int, plugin_branch text, host_branch text, plugin_sha text, host_sha text)} r
WHERE source_verdict.plugin_id = r.plugin_id AND source_verdict.plugin_branch = r.plugin_branch
  AND source_verdict.host_branch = r.host_branch AND source_verdict.source = 'guard'
  AND source_verdict.plugin_sha = r.plugin_sha AND source_verdict.host_sha = r.host_sha AND NOT expired
  AND source_verdict.seen_at <= :recent
"""
