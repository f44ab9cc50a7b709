"""The middle is cut, the ends stay."""

from hypothesis import given
from hypothesis import strategies as st

from models.rules.excerpt import cut_middle

BACKTRACE = "\n".join(f"frame {place:03} of the trace" for place in range(100))


def test_short_text_is_left_alone() -> None:
    assert cut_middle("as it is", 8) == "as it is"
    assert cut_middle("a\nb", 2, "lines") == "a\nb"


def test_whole_lines_stay_at_both_ends() -> None:
    found = cut_middle(BACKTRACE, 200).split("\n")
    assert found[0] == "frame 000 of the trace"
    assert found[-1] == "frame 099 of the trace"
    assert all(line in BACKTRACE.split("\n") or line.startswith("[… ") for line in found)


def test_the_notice_counts_what_is_missing() -> None:
    found = cut_middle(BACKTRACE, 200)
    head, _, rest = found.partition("\n[… ")
    number, _, tail = rest.partition(" characters left out …]\n")
    assert len(head) + int(number.replace(",", "")) + len(tail) == len(BACKTRACE)


def test_a_single_long_line_is_cut_within() -> None:
    found = cut_middle("a" * 500 + "z" * 500, 100)
    assert found.startswith("a" * 20)
    assert found.endswith("z" * 20)


def test_lines() -> None:
    assert cut_middle("1\n2\n3\n4\n5", 4, "lines") == "1\n2\n[… 2 lines left out …]\n5"
    assert cut_middle("1\n2\n3\n4\n5", 2, "lines") == "1\n[… 3 lines left out …] 5"
    assert cut_middle("1\n2\n3\n4\n5", 1, "lines") == "1 [… 3 lines left out …] 5"


def test_tiny_limits() -> None:
    assert [cut_middle("abcdef", limit) for limit in range(6)] == [
        "",
        "…",
        "…",
        "a…f",
        "ab…f",
        "ab…ef",
    ]


@given(st.text("ab\n", max_size=300) | st.text(), st.integers(0, 150))
def test_the_limit_in_characters_holds_and_both_ends_stay(text: str, limit: int) -> None:
    found = cut_middle(text, limit)
    assert len(found) <= limit
    if limit >= 3 and text:
        assert (found[0], found[-1]) == (text[0], text[-1])


@given(st.text("ab\n", max_size=60), st.integers(0, 20))
def test_the_limit_in_lines_holds(text: str, limit: int) -> None:
    found = cut_middle(text, limit, "lines")
    assert found == "" or found.count("\n") < limit
