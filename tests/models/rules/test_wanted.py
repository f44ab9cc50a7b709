"""Which plugins a line of a list names."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.rules.wanted import Member, member_of, members_in

LINES: dict[str, list[Member]] = {
    "solved": [("solved", "")],
    "Discourse Solved": [("Discourse Solved", "")],
    "discourse-2fa": [("discourse-2fa", "")],
    "voting 1.2": [("voting", "1.2")],
    "voting 1.2, solved; chat abcdef1": [("voting", "1.2"), ("solved", ""), ("chat", "abcdef1")],
    "voting@1.2": [("voting", "1.2")],
    "voting==1.2": [("voting", "1.2")],
    "voting: v1.2": [("voting", "v1.2")],
    "voting (version 1.2)": [("voting", "1.2")],
    "voting – 1.2-beta.3": [("voting", "1.2-beta.3")],
    "1. Topic Voting (1.2)": [("Topic Voting", "1.2")],
    "- [x] `voting` 1.2  # ours": [("voting", "1.2")],
    "| voting | yes | 1.2 |": [("voting", "1.2")],
    "Voting\t1.2\tOfficial": [("Voting", "1.2")],
    '["solved", "voting 1.2"]': [("solved", ""), ("voting", "1.2")],
    "https://github.com/a/one, git@github.com:a/two.git": [("a/one", ""), ("a/two", "")],
    "https://name:secret@github.com/a/one.git 1.2": [("a/one", "1.2")],
    "ssh://git@github.com/a/one": [("a/one", "")],
    "github.com/a/one?tab=readme#use": [("a/one", "")],
    "<https://github.com/a/one/tree/abcdef1>": [("a/one", "abcdef1")],
    "https://github.com/a/one/releases/tag/v1.2": [("a/one", "v1.2")],
    "https://github.com/a/one/tree/main": [("a/one", "")],
    "https://github.com/a/one/tree/main/plugins/chat": [("a/one/plugins/chat", "")],
    "https://gitlab.com/a/group/one.git": [("one", "")],
    "https://gitlab.com/a/one/-/tree/main": [("one", "")],
    "a/one#abcdef1": [("a/one", "abcdef1")],
    "* [One](https://github.com/a/one) v1.2 – counts, and more": [("a/one", "v1.2")],
    "- [One](https://github.com/a/one), which counts": [("a/one", "")],
    "[A](https://github.com/a/a), [B](https://github.com/b/b)": [("a/a", ""), ("b/b", "")],
    "[A](https://github.com/a/a) 1.2; [B](https://github.com/b/b) (v2) & [solved](#)": [
        ("a/a", "1.2"),
        ("b/b", "v2"),
        ("solved", ""),
    ],
    "[A](https://github.com/a/a) beside [B](https://github.com/b/b)": [("a/a", "")],
    "https://user:hunter2@10.0.0.5/a/one.git 1.2": [("one", "1.2")],
    "https://user:hunter2@gitserver/a/one.git": [("one", "")],
    "https://user:hunter2@[::1]/a/one.git": [("one", "")],
    "https://user:hunt/er2@gitserver/a/one": [("one", "")],
    "https://user:hun,ter2@gitserver/a/one": [("user", ""), ("one", "")],
    "https://user:hunter|2@github.com/a/one.git": [("user", "")],
    "https://user:hunter2@10.0.0.5": [("10.0.0.5", "")],
    "https://gitserver/a/one.git?private_token=hunter2": [("one", "")],
    "git+ssh://user:hunter2@github.com/a/one.git": [("one", "")],
    "user:hunt@er2@github.com": [("github.com", "")],
    "//user:hunter2@gitserver/a/one": [("one", "")],
    "git@gitserver:a/one.git, git@gitserver:two.git": [("one", ""), ("two", "")],
    "DISCOURSE_SMTP_PASSWORD: hunter2": [],
    "- DISCOURSE_DB_PASSWORD=hunter2": [],
    "| voting (1.2) | 2) ours |": [("voting", "1.2")],
    "Our plugins:": [],
    "|---|---|": [],
    "# voting": [],
    " , ;": [],
}


@pytest.mark.parametrize("line", LINES)
def test_lines_are_read_as_people_write_them(line: str) -> None:
    assert members_in(line) == LINES[line]


@given(st.text(alphabet="ab1.@:/#-[]()|, \t", max_size=80) | st.text(max_size=40))
def test_any_line_is_read_and_what_was_read_reads_the_same(line: str) -> None:
    for name, version in members_in(line):
        assert name
        again = member_of(f"{name} {version}")
        assert again[1] or not version


@pytest.mark.parametrize("piece", ["a ", "[", "@1", "1.", "a/", "- ", "https://", "(((", "a|"])
def test_long_lines_take_no_longer_than_they_are(piece: str) -> None:
    assert members_in(piece * 20_000) is not None
