"""Slack's error codes, sorted by what can be done about them."""

from dataclasses import dataclass
from datetime import UTC, datetime
from enum import Enum
from typing import Any

from slack_sdk.errors import SlackApiError

from models.messages.words import clip
from models.rules.retry import seconds_to_wait

_WAIT_UNSAID = 30.0  # seconds, for a 429 that does not say how long
_DETAIL_LIMIT = 300


class RefusalKind(Enum):
    """What a refusal means for the message."""

    LATER = "the same may work later"
    GONE = "the destination takes no message any more"
    LOST = "the message or thread that it is about is not there any more"
    BLOCKS = "Slack does not take what we drew"
    OURS = "we ask wrongly, and will the next time"
    OPERATOR = "the same works once the operator has put it right"
    STOP = "no message at all gets through"


@dataclass(frozen=True, slots=True)
class SlackRefusal:
    """What Slack said: its `code`, the `kind`, and words for the log and for guardians."""

    code: str
    kind: RefusalKind
    words: str
    retry_after: float | None = None

    @property
    def is_clear(self) -> bool:
        """Whether Slack surely did nothing.

        After a failure of its own, it may have done all of it.
        """
        return self.retry_after is not None or self.code in _CODES.keys() - _FAILURES


def refusal(error: SlackApiError) -> SlackRefusal:
    """Read an answer that was not ok."""
    response: Any = error.response
    status = int(getattr(response, "status_code", 0) or getattr(response, "status", 0) or 0)
    data = getattr(response, "data", None)
    said: dict[str, Any] = data if isinstance(data, dict) else {}
    code = clip(str(said.get("error") or f"HTTP {status}"))
    if status == 429 or code in _RATE_LIMITED:
        return SlackRefusal(
            code,
            RefusalKind.LATER,
            "Slack asks us to slow down",
            _seconds(getattr(response, "headers", {})),
        )
    if status >= 500:
        return SlackRefusal(code, RefusalKind.LATER, f"Slack is not well: it answered {status}")
    kind, meaning = _CODES.get(code, (RefusalKind.LATER, "a code that we do not know"))
    return SlackRefusal(code, kind, f"Slack says {code}: {meaning}{_details(said)}")


def _seconds(headers: Any) -> float:
    seconds = seconds_to_wait(headers.get("Retry-After"), datetime.now(UTC))
    return _WAIT_UNSAID if seconds is None else seconds


def _details(said: dict[str, Any]) -> str:
    needed = said.get("needed")
    problems = (said.get("response_metadata") or {}).get("messages") or said.get("errors") or ()
    parts = [f"needed: {needed}"] if needed else [str(problem) for problem in problems]
    return f" ({clip('; '.join(parts), _DETAIL_LIMIT)})" if parts else ""


_RATE_LIMITED = {"ratelimited", "rate_limited"}
_FAILURES = {"internal_error", "fatal_error", "service_unavailable", "request_timeout"}

_NOT_IN = "the channel does not exist, or it is private and the bot is not in it; invite it, or follow elsewhere"
_MAY_NOT = "the workspace lets the bot not post there"
_PERSON = "this person cannot be written to"
_REINSTALL = "the bot's token is not valid; install the app again and set SLACK_BOT_TOKEN"
_SHAPE = "it is malformed; this is a mistake of Pluginwatch"
_SICK = "Slack is not well"

# Every code that is known, by what it means. https://docs.slack.dev/reference/methods/chat.postMessage#errors
_MEANINGS: tuple[tuple[RefusalKind, str, tuple[str, ...]], ...] = (
    (
        RefusalKind.GONE,
        _NOT_IN,
        ("channel_not_found", "not_in_channel", "no_permission", "access_denied"),
    ),
    (RefusalKind.GONE, "the channel is archived", ("is_archived",)),
    (
        RefusalKind.GONE,
        _MAY_NOT,
        (
            "restricted_action",
            "restricted_action_read_only_channel",
            "restricted_action_non_threadable_channel",
            "restricted_action_thread_only_channel",
            "posting_to_general_channel_denied",
            "messages_tab_disabled",
        ),
    ),
    (
        RefusalKind.GONE,
        _PERSON,
        ("user_not_found", "user_not_visible", "user_disabled", "users_not_found", "cannot_dm_bot"),
    ),
    (
        RefusalKind.LOST,
        "the card is not there any more",
        ("message_not_found", "thread_not_found", "cannot_reply_to_message", "cant_update_message"),
    ),
    (
        RefusalKind.LOST,
        "the card is too old to be edited in this workspace",
        ("edit_window_closed",),
    ),
    (
        RefusalKind.BLOCKS,
        "it does not take the message as it is drawn; this is a mistake of Pluginwatch",
        (
            "invalid_blocks",
            "invalid_blocks_format",
            "msg_blocks_too_long",
            "msg_too_long",
            "invalid_attachments",
        ),
    ),
    (
        RefusalKind.OURS,
        _SHAPE,
        (
            "no_text",
            "invalid_arguments",
            "invalid_arg_name",
            "invalid_array_arg",
            "invalid_charset",
            "invalid_form_data",
            "invalid_json",
            "json_not_object",
            "invalid_post_type",
            "missing_post_type",
            "missing_argument",
            "metadata_too_large",
            "invalid_metadata_format",
            "invalid_metadata_schema",
            "unknown_method",
            "method_deprecated",
        ),
    ),
    (
        RefusalKind.OPERATOR,
        "the app lacks a scope; add it as slack-manifest.yml has it, and install it again",
        ("missing_scope",),
    ),
    (
        RefusalKind.STOP,
        _REINSTALL,
        (
            "invalid_auth",
            "not_authed",
            "account_inactive",
            "token_revoked",
            "token_expired",
            "not_allowed_token_type",
            "org_login_required",
            "ekm_access_denied",
            "team_access_not_granted",
            "two_factor_setup_required",
            "app_uninstalled",
        ),
    ),
    (
        RefusalKind.LATER,
        _SICK,
        (
            "internal_error",
            "fatal_error",
            "service_unavailable",
            "request_timeout",
            "accesslimited",
            "team_added_to_org",
            "message_limit_exceeded",
        ),
    ),
)


def _by_code() -> dict[str, tuple[RefusalKind, str]]:
    found: dict[str, tuple[RefusalKind, str]] = {}
    for kind, meaning, codes in _MEANINGS:
        found.update(dict.fromkeys(codes, (kind, meaning)))
    return found


_CODES = _by_code()
