"""The master list by its narrow lines: what is sure of them, and of which plugins the verdicts must be asked."""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, text, union_all
from sqlmodel import Session, and_, col, false, func, or_, select, true
from sqlmodel.sql.expression import SelectOfScalar

from models.queries.plugins import is_text
from models.queries.privacy import PRIVATE
from models.queries.severity import BY_SEVERITY
from models.rules.privacy import Clearance
from models.rules.status import ANY_BROKEN, MILDEST_BROKEN, Verdict
from models.tables import MasterListLine, Plugin
from models.tables.master_list_line import AROUND_TAG, BETWEEN, in_marks
from models.views import PluginLine

_WORST = Verdict.INCOMPATIBLE.severity
# Spelt as in the condition of the index.
_NAMES_STATUS = text("master_list_line.names_status")


def unsure_lines(now: datetime, allowed: Clearance) -> SelectOfScalar[int]:
    """The plugins whose line does not tell how they are at `now`, or tells more than is `allowed`.

    They are few: of verdicts that are not written down as expired yet, and of private repositories.
    """
    lines = select(MasterListLine.plugin_id)
    is_late = col(MasterListLine.stands_until) < now
    if allowed.every_plugin:
        return lines.where(is_late)
    hidden = PRIVATE.where(col(Plugin.id).not_in(sorted(allowed.plugins)))
    # Each is found by an index; of one or the other, PostgreSQL would read all lines.
    return lines.where(col(MasterListLine.plugin_id).in_(union_all(lines.where(is_late), hidden)))


def is_sure(unsure: SelectOfScalar[int] | None) -> Sequence[ColumnElement[bool]]:
    """Whether a line is of the list, and none of the `unsure_lines`; where None are, nothing is looked up for it."""
    is_listed = and_(col(MasterListLine.is_listed))
    if unsure is None:
        return (is_listed,)
    return is_listed, col(MasterListLine.plugin_id).not_in(unsure)


def tally_of_lines(
    session: Session, unsure: SelectOfScalar[int] | None, wanted: ColumnElement[bool]
) -> Counter[Verdict]:
    """How many lines that are wanted, and are none of the `unsure_lines`, there are of each verdict."""
    mildness = col(MasterListLine.mildness)
    is_counted = and_(col(MasterListLine.is_listed), wanted)
    counts = [select(mildness, func.count()).where(is_counted)]
    if unsure is not None:
        # They are few, and taken off again: looked for at each line, they took PostgreSQL twice as long.
        is_unsure = col(MasterListLine.plugin_id).in_(unsure)
        counts.append(select(mildness, -func.count()).where(is_counted, is_unsure))
    tally: Counter[Verdict] = Counter()
    for each, number in session.execute(union_all(*(each.group_by(mildness) for each in counts))):
        tally[verdict_of(each)] += number
    return +tally


def verdict_of(mildness: int) -> Verdict:
    """The verdict of lines of this mildness."""
    return BY_SEVERITY[_WORST - mildness]


def is_wanted(session: Session, wanted: str) -> ColumnElement[bool]:
    """Whether a line is meant by these words, as in `plugins.matching`; without regard to case, so they are folded."""
    if not wanted:
        return true()
    if wanted == ANY_BROKEN:
        return _severity() >= MILDEST_BROKEN.severity
    if wanted in set(Verdict):
        return _severity() == Verdict(wanted).severity
    return has_words(session, wanted)


def has_tag(session: Session, tag: str) -> ColumnElement[bool]:
    """Whether a line has this tag, which is folded."""
    if _is_no_part(tag):
        return false()
    return contains(session, MasterListLine.tags, in_marks(tag))


def is_tagged(session: Session, tag: str) -> ColumnElement[bool]:
    """Whether a line has this tag, letter for letter."""
    if _is_no_part(tag):
        return false()
    line, marked = MasterListLine, in_marks(tag)
    is_spelt_so = contains(session, line.spelt_tags, marked)
    if tag != tag.casefold():
        return is_spelt_so
    has_no_capitals = col(line.spelt_tags) == ""
    return and_(contains(session, line.tags, marked), or_(has_no_capitals, is_spelt_so))


def has_words(session: Session, text: str) -> ColumnElement[bool]:
    """Whether it is part of the line's words, which are folded as it is."""
    if _is_no_part(text):
        return false()
    return contains(session, MasterListLine.words, text)


def is_about(session: Session, words: str) -> ColumnElement[bool]:
    """Whether they are part of the line's purpose; in which ones the name of a status may be is known before."""
    said = contains(session, MasterListLine.about, words)
    return said if is_text(words) else and_(_NAMES_STATUS, said)


def contains(session: Session, column: str, text: str) -> ColumnElement[bool]:
    """Whether it is part of what the column says, letter for letter."""
    if not _is_text(text):
        return false()
    return place_of(session, column, text) > 0


def place_of(session: Session, column: str, text: str) -> ColumnElement[int]:
    """Where in the column the text stands first, counted from 1; 0 where it does not."""
    is_sqlite = session.connection().dialect.name == "sqlite"
    place: ColumnElement[int] = (func.instr if is_sqlite else func.strpos)(col(column), text)
    return place


def worst_first(line: PluginLine) -> tuple[int, str]:
    """The order of lists."""
    return -line.verdict.severity, line.plugin.handle


def _is_no_part(text: str) -> bool:
    """Whether it has what no text of a line has."""
    return AROUND_TAG in text or BETWEEN in text


def _is_text(words: str) -> bool:
    """Whether it can be written at all: half of a character cannot, and databases take a zero for an end."""
    try:
        words.encode()
    except UnicodeEncodeError:
        return False
    return "\0" not in words


def _severity() -> ColumnElement[int]:
    return _WORST - col(MasterListLine.mildness)
