"""Many plugins at a glance."""

from dataclasses import replace

from models.messages.lists import failing_message, list_message
from models.messages.message import Buttons, Message, Table, Tone
from models.rules.incidents import FIELD_EVIDENCE
from models.rules.status import Verdict
from models.views import PluginLine
from models.views.worst import WatchedPlugins, WorstIncidents, WorstPlugins
from tests.models.messages.samples import BROKE, HOUR, INCIDENT, PLUGIN, outbreak_of, said

NOW = BROKE + 3 * HOUR
NOBODY = WorstPlugins((), {})


def _found(number: int, shown: int) -> WorstPlugins:
    bad = PluginLine(
        replace(PLUGIN, handle="bad"), Verdict.INCOMPATIBLE, ("tests-passed", "stable")
    )
    rest = (
        PluginLine(replace(PLUGIN, handle=f"p{place}"), Verdict.UNKNOWN)
        for place in range(shown - 1)
    )
    return WorstPlugins((bad, *rest), {Verdict.UNKNOWN: number - 1, Verdict.INCOMPATIBLE: 1})


def _rows(message: Message) -> tuple[tuple[str, ...], ...]:
    return next(block for block in message if isinstance(block, Table)).rows


def test_a_list_counts_and_shows_the_worst_first() -> None:
    message = list_message(_found(3, 3))
    assert message.title == "3 plugins: 1 incompatible, 2 unknown"
    assert _rows(message)[:2] == (
        ("bad", "✗ incompatible", "tests-passed and stable"),
        ("p0", "? unknown", "no report"),
    )


def test_a_filter_is_repeated_and_a_long_list_is_cut_with_a_hint() -> None:
    message = list_message(_found(60, 50), "chat")
    assert message.title.startswith("60 plugins matching “chat”:")
    assert len(_rows(message)) == 50
    assert "and 10 more; narrow the list: /plugin list FILTER" in said(message)


def test_an_empty_list_says_what_can_be_asked() -> None:
    assert "/plugin list broken" in said(list_message(NOBODY, "nonsense"))
    assert "plugins import" in said(list_message(NOBODY))


def test_failing_counts_all_and_shows_the_worst() -> None:
    older = replace(INCIDENT, plugin=replace(PLUGIN, handle="older"), opened_at=BROKE - HOUR)
    message = failing_message(WorstIncidents((older, INCIDENT), 70, 60), [], NOW)
    assert message.title == "Broken now: 60 plugins, 70 open incidents"
    assert message.tone is Tone.BROKEN
    assert [row[0] for row in _rows(message)] == ["older (main)", "discourse-solved (main)"]
    assert "and 20 more; see them all: /plugin list broken" in said(message)
    assert _rows(message)[0][2:4] == ("✗ incompatible for 4 h", "12")
    assert "To take one: /plugin claim NUMBER" in said(message)


def test_failing_tells_outbreaks_first_and_marks_what_only_client_sites_say() -> None:
    field = replace(INCIDENT, origin=FIELD_EVIDENCE)
    outbreak = outbreak_of(1)
    message = failing_message(WorstIncidents((field,), 1, 1), [outbreak], NOW)
    assert "Outbreak 3, for 3 h: 1 plugin broke" in said(message)
    assert _rows(message)[0][2] == "✗ incompatible for 3 h (client sites)"


def test_nothing_failing_does_not_claim_that_all_is_well() -> None:
    message = failing_message(WorstIncidents(), [], NOW)
    assert message.tone is Tone.HEALTHY
    assert message.title == "Nothing is known to be broken"
    assert "/plugin list unknown" in said(message)


def test_what_belongs_to_an_outbreak_is_named_there_and_is_no_row() -> None:
    outbreak = outbreak_of(30)
    message = failing_message(WorstIncidents((INCIDENT,), 31, 31, 30), [outbreak], NOW)
    assert [row[3] for row in _rows(message)] == ["12"]
    assert said(message).count("NoMethodError") == 2  # once for the outbreak, once in the row
    (buttons,) = (block for block in message if isinstance(block, Buttons))
    assert buttons.buttons[0] == ("Acknowledge all", "ack outbreak 3")
    alone = failing_message(WorstIncidents((), 30, 30, 30), [outbreak], NOW)
    assert not [block for block in alone if isinstance(block, Table)]
    assert alone.tone is Tone.BROKEN


def test_silence_is_not_healthy() -> None:
    empty = failing_message(WorstIncidents(), [], NOW, (), WatchedPlugins(0, 0))
    assert (empty.title, empty.tone) == ("No plugin is watched yet", Tone.INFO)
    unheard = failing_message(WorstIncidents(), [], NOW, (), WatchedPlugins(30, 0))
    assert unheard.tone is Tone.UNKNOWN
    assert "30 plugins" in str(unheard)
