"""Which host a plugin is one of. Pure."""

from enum import StrEnum


class Ecosystem(StrEnum):
    """Discourse's plugins are those of the Plugin Manager. Those of applications in Python, and of Jenkins, are
    packages, which have releases where others have commits. Those of Pluginwatch itself are its extensions, judged by
    what they do here.
    """

    DISCOURSE = "discourse"
    PYTHON = "python"
    JENKINS = "jenkins"
    PLUGINWATCH = "pluginwatch"
