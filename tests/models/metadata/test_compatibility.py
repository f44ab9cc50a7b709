"""Which commit an older host is to use."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.metadata.compatibility import Compatibility, CompatibilityError, parse_compatibility
from models.metadata.versions import host_version

FILE = """\
# newest first, as people write it
< 3.6.0.beta1-dev: below-3.6
3.5.0: up-to-3.5
< 3.5.0: below-3.5
<= 3.4.0: 1234567
3.2.0.beta2: '00123'
"""


@pytest.mark.parametrize(
    ("host", "expected"),
    [
        ("2.9", "00123"),
        ("3.2.0.beta2", "00123"),
        ("3.2.0.beta10", "1234567"),
        ("3.4.0", "1234567"),
        ("3.4.1", "below-3.5"),
        ("3.5.0.beta1", "below-3.5"),
        ("3.5", "up-to-3.5"),
        ("3.5.1", "below-3.6"),
        ("3.6.0.beta1-dev", None),
        ("2026.1.0", None),
    ],
)
def test_the_first_that_holds_wins(host: str, expected: str | None) -> None:
    assert parse_compatibility(FILE).pin(host) == expected
    assert parse_compatibility(FILE.encode()).pin(host) == expected


@pytest.mark.parametrize(
    "reference",
    ["1234567890123456789012345678901234567890", "1e5", "0x1f", "v1.10", "yes", "d3.10"],
)
def test_what_looks_like_a_number_stays_text(reference: str) -> None:
    assert parse_compatibility(f"3.10: {reference}").pin("3.9") == reference
    assert parse_compatibility(f"3.10: {reference}").pin("3.10") == reference


def test_the_last_of_two_equal_keys_wins() -> None:
    assert parse_compatibility("3.5: first\n3.5: last").pin("3.5") == "last"


@pytest.mark.parametrize("text", ["", " \n\t\n", b"", "{}"])
def test_no_pins(text: str | bytes) -> None:
    assert parse_compatibility(text) == Compatibility()
    assert parse_compatibility(text).pin("3.5") is None


def test_a_file_that_is_too_long_is_ignored_and_that_is_said() -> None:
    longest = "3.5: main\n".ljust(64 * 1024, "#")
    assert parse_compatibility(longest).pin("3.5") == "main"
    assert parse_compatibility(longest + "#") == Compatibility(
        notice="The file is over 64 KiB, so Discourse ignores it."
    )


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("# only a comment", "no line of the form"),
        ("---", "not of the form"),
        ("3.5 main", "not of the form"),
        ("- 3.5: main", "not of the form"),
        ("3.5: [main]", "Line 1 is not of the form"),
        ("3.4: a\n3.5:\n  a: b", "Line 3 is not of the form"),
        ("? {a: b}\n: main", "not of the form"),
        (">= 3.5: main", "not valid YAML"),
        ("'>= 3.5': main", "`>=`; only `<` and `<=`"),
        ("~> 3.5: main", "`~>`; only `<` and `<=`"),
        ("<: main", "names no host version"),
        ("< three: main", "is not a version"),
        ("3.5:", "names no commit"),
        ("3.5: --upload-pack=x", "names no commit"),
        ("3.5: two words", "names no commit"),
        ("3.5: &a main\n3.6: *a", "Line 1 uses an anchor"),
        ("3.5: !ruby/object:Gem main", "Line 1 uses an anchor"),
        ("3.5: 'open", "not valid YAML"),
        ("3.5: a: b", "not valid YAML"),
        ("3.5: a\n\tx: b", "not valid YAML"),
        ("[" * 60_000, "not of the form"),
        ("3.5: " + "{a: " * 15_000, "not of the form"),
        (b"3.5: \xff\xfe", "not UTF-8"),
        ("3.5: \ud800", "not UTF-8"),
        ("3.5: a\x00b", "not valid YAML"),
    ],
)
def test_a_malformed_file_is_refused_in_plain_words(text: str | bytes, words: str) -> None:
    with pytest.raises(CompatibilityError) as caught:
        parse_compatibility(text)
    assert words in str(caught.value)


def test_a_host_version_that_is_none_is_refused() -> None:
    with pytest.raises(ValueError, match="is not a version"):
        parse_compatibility("3.5: main").pin("newest")


VERSIONS = st.sampled_from(["3.4.0", "3.5.0.beta1-dev", "3.5.0.beta1", "3.5.0", "3.5.1", "3.10"])


@given(
    st.lists(
        st.tuples(st.sampled_from(["", "< ", "<= "]), VERSIONS), min_size=1, max_size=6, unique=True
    ),
    VERSIONS,
)
def test_the_pin_is_the_one_with_the_lowest_version_that_holds(
    keys: list[tuple[str, str]], host: str
) -> None:
    lines = [f"{operator}{version}: {version}" for operator, version in keys]
    holding = [
        host_version(version)
        for operator, version in keys
        if host_version(host) < host_version(version) or (operator != "< " and host == version)
    ]
    found = parse_compatibility("\n".join(lines)).pin(host)
    assert (host_version(found) if found else None) == min(holding, default=None)


@given(st.text() | st.binary() | st.text("3.5<= :ab\n#-&*![]{}'\""))
def test_anything_is_read_or_refused(text: str | bytes) -> None:
    try:
        found = parse_compatibility(text)
    except CompatibilityError:
        return
    assert [pin for pin in found.pins if not pin.reference.strip()] == []
