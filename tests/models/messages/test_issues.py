"""Issues: the answer, the card, and the thread."""

from dataclasses import replace

from models.messages.issues import issue_card, issue_reply, issues_message, never_told
from models.messages.message import Facts, Links, Message, Table
from models.views.github import IssueList
from tests.models.messages.samples import BROKE, HOUR, ISSUE, PLUGIN, REPOSITORY, said

NAME = "discourse/discourse-solved"


def _answer(found: IssueList) -> Message:
    return issues_message(PLUGIN, REPOSITORY, found, BROKE)


def _table(message: Message) -> Table:
    return next(block for block in message if isinstance(block, Table))


def _addresses(message: Message) -> list[str]:
    return [address for block in message if isinstance(block, Links) for _, address in block.links]


def test_open_issues_are_a_table_with_their_age() -> None:
    bare = replace(ISSUE, number=3, title=" \n", labels=(), comments=1_200)
    message = _answer(IssueList("open", (), (ISSUE, bare), 2))
    assert message.title == "discourse-solved: 2 open issues"
    assert _table(message) == Table(
        ("Issue", "Labels", "Opened", "Comments"),
        (
            ("#12 It does not load", "bug, needs info", "2 days ago", "3"),
            ("#3 without a title", "—", "2 days ago", "1,200"),
        ),
    )
    assert _addresses(message) == ["https://github.com/discourse/discourse-solved/issues"]


def test_closed_ones_tell_when_they_were_closed() -> None:
    closed = replace(ISSUE, state="closed", closed_at=BROKE - HOUR)
    message = _answer(IssueList("closed", (), (closed,), 1))
    assert message.title == "discourse-solved: 1 closed issue"
    assert _table(message).header[2] == "Closed"
    assert _table(message).rows[0][2] == "1 h ago"
    assert _addresses(message)[0].endswith("/issues?q=is%3Aissue+is%3Aclosed")


def test_what_is_not_shown_is_counted_with_how_to_see_it() -> None:
    words = said(_answer(IssueList("open", (), (ISSUE,) * 20, 137)))
    assert (
        "and 117 more; see them on GitHub, or ask for one label: /plugin issues NAME label:LABEL"
        in words
    )


def test_one_label() -> None:
    found = IssueList("open", ("Bug",), (ISSUE,), 1, ("bug", "needs info"))
    assert _answer(found).title == "discourse-solved: 1 open issue labelled “Bug”"
    none = replace(found, asked=("bgu",), issues=(), total=0)
    assert _answer(none).title == "discourse-solved: no open issue is labelled “bgu”"
    assert "Did you mean bug?" in said(_answer(none))
    assert "Labels of its open issues: bug and needs info." in said(
        _answer(replace(none, asked=("wontfix",)))
    )


def test_none_at_all() -> None:
    message = _answer(IssueList("open", (), (), 0))
    assert message.title == "discourse-solved: no open issue"
    assert _addresses(message) == ["https://github.com/discourse/discourse-solved/issues"]


def test_a_repository_that_was_deleted_has_no_issues() -> None:
    message = issues_message(
        PLUGIN, replace(REPOSITORY, deleted=True), IssueList("open", (), (ISSUE,), 1), BROKE
    )
    assert "deleted on GitHub, and its issues with it" in message.title
    assert message.blocks == ()


def test_a_repository_that_github_never_told_of_says_what_the_operator_has_to_do() -> None:
    words = said(never_told(PLUGIN))
    assert "PUBLIC_URL/github/webhooks" in words
    assert "GITHUB_WEBHOOK_SECRET" in words
    assert "https://github.com/discourse/discourse-solved/issues" in words


def test_the_card_of_an_issue_tells_neither_ages_nor_what_moves_with_each_comment() -> None:
    card = issue_card([PLUGIN], ISSUE, NAME)
    assert card.title == "discourse-solved: issue #12 It does not load"
    assert card.blocks == (
        Facts(
            (("State", "open"), ("Labels", "bug, needs info"), ("Opened", "2026-11-19 01:15 UTC"))
        ),
        Links((("Issue on GitHub", "https://github.com/discourse/discourse-solved/issues/12"),)),
    )
    assert issue_card([PLUGIN], replace(ISSUE, comments=99), NAME) == card


def test_a_gone_issue_is_not_linked() -> None:
    card = issue_card([PLUGIN], ISSUE, NAME, gone=True)
    assert "deleted or transferred" in said(card)
    assert _addresses(card) == []


def test_the_thread_tells_each_turn() -> None:
    closed = replace(ISSUE, state="closed")
    assert issue_reply([PLUGIN], closed, BROKE).title == "discourse-solved: issue #12 was closed"
    assert issue_reply([PLUGIN], ISSUE, BROKE).title == "discourse-solved: issue #12 was reopened"
    gone = issue_reply([PLUGIN], closed, BROKE, gone=True)
    assert gone.title == "discourse-solved: issue #12 was deleted or transferred"
    assert "It does not load" in said(gone)
