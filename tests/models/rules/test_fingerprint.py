"""The same error has the same fingerprint, whatever differs from site to site."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.rules.fingerprint import fingerprint, normalised

MESSAGE = "NoMethodError: undefined method `shelve' for #<Badge:0x00007f1c2a3b4c5d @id=7>"
BACKTRACE = """\
/srv/forum/plugins/badge-cabinet/lib/badge_cabinet/shelf.rb:14:in `put'
/srv/forum/plugins/badge-cabinet/plugin.rb:31:in `block in activate!'
/srv/forum/lib/plugin/instance.rb:701:in `instance_eval'
"""


def test_its_shape_and_its_value_are_stable() -> None:
    assert fingerprint("badge-cabinet", MESSAGE, BACKTRACE) == fingerprint(
        "badge-cabinet", MESSAGE, BACKTRACE
    )
    assert len(fingerprint("badge-cabinet", MESSAGE, BACKTRACE)) == 16
    assert int(fingerprint("badge-cabinet", None, None), 16) >= 0


@pytest.mark.parametrize(
    ("message", "backtrace"),
    [
        (MESSAGE.replace("0x00007f1c2a3b4c5d @id=7", "0x00007faaaaaaaaaa @id=90210"), BACKTRACE),
        (MESSAGE, BACKTRACE.replace(":14:", ":99:").replace(":31:", ":32:")),
        (MESSAGE, BACKTRACE.replace("/srv/forum", "/opt/host/current")),
        (MESSAGE, BACKTRACE.replace("block in activate!", "activate!")),
        (MESSAGE, BACKTRACE.replace("`put'", "'BadgeCabinet::Shelf#put'")),
        (MESSAGE, BACKTRACE.replace("instance.rb:701", "other_host_file.rb:1")),
        (MESSAGE.replace("`shelve'", "'shelve'"), BACKTRACE),
    ],
)
def test_what_makes_no_difference(message: str, backtrace: str) -> None:
    assert fingerprint("badge-cabinet", message, backtrace) == fingerprint(
        "badge-cabinet", MESSAGE, BACKTRACE
    )


@pytest.mark.parametrize(
    ("message", "backtrace"),
    [
        (MESSAGE.replace("shelve", "unshelve"), BACKTRACE),
        (MESSAGE.replace("Badge", "Shelf"), BACKTRACE),
        (MESSAGE.replace("NoMethodError", "NameError"), BACKTRACE),
        (MESSAGE, BACKTRACE.replace("shelf.rb", "drawer.rb")),
        (MESSAGE, BACKTRACE.replace("`put'", "`take'")),
        (MESSAGE, None),
        (None, BACKTRACE),
    ],
)
def test_what_tells_errors_apart(message: str | None, backtrace: str | None) -> None:
    assert fingerprint("badge-cabinet", message, backtrace) != fingerprint(
        "badge-cabinet", MESSAGE, BACKTRACE
    )


def test_one_cause_in_two_plugins_is_shared() -> None:
    def raised(directory: str, module: str) -> str:
        message = (
            f"{module}: undefined method `gone' for #<Plugin::Instance:0x0000{len(directory):04x}>"
        )
        trace = f"/x/plugins/{directory}/plugin.rb:{len(module)}:in `activate!'\n/x/lib/plugin/instance.rb:9:in `find'"
        return fingerprint(directory.replace("_", "-"), message, trace)

    assert raised("badge-cabinet", "BadgeCabinet") == raised("tidy_tags", "TidyTags")


def test_silence_is_not_shared() -> None:
    assert fingerprint("badge-cabinet", None, None) != fingerprint("tidy-tags", None, None)
    assert fingerprint("badge-cabinet", " ", "") == fingerprint("badge-cabinet", None, None)


def test_a_backtrace_within_the_message_counts() -> None:
    within = fingerprint("badge-cabinet", f"{MESSAGE}\n{BACKTRACE}", None)
    assert within == fingerprint("badge-cabinet", MESSAGE, BACKTRACE)


@pytest.mark.parametrize(
    ("message", "expected"),
    [
        ("uninitialized constant Shelf::Row", "uninitialized constant Shelf::Row"),
        (
            "undefined local variable or method 'row' for nil",
            "undefined local variable or method 'row' for nil",
        ),
        ('invalid value "Dear Sir" at 12', "invalid value <data> at <n>"),
        ('column "shelf_id" does not exist', 'column "shelf_id" does not exist'),
        (
            'unique constraint "i_x" Key (mail)=(a b) exists',
            'unique constraint "i_x" Key (mail)=(<data>) exists',
        ),
        ("unexpected 'some user words' here", "unexpected <data> here"),
        ("can't modify frozen String", "can't modify frozen String"),
        ("cannot load such file -- /srv/a/lib/row", "cannot load such file -- <path>/row"),
        (
            "cannot load such file -- /srv/plugins/shelf/lib/row",
            "cannot load such file -- <plugin>/lib/row",
        ),
        ("missing `discourse/plugins/shelf/discourse/row`", "missing '<plugin>/discourse/row'"),
        ("at 2031-02-03T04:05:06.789Z by 04:05:06", "at <time> by <time>"),
        ("commit 0a1b2c3d4e5f60718293a4b5c6d7e8f901234567 is bad", "commit <sha> is bad"),
        ("topic 123e4567-e89b-12d3-a456-426614174000", "topic <id>"),
        ("S3 and utf8mb4 stay, 5ms goes", "S3 and utf8mb4 stay, <n>ms goes"),
        ("see https://x.example/t/12/3", "see <url>"),
        ("shelf_main.Bq_x1-4kzq9x2m.digested.js:1 Uncaught", "shelf_main.digested.js:<n> Uncaught"),
        ("GET /js/plugins/shelf_main.a-hdodxd1p.digested.js", "GET <path>/shelf_main.digested.js"),
        ("chunk-hdodxd1p.digested.js:1:2", "chunk.digested.js:<n>:<n>"),
    ],
)
def test_normalised(message: str, expected: str) -> None:
    assert normalised(message) == expected


@given(
    st.integers(0, 10**12),
    st.integers(0, 10**12),
    st.binary(min_size=20, max_size=20).map(bytes.hex),
)
def test_numbers_and_shas_never_matter(one: int, other: int, sha: str) -> None:
    def said(number: int) -> str:
        return f"row {number} at 0x{number:x} (line {number})"

    assert normalised(said(one)) == normalised(said(other))
    assert sha not in normalised(f"commit {sha}")


@pytest.mark.parametrize(
    "piece",
    [
        *("/a", "a/", "'", '"', "#<A", "0", "1.", "plugins/a-", " ", "\\", "`", "a:1:in `"),
        *("undefined method `x' for ", "PG::A: ", "(A::", "Did you mean? x\n       ", "\n  x\n  ^"),
        *("::", "a:", "a.b.", "a-b-", "gems/a-1.", "{a: ", "missing keyword: :a", "host "),
    ],
)
def test_a_megabyte_of_almost(piece: str) -> None:
    hostile = piece * (1_000_000 // len(piece))
    assert fingerprint("badge-cabinet", hostile, hostile)


@given(st.text(), st.none() | st.text(), st.none() | st.text())
def test_anything_has_a_fingerprint(
    handle: str, message: str | None, backtrace: str | None
) -> None:
    assert len(fingerprint(handle, message, backtrace)) == 16
