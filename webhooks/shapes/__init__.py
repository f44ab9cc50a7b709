"""What bodies may hold, each part declared once: how it is read, what it is refused with, and its JSON Schema.

Pure. What /openapi.json tells of a body is made of the declarations that read it. A Guard's report
is read by them line by line, so that each does little.
"""

from webhooks.shapes.headers import RequestHeader, whole
from webhooks.shapes.objects import Object, ObjectPart, Rows, Schema
from webhooks.shapes.times import Milliseconds, Moment
from webhooks.shapes.told import Clipped, Entries, Prose
from webhooks.shapes.words import (
    WORD_PATTERN,
    BranchName,
    CodedNumber,
    HostName,
    PluginName,
    Word,
    WordChoice,
    is_word,
)

__all__ = [
    "WORD_PATTERN",
    "BranchName",
    "Clipped",
    "CodedNumber",
    "Entries",
    "HostName",
    "Milliseconds",
    "Moment",
    "Object",
    "ObjectPart",
    "PluginName",
    "Prose",
    "RequestHeader",
    "Rows",
    "Schema",
    "Word",
    "WordChoice",
    "is_word",
    "whole",
]
