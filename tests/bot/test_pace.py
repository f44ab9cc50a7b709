"""When a lane has its next turn, by a clock that the test sets."""

from bot.pace import Pace
from models.outbox import Lane, all_lanes

POSTS, EDITS = all_lanes(7)
ELSEWHERE = Lane(8, is_edits=False)


def test_each_lane_rests_by_itself_and_as_long_as_it_was_asked_at_the_most() -> None:
    clock = [0.0]
    pace = Pace(lambda: clock[0])
    assert (pace.resting(), pace.seconds_to_turn()) == ([], None)
    pace.rest(POSTS, 1.0)
    pace.rest(EDITS, 3.0)
    pace.rest(EDITS, 1.0)
    assert pace.resting() == [POSTS, EDITS]
    assert pace.seconds_to_turn() == 1.0
    clock[0] = 1.0
    assert pace.resting() == [EDITS]
    assert pace.seconds_to_turn() == 2.0
    pace.rest(ELSEWHERE, 0.5)
    clock[0] = 2.0
    assert pace.resting() == [EDITS]
    clock[0] = 3.0
    assert pace.resting() == []
    assert pace.seconds_to_turn() is None
