"""Issues on GitHub: the answer to `issues`, the card of one and the replies in its thread.

Also the newest issues as `status` shows them.
"""

from collections.abc import Sequence
from datetime import datetime

from models.messages import links
from models.messages.blocks import and_more, known_links, some_more
from models.messages.message import Block, Facts, Items, Message, Table, Text
from models.messages.repository import naming
from models.messages.suggestions import closest
from models.messages.times import ago, clock
from models.messages.words import clip, either, joined
from models.rules.speaking import count, marked, say
from models.views import PluginView
from models.views.github import IssueList, IssueView, RepositoryView

_TITLE_LIMIT = 120
_CARD_TITLE_LIMIT = 200
_LABELS = 6
_LABEL_LIMIT = 50

_HOW_TO_FOLLOW = (
    marked(
        "The operator sets GITHUB_WEBHOOK_SECRET to a long random text, and starts the web process again."
    ),
    marked(
        "On GitHub, in the repository's or the organization's settings under Webhooks, somebody adds a webhook: "
        "payload URL PUBLIC_URL/github/webhooks, where PUBLIC_URL is the setting of that name; content type "
        "application/json; the same secret; all events."
    ),
)


def issues_message(
    plugin: PluginView,
    repository: RepositoryView,
    found: IssueList,
    now: datetime,
) -> Message:
    """The issues that were asked for, the newest first, and where to see the rest."""
    handle = clip(plugin.handle)
    if repository.deleted:
        return Message(
            say(
                "{handle}: the repository was deleted on GitHub, and its issues with it",
                handle=handle,
            )
        )
    if not found.issues:
        return Message(_none(handle, found), blocks=(*_meant(found), *_page(repository, found)))
    hint = "; " + say("see them on GitHub, or ask for one label: {command}", command=_BY_LABEL)
    more = map(Text, and_more(found.total, len(found.issues), hint))
    title = f"{handle}: {_so_many(found)}"
    if found.asked:
        title += " " + say("labelled {quoted}", quoted=_quoted(found.asked))
    return Message(title, blocks=(_table(found, now), *more, *_page(repository, found)))


def not_told_here(plugin: PluginView) -> Message:
    """The repository is private, and the people who read this may not know of it."""
    words = say(
        "What GitHub says of it is for guardians, admins and its maintainers, where nobody else reads it."
    )
    return Message(
        say("{handle}: its issues are not shown here", handle=clip(plugin.handle)),
        blocks=(Text(words),),
    )


def never_told(plugin: PluginView) -> Message:
    """GitHub has never told of the plugin's repository; says what the operator has to do."""
    handle = clip(plugin.handle)
    meaning = say(
        "Issues, releases and tests are known from what GitHub reports, and it has never reported on this repository."
    )
    page = known_links((say("Issues on GitHub"), links.issues(plugin.repository)))
    how: tuple[Block, ...] = (Text(say("What to do:")), Items(tuple(map(say, _HOW_TO_FOLLOW))))
    blocks = (Text(meaning), *how, *page)
    return Message(say("{handle}: GitHub has not reported yet", handle=handle), blocks=blocks)


def open_issues(plugin: PluginView, repository: RepositoryView) -> tuple[Block, ...]:
    """How many issues are open, and the newest of them; nothing where the repository was
    deleted.
    """
    if repository.deleted:
        return ()
    if not repository.open_issues:
        return (Text(say("No issue is open.")),)
    said = count(repository.open_issues, "{number} open issue", "{number} open issues")
    if repository.open_issues > len(repository.newest_issues):
        said = say("{said}; the newest", said=said)
    items = (f"#{issue.number} {_title(issue)}" for issue in repository.newest_issues)
    more = Text(
        say("With labels and age: /plugin issues {handle}", handle=clip(plugin.handle)), quiet=True
    )
    return (Text(f"{said}:"), Items(tuple(items)), more)


