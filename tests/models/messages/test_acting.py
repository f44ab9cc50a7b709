"""What people have done, on the card and in lists; the form for a new issue."""

from dataclasses import replace
from urllib.parse import parse_qs, urlsplit

from models.messages.incident import incident_card
from models.messages.lists import failing_message
from models.messages.message import Buttons, Links, Message, Table
from models.messages.status import status_message
from models.messages.story import opened_reply
from models.rules.care import Care
from models.rules.status import Verdict
from models.views import StatusMatrix, StatusView
from models.views.worst import WorstIncidents
from tests.models.messages.samples import BROKE, HOUR, INCIDENT, PLUGIN, said

CARED_FOR = replace(
    INCIDENT,
    care=Care(
        acknowledged_at=BROKE + HOUR / 12,
        acknowledger_id=1,
        acknowledged_by="Gil",
        owner_id=2,
        owner="Mai",
        muted_at=BROKE,
        muted_until=BROKE + 4 * HOUR,
        muted_by="Ada",
        mute_reason="we wait",
    ),
)


def buttons(message: Message) -> list[tuple[str, str]]:
    return [pair for block in message if isinstance(block, Buttons) for pair in block.buttons]


def form(message: Message) -> str:
    (address,) = (
        address
        for block in message
        if isinstance(block, Links)
        for label, address in block.links
        if label == "Open issue"
    )
    return address


def test_a_card_says_who_has_seen_it_who_owns_it_and_until_when_it_is_muted() -> None:
    words = said(incident_card(CARED_FOR)).splitlines()
    assert "Acknowledged by Gil, 2026-11-21 03:20 UTC." in words
    assert "Owned by Mai." in words
    assert "Muted by Ada until 2026-11-21 07:15 UTC. Reason: we wait" in words


def test_an_open_card_offers_what_can_be_done_now() -> None:
    assert buttons(incident_card(INCIDENT, files=True)) == [
        ("Acknowledge", "ack 12"),
        ("Claim", "claim 12"),
        ("Mute 4 h", "mute 12 4h"),
        ("File issue", "file 12"),
        ("Details", "log discourse-solved"),
    ]
    assert buttons(incident_card(CARED_FOR, files=True)) == [
        ("Release", "release 12"),
        ("Unmute", "unmute 12"),
        ("File issue", "file 12"),
        ("Details", "log discourse-solved"),
    ]


def test_a_card_leads_to_its_issue_and_does_not_offer_another() -> None:
    asked = incident_card(replace(INCIDENT, care=Care(filed_at=BROKE)), files=True)
    assert "Its issue is on its way to GitHub, asked for at 2026-11-21 03:15 UTC." in said(asked)
    assert "file 12" not in [command for _, command in buttons(asked)]
    filed = incident_card(replace(INCIDENT, care=Care(filed_at=BROKE, issue=7)), files=True)
    assert "Filed as issue 7." in said(filed)
    assert "https://github.com/discourse/discourse-solved/issues/7" in said(filed)
    assert "/issues/new" not in said(filed)


def test_a_resolved_card_offers_its_details_alone() -> None:
    fixed = incident_card(replace(INCIDENT, resolved_at=BROKE + HOUR))
    assert buttons(fixed) == [("Details", "log discourse-solved")]
    assert "/issues/new" not in said(fixed)


def test_lists_and_status_say_who_takes_care() -> None:
    (table,) = (
        block
        for block in failing_message(WorstIncidents((CARED_FOR,), 1, 1), [], BROKE + HOUR)
        if isinstance(block, Table)
    )
    assert (
        table.rows[0][2]
        == "✗ incompatible for 1 h (owned by Mai, muted until 2026-11-21 07:15 UTC)"
    )
    status = StatusView("main", "tests-passed", Verdict.INCOMPATIBLE, BROKE, incident=CARED_FOR)
    assert "Owned by Mai" in said(status_message(StatusMatrix(PLUGIN, (status,)), BROKE + HOUR))


def test_the_form_for_a_new_issue_holds_the_facts_and_the_error_letter_for_letter() -> None:
    parts = urlsplit(form(opened_reply(INCIDENT)))
    assert (
        f"{parts.scheme}://{parts.netloc}{parts.path}"
        == "https://github.com/discourse/discourse-solved/issues/new"
    )
    (title,), (body,) = parse_qs(parts.query).values()
    assert (
        title
        == "The branch main does not load on tests-passed: NoMethodError: undefined method `add_callback'"
    )
    assert body.splitlines() == [
        "The branch main does not load on tests-passed since 2026-11-21 03:15 UTC.",
        "Seen on canary.example.com.",
        "",
        "Suspect: the host. Since it last worked, only the host has changed, not the plugin.",
        "- Last worked: plugin a1a1a1a with host 9f9f9f9",
        "- First failed: plugin a1a1a1a with host 0b0b0b0",
        "",
        "    NoMethodError: undefined method `add_callback'",
        "    Did you mean?  add_callbacks",
    ]


def test_the_form_stays_short_whatever_the_error_is() -> None:
    huge = replace(
        INCIDENT,
        message="\U0001f4a5&title=x#" * 1_000,
        plugin_branch="ä" * 1_000,
        host_branch="ö" * 1_000,
    )
    address = form(opened_reply(huge))
    assert len(address) <= 3_000
    assert set(parse_qs(urlsplit(address).query)) == {"title", "body"}
