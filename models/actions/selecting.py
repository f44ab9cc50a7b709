"""Actions of extensions on several incidents at once: which these are, and whether they are meant."""

from collections.abc import Mapping
from typing import Any

from models.actions.asking import Asker
from models.actions.contributed import contributed_action
from models.actions.grammar import as_words
from models.actions.words import one_word
from models.database.engine import Session
from models.extensions.manifest import Manifest
from models.extensions.manifest.contributions import SURE, ContributedAction
from models.messages.message import Message
from models.messages.selecting import none_selected, sure_of
from models.queries.selecting import selected


def selection_of(
    session: Session,
    manifest: Manifest,
    action: ContributedAction,
    asker: Asker,
    values: Mapping[str, Any],
) -> Message | dict[str, Any]:
    """The values with the numbers of the incidents in place of how somebody named them.

    Where an act means several and nobody said that they are sure, the question whether they are.
    """
    given = dict(values)
    if not action.selection:
        return given
    name = action.takes[0].name
    try:
        incidents = selected(session, str(given[name]), allowed=asker.allowed)
    except ValueError as problem:
        return none_selected(str(problem))
    is_sure = given.pop(SURE, False) or action.kind != "act"
    if len(incidents) > 1 and not is_sure:
        row = contributed_action(manifest.handle, action, dict)
        numbers = [each.number for each in incidents]
        typed = as_words(row, {**given, name: numbers, SURE: True})
        return sure_of(action.summary, incidents, " ".join(map(one_word, typed)))
    return {**given, name: [each.number for each in incidents]}