def issue_card(
    plugins: Sequence[PluginView],
    issue: IssueView,
    full_name: str,
    *,
    gone: bool = False,
) -> Message:
    """One issue as it is now. `full_name` is the repository's; `gone`: deleted or transferred."""
    facts = [(say("State"), say("deleted or transferred") if gone else say(issue.state))]
    if issue.labels:
        facts.append((say("Labels"), _labels(issue)))
    facts.append((say("Opened"), clock(issue.created_at)))
    link = () if gone else _link(issue, full_name)
    title = say(
        "{naming}: issue #{number} {title}",
        naming=naming(plugins),
        number=issue.number,
        title=clip(issue.title, _CARD_TITLE_LIMIT),
    )
    return Message(title, blocks=(Facts(tuple(facts)), *link))


def issue_reply(
    plugins: Sequence[PluginView],
    issue: IssueView,
    now: datetime,
    *,
    gone: bool = False,
) -> Message:
    """The issue was closed, reopened, or is `gone`: deleted or transferred."""
    title = say(
        "{naming}: issue #{number} {turn}",
        naming=naming(plugins),
        number=issue.number,
        turn=_turn(issue, gone=gone),
    )
    return Message(title, blocks=(Text(_title(issue)), Text(clock(now), quiet=True)))


def _turn(issue: IssueView, *, gone: bool) -> str:
    if gone:
        return say("was deleted or transferred")
    if issue.state == "closed":
        return say("was closed")
    return say("was reopened")


_BY_LABEL = "/plugin issues NAME label:LABEL"


def _so_many(found: IssueList) -> str:
    if found.state == "closed":
        return count(found.total, "{number} closed issue", "{number} closed issues")
    return count(found.total, "{number} open issue", "{number} open issues")


def _none(handle: str, found: IssueList) -> str:
    if found.asked:
        return say(
            "{handle}: no {state} issue is labelled {quoted}",
            handle=handle,
            state=say(found.state),
            quoted=_quoted(found.asked),
        )
    return say("{handle}: no {state} issue", handle=handle, state=say(found.state))


def _quoted(labels: tuple[str, ...]) -> str:
    return joined(tuple(f"“{clip(label)}”" for label in labels))


def _meant(found: IssueList) -> tuple[Block, ...]:
    if not found.asked or not found.labels:
        return ()
    known = {label.casefold() for label in found.labels}
    unknown = [label for label in found.asked if label.casefold() not in known]
    asked = unknown[0] if unknown else found.asked[0]
    if meant := closest(asked, found.labels):
        return (Text(say("Did you mean {meant}?", meant=either(meant))),)
    shown = joined(tuple(clip(label, _LABEL_LIMIT) for label in found.labels[:_LABELS]))
    end = " …" if len(found.labels) > _LABELS else "."
    return (
        Text(
            say(
                "Labels of its {state} issues: {shown}{end}",
                state=say(found.state),
                shown=shown,
                end=end,
            )
        ),
    )


def _table(found: IssueList, now: datetime) -> Table:
    closed = found.state == "closed"
    header = (
        say("Issue"),
        say("Labels"),
        say("Closed") if closed else say("Opened"),
        say("Comments"),
    )
    return Table(header, tuple(_row(issue, now, closed=closed) for issue in found.issues))


def _row(issue: IssueView, now: datetime, *, closed: bool) -> tuple[str, ...]:
    when = issue.created_at
    if closed and issue.closed_at:
        when = issue.closed_at
    title = f"#{issue.number} {_title(issue)}"
    return (title, _labels(issue) or "—", ago(when, now), f"{issue.comments:,}")


def _title(issue: IssueView) -> str:
    return clip(issue.title, _TITLE_LIMIT) or say("without a title")


def _labels(issue: IssueView) -> str:
    shown = [clip(label, _LABEL_LIMIT) for label in issue.labels[:_LABELS]]
    return ", ".join((*shown, *some_more(len(issue.labels), _LABELS)))


def _page(repository: RepositoryView, found: IssueList) -> tuple[Block, ...]:
    address = links.issues(repository.full_name, found.state)
    if found.state == "closed":
        return known_links((say("Closed issues on GitHub"), address))
    return known_links((say("Open issues on GitHub"), address))


def _link(issue: IssueView, full_name: str) -> tuple[Block, ...]:
    return known_links((say("Issue on GitHub"), links.issue(full_name, issue.number)))
