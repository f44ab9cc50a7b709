"""What extensions can hear of beside the turns of incidents: the facts of each event, one file a noun. Pure."""

from models.rules.happenings import extension, incident, issue, plugin, release, role

# By their names, the types of their facts.
CATALOGUE = {
    **incident.FACTS,
    **plugin.FACTS,
    **issue.FACTS,
    **release.FACTS,
    **role.FACTS,
    **extension.FACTS,
}
