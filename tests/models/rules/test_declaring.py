"""What is declared by hand, and ranges of versions."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.rules.declaring import Fact, Standing, Statement, statement
from models.rules.ranges import Clause, clauses, is_part, written


@pytest.mark.parametrize(
    ("text", "alone", "shown"),
    [
        ("3.5", ">=", ">=3.5"),
        ("3.5", "=", "=3.5"),
        ("== 3.5", ">=", "=3.5"),
        (">= 3.5,<4", "=", ">=3.5, <4"),
        ("<2026.2.0-latest", "=", "<2026.2.0-latest"),
        ("!=1.0.0.beta2-dev, v2", ">", "!=1.0.0.beta2-dev, >2"),
        ("1.0+local.1", "=", "=1.0+local.1"),
    ],
)
def test_a_range(text: str, alone: str, shown: str) -> None:
    assert written(text, alone) == shown
    assert written(shown) == shown


@pytest.mark.parametrize(
    "text", ["", "foo", ">", "3.5 4", ">=3.5,", "=>3", "~> 3.5", "٣", "1" * 201]
)
def test_no_range(text: str) -> None:
    with pytest.raises(ValueError, match=r"is no range of versions; one looks like >=3\.5"):
        clauses(text)


@given(
    st.lists(
        st.builds(
            Clause,
            st.sampled_from([">=", "<=", "!=", "=", ">", "<"]),
            st.from_regex(r"[0-9]{1,3}(\.[0-9a-z]{1,5}){0,3}", fullmatch=True),
        ),
        min_size=1,
        max_size=4,
    )
)
def test_what_is_written_is_read_and_each_of_its_words_is_a_part(wanted: list[Clause]) -> None:
    text = ", ".join(map(str, wanted))
    assert clauses(text) == tuple(wanted)
    assert all(map(is_part, text.split()))


@pytest.mark.parametrize("word", ["", "because", "voting", "off", "of", "a1"])
def test_what_is_no_part_of_a_range(word: str) -> None:
    assert not is_part(word)


@pytest.mark.parametrize(
    ("given", "said"),
    [
        (("needs", "3.5", "", "", ""), Statement(Fact.NEEDS, versions=">=3.5")),
        (("needs", ">=", "3.5", "", ""), Statement(Fact.NEEDS, versions=">=3.5")),
        (("breaks", ">=3.5,", "<4", "1", "x"), Statement(Fact.BREAKS, None, ">=3.5, <4", "", "=1", "x")),
        (("requires", "map", "2", "", ""), Statement(Fact.REQUIRES, None, ">=2", "map")),
        (("conflicts", "map", "2", "", ""), Statement(Fact.CONFLICTS, None, "=2", "map")),
        (("conflicts", "off", "", "", ""), Statement(Fact.CONFLICTS, other="off")),
        (("status", "Beta", "", "<2", ""), Statement(Fact.STATUS, Standing.BETA, of="<2")),
        (("status", "OFF", "", "", ""), Statement(Fact.STATUS, withdrawn=True)),
        (("breaks", "off", "", "", ""), Statement(Fact.BREAKS, withdrawn=True)),
    ],
)  # fmt: skip
def test_a_statement(given: tuple[str, ...], said: Statement) -> None:
    fact, value, versions, of, reason = given
    assert statement(Fact(fact), value, versions, of, reason, withdrawn=False) == said


@pytest.mark.parametrize(
    ("given", "words"),
    [
        (("status", "gone", "", ""), "one of stable, beta, experimental, deprecated, removed, or off"),
        (("status", "deprecated", "", ""), "say why it is deprecated: because …"),
        (("status", "beta", "<2", ""), "say for which ones by “of”, such as of <2"),
        (("needs", "stable", "", ""), "“stable” is no range of versions"),
        (("requires", "map", "", "new"), "“new” is no range of versions"),
    ],
)  # fmt: skip
def test_no_statement(given: tuple[str, ...], words: str) -> None:
    fact, value, versions, of = given
    with pytest.raises(ValueError, match=words):
        statement(Fact(fact), value, versions, of, "", withdrawn=False)
