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
<= 3.4.0: '1234567'
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
    ["12345e7", "1e5", "1234e567", "v1.10", "d3.10", "0x1g", "089", "'yes'", '"1234567"', "y"],
)
def test_what_is_a_text_to_the_host_is_one_here(reference: str) -> None:
    read = parse_compatibility(f"3.5.0: {reference}")
    assert read.pin("3.4.9") == reference.strip("'\"")
    assert read.warnings == ()


@pytest.mark.parametrize(
    "value",
    [
        "1234567",
        "0x1f",
        "yes",
        "Off",
        "1.5e+3",
        "12:30",
        "[main]",
        "{a: b}",
        "1_000",
        "1" * 5_000,
        "0x" + "f" * 5_000,
        "[" * 40 + "]" * 40,
    ],
)
def test_what_is_no_text_to_the_host_pins_nothing_and_that_is_said(value: str) -> None:
    read = parse_compatibility(f"3.4.0: old\n3.5.0: {value}\n3.6.0: new")
    assert [read.pin(host) for host in ("3.4.0", "3.5.0", "3.6.0")] == ["old", None, "new"]
    assert len(read.warnings) == 1
    assert "is no text to YAML; write it in quotes" in read.warnings[0]
    assert "`3.5.0`" in read.warnings[0]


@pytest.mark.parametrize(
    "value", ["", "null", "~", "Null", "--upload-pack=x", "two words", "a..b", "a.lock"]
)
def test_what_names_no_commit_pins_nothing_and_that_is_said(value: str) -> None:
    read = parse_compatibility(f"3.4.0: old\n3.5.0: {value}\n3.6.0: new")
    assert [read.pin(host) for host in ("3.4.0", "3.5.0", "3.6.0")] == ["old", None, "new"]
    assert "`3.5.0` names no commit, tag or branch of the plugin." in read.warnings[0]
    assert "use the newest commit" in read.warnings[0]


@pytest.mark.parametrize(
    ("key", "holds", "beyond"),
    [("3.10", "3.1.0", "3.2"), ("3.50", "3.5.0", "3.6"), ("1_0.0", "10.0", "10.1")],
)
def test_a_key_that_is_a_number_loses_its_zeros_and_that_is_said(
    key: str, holds: str, beyond: str
) -> None:
    read = parse_compatibility(f"{key}: main")
    assert (read.pin(holds), read.pin(beyond)) == ("main", None)
    assert f"`{key}` is a number to YAML" in read.warnings[0]


@pytest.mark.parametrize("key", ["3.5", "'3.10'", "3.10.0", "< 3.10", "3"])
def test_a_key_that_is_what_it_looks_like_needs_no_warning(key: str) -> None:
    read = parse_compatibility(f"{key}: main")
    assert read.pin("2.9") == "main"
    assert read.warnings == ()


def test_an_equals_sign_means_up_to_and_that_is_said() -> None:
    read = parse_compatibility("= 3.5.0: main")
    assert [read.pin(host) for host in ("3.4.0", "3.5.0", "3.5.1")] == ["main", "main", None]
    assert "Discourse reads `=` as `<=`" in read.warnings[0]
    assert parse_compatibility("= 3.5.0: first\n3.5.0: last").pin("3.5.0") == "last"


@pytest.mark.parametrize("key", ["'> 3.5.0'", "'>= 3.5.0'", "~> 3.5.0", "'!= 3.5.0'"])
def test_an_operator_that_is_not_allowed_stops_all_hosts_that_come_to_it(key: str) -> None:
    read = parse_compatibility(f"3.4.0: old\n{key}: bad\n3.9.0: new")
    assert [read.pin(host) for host in ("3.4.0", "3.4.1", "3.6.0")] == ["old", None, None]
    assert "; only `<` and `<=` are allowed" in read.warnings[0]


def test_an_operator_that_yaml_takes_for_a_tag_is_not_seen() -> None:
    read = parse_compatibility("!= 3.5: main")
    assert [read.pin(host) for host in ("3.4", "3.5", "3.6")] == ["main", "main", None]
    assert read.warnings == ("`!=` before `3.5` is a tag to YAML, so Discourse does not see it.",)


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
        ("? {a: b}\n: main", "names no host version"),
        ("null: main", "`null` names no host version"),
        ("yes: main", "`yes` names no host version"),
        ("== 3.5: main", "names no host version"),
        ("2025-01-01: main", "is a date to YAML"),
        ("3.5: 2025-01-01", "is a date to YAML"),
        ("3.5: :main", "is a Ruby symbol to YAML"),
        ("1.1.: main", "is not a version"),
        (">= 3.5: main", "not valid YAML"),
        ("<: main", "names no host version"),
        ("< three: main", "is not a version"),
        ("3.5: &a main\n3.6: *a", "Line 2 uses an alias"),
        ("3.5: !ruby/object:Gem main", "Line 1 uses a tag"),
        ("3.5: 'open", "not valid YAML"),
        ("3.5: a: b", "not valid YAML"),
        ("3.5: a\n\tx: b", "not valid YAML"),
        ("[" * 60_000, "not of the form"),
        ("3.5: " + "{a: " * 15_000, "nested deeper than 50 levels"),
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


VERSIONS = st.sampled_from(["3.4.0", "3.5.0.beta1-dev", "3.5.0.beta1", "3.5.0", "3.5.1", "3.10.0"])


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
    assert [
        pin for pin in found.pins if pin.reference is not None and not pin.reference.strip()
    ] == []
    assert not [pin for pin in found.pins if pin.reference is None] or found.warnings


@pytest.mark.parametrize(
    "deep", ["{" * 60_000, "3.5: " + "[" * 30_000, "? " + "- " * 60 + "a\n: b"]
)
def test_what_is_nested_very_deep_is_refused_before_it_takes_long(deep: str) -> None:
    """Some 60,000 brackets took three seconds, at each look at the plugin."""
    with pytest.raises(CompatibilityError, match="nested deeper than 50 levels"):
        parse_compatibility(deep)


def test_a_key_of_very_many_digits_is_no_version() -> None:
    with pytest.raises(CompatibilityError, match="is not a version"):
        parse_compatibility(f"? {'1' * 5_000}\n: main")
