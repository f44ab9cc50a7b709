"""What extensions can hear of beside the turns of incidents: the facts of each event, one file a noun. Pure."""

from models.rules.happenings import (
    canary,
    ci,
    extension,
    follow,
    incident,
    issue,
    key,
    outbreak,
    person,
    plugin,
    push,
    release,
    role,
)

# By their names, the types of their facts.
CATALOGUE = {
    **incident.FACTS,
    **outbreak.FACTS,
    **plugin.FACTS,
    **issue.FACTS,
    **release.FACTS,
    **push.FACTS,
    **ci.FACTS,
    **canary.FACTS,
    **person.FACTS,
    **role.FACTS,
    **key.FACTS,
    **follow.FACTS,
    **extension.FACTS,
}
