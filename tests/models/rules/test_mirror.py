"""Which of two versions is the newer one."""

from datetime import UTC, datetime, timedelta, timezone

from hypothesis import given
from hypothesis import strategies as st

from models.rules.mirror import app_rank, issue_ranks, repository_rank, version

AT = datetime(2026, 3, 14, 12, 0, 0, tzinfo=UTC)


def test_the_later_one_is_newer_whatever_its_zone_and_fraction() -> None:
    later = (AT + timedelta(milliseconds=1)).astimezone(timezone(timedelta(hours=-7)))
    assert version("x", AT) < version("a", later) < version("x", AT + timedelta(seconds=1))


def test_what_has_no_time_is_older_than_what_has_one() -> None:
    assert version("x", None, [999]) < version("x", datetime(1970, 1, 1, tzinfo=UTC))


def test_a_final_word_is_the_last_one() -> None:
    assert version("x", AT + timedelta(days=9), [999]) < version("x", AT, final=True)


def test_within_a_second_the_action_decides_and_then_the_content() -> None:
    assert version("x", AT, [1, 2]) < version("a", AT, [1, 10])
    assert version("x", AT, [1]) == version("x", AT, [1])
    assert version("x", AT, [1]) != version("y", AT, [1])


def test_an_event_that_says_more_outranks_one_that_says_less() -> None:
    opened, labelled = issue_ranks("opened", "open", 0), issue_ranks("labeled", "open", 1)
    twice, none_left = issue_ranks("labeled", "open", 2), issue_ranks("unlabeled", "open", 0)
    one_left, closed = issue_ranks("unlabeled", "open", 1), issue_ranks("closed", "closed", 2)
    reopened, unheard_of = issue_ranks("reopened", "open", 2), issue_ranks("petrified", "open", 0)
    assert opened < unheard_of < labelled < twice < one_left < none_left < closed < reopened
    assert repository_rank("issues", "opened") < repository_rank("repository", "renamed")
    assert app_rank("created") < app_rank("suspend") < app_rank("unsuspend")


@given(
    st.datetimes(timezones=st.just(UTC)), st.datetimes(timezones=st.just(UTC)), st.text(), st.text()
)
def test_versions_sort_as_their_times_do(
    one: datetime, other: datetime, first: str, second: str
) -> None:
    if one != other:
        assert (version(first, one, [5]) < version(second, other, [3])) == (one < other)
