"""Which rows nobody needs any more, where their age alone does not tell.

Each asks for `:batch` keys from `:before`.
"""

from models.rules.conversations import About

# What was refused, or was so already, tells who tries what; what was done tells who did it, and is
# kept for longer.
TRIED = (
    "SELECT id FROM audit_entry WHERE at < :before AND outcome <> 'done' ORDER BY id LIMIT :batch"
)
DONE = "SELECT id FROM audit_entry WHERE at < :before ORDER BY id LIMIT :batch"

# Whom no row names: they come back as new when they act again.
PERSONS = """
SELECT p.id FROM person p WHERE p.seen_at < :before
  AND NOT EXISTS (SELECT 1 FROM audit_entry a WHERE a.person_id = p.id)
  AND NOT EXISTS (SELECT 1 FROM github_link g WHERE g.person_id = p.id)
  AND NOT EXISTS (SELECT 1 FROM filed_issue f WHERE f.person_id = p.id)
  AND NOT EXISTS (SELECT 1 FROM incident i WHERE i.acknowledger_id = p.id OR i.owner_id = p.id)
  AND NOT EXISTS (SELECT 1 FROM extension e WHERE e.agreed_by_id = p.id)
  AND NOT EXISTS (SELECT 1 FROM extension_upgrade u WHERE u.agreed_by_id = p.id)
  AND NOT EXISTS (SELECT 1 FROM extension_package k WHERE k.ordered_by_id = p.id)
ORDER BY p.id LIMIT :batch
"""
# A site that was not heard for so long is gone; what it said of its plugins goes with it.
SITES = """
SELECT id FROM site WHERE seen_at < :before AND (registered_at IS NULL OR registered_at < :before)
ORDER BY id LIMIT :batch
"""
# The order of commits is needed for those that a verdict or an open incident names, and for
# whatever comes late: a line keeps its hundred newest however old they are.
COMMITS = """
SELECT c.id FROM commit_seen c WHERE c.first_seen_at < :before
  AND EXISTS (SELECT 1 FROM commit_seen n WHERE n.line = c.line AND n.id > c.id LIMIT 1 OFFSET 99)
  AND NOT EXISTS (
      SELECT 1 FROM source_verdict v WHERE c.sha IN (v.host_sha, v.good_host_sha) AND c.line = 'host/' || v.host_branch)
  AND NOT EXISTS (
      SELECT 1 FROM source_verdict v WHERE c.sha IN (v.plugin_sha, v.good_plugin_sha)
         AND c.line = 'plugin/' || v.plugin_id || '/' || v.plugin_branch)
  AND NOT EXISTS (
      SELECT 1 FROM incident i WHERE i.resolved_at IS NULL
         AND (c.line = 'host/' || i.host_branch AND c.sha IN (i.bad_host_sha, i.last_host_sha, i.good_host_sha)
           OR c.line = 'plugin/' || i.plugin_id || '/' || i.plugin_branch
              AND c.sha IN (i.bad_plugin_sha, i.last_plugin_sha, i.good_plugin_sha)))
ORDER BY c.id LIMIT :batch
"""
# A card is edited while what it tells of goes on, and may be once more when that happens again soon after.
CARDS = f"""
SELECT m.destination_id, m.conversation FROM message_reference m
WHERE NOT EXISTS (
      SELECT 1 FROM outbox o WHERE o.destination_id = m.destination_id AND o.conversation = m.conversation)
  AND m.conversation NOT IN (
      SELECT '{About.INCIDENT.prefix}' || coalesce(lead_id, id) FROM incident
         WHERE resolved_at IS NULL OR resolved_at > :before
      UNION ALL SELECT '{About.OUTBREAK.prefix}' || id FROM outbreak
         WHERE resolved_at IS NULL OR resolved_at > :before
      UNION ALL SELECT '{About.RUSH.prefix}' || m.rush_id FROM rush_member m
         JOIN incident i ON i.id = m.incident_id OR i.lead_id = m.incident_id
         WHERE i.resolved_at IS NULL OR i.resolved_at > :before
      UNION ALL SELECT '{About.SOURCE.prefix}' || id FROM source_incident
         WHERE resolved_at IS NULL OR resolved_at > :before
      UNION ALL SELECT '{About.SILENCE.prefix}' || id FROM mass_silence
         WHERE resolved_at IS NULL OR resolved_at > :before
      UNION ALL SELECT '{About.ISSUE.prefix}' || github_id FROM issue
         WHERE closed_at IS NULL OR closed_at > :before
      UNION ALL SELECT '{About.FILED.prefix}' || marker FROM filed_issue)
ORDER BY m.destination_id, m.conversation LIMIT :batch
"""  # noqa: S608 - built from this file's own SQL
# A verdict on branches of which nobody has spoken for so long, unless an incident waits for a better one.
VERDICTS = """
SELECT v.plugin_id, v.plugin_branch, v.host_branch, v.source FROM source_verdict v WHERE v.seen_at < :before
  AND NOT EXISTS (
      SELECT 1 FROM incident i WHERE i.plugin_id = v.plugin_id AND i.plugin_branch = v.plugin_branch
         AND i.host_branch = v.host_branch AND i.resolved_at IS NULL)
LIMIT :batch
"""
STATUSES = """
SELECT s.plugin_id, s.plugin_branch, s.host_branch FROM status s WHERE s.changed_at < :before
  AND NOT EXISTS (
      SELECT 1 FROM source_verdict v WHERE v.plugin_id = s.plugin_id AND v.plugin_branch = s.plugin_branch
         AND v.host_branch = s.host_branch)
LIMIT :batch
"""
SOURCES = "SELECT id FROM source_incident WHERE resolved_at < :before ORDER BY id LIMIT :batch"
MASSES = """
SELECT m.id FROM mass_silence m WHERE m.resolved_at < :before
  AND NOT EXISTS (SELECT 1 FROM source_incident s WHERE s.mass_silence_id = m.id)
ORDER BY m.id LIMIT :batch
"""
# What only edited the card of an incident that is long over.
QUIET = """
SELECT e.id FROM story_entry e JOIN incident i ON i.id = e.incident_id
WHERE e.at < :before AND e.quiet AND i.resolved_at < :before ORDER BY e.id LIMIT :batch
"""
# The issue itself stands on GitHub; its row only tells that it is ours while it may be opened again.
FILED = """
SELECT f.id FROM filed_issue f LEFT JOIN incident i ON i.id = f.incident_id
WHERE f.filed_at < :before AND (f.incident_id IS NULL OR i.resolved_at < :before) ORDER BY f.id LIMIT :batch
"""
CODES = """
SELECT id FROM github_link WHERE verified_at IS NULL AND asked_at IS NULL AND code_until < :before LIMIT :batch
"""
# A list whose card nobody edits any more.
RUSHES = f"""
SELECT r.id FROM rush r WHERE r.joined_at < :before
  AND NOT EXISTS (
      SELECT 1 FROM message_reference c WHERE c.destination_id = r.destination_id
         AND c.conversation = '{About.RUSH.prefix}' || r.id)
ORDER BY r.id LIMIT :batch
"""  # noqa: S608 - built from this file's own SQL
DIGESTS = "SELECT destination_id, slot FROM digest_sent WHERE at < :before LIMIT :batch"
REMINDED = """
SELECT r.incident_id FROM reminder r JOIN incident i ON i.id = r.incident_id
WHERE r.reminded_at < :before AND i.resolved_at < :before LIMIT :batch
"""
