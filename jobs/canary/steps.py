"""The smoke test, step by step, as a person would go through a Discourse site."""

from collections.abc import Callable
from dataclasses import dataclass

from jobs.canary.visit import BrowserVisit


@dataclass(frozen=True, slots=True)
class Step:
    """A step: what it is called, and what is done.

    It fails by raising `StepError`, or when it takes too long.
    """

    name: str
    do: Callable[[BrowserVisit], None]


_LOG_IN_BUTTON = ".d-header .login-button"
_LOG_IN_DIALOG = ".login-modal, .login-fullpage"
_TOPIC = ".topic-list-item"
_TOPIC_LINK = ".topic-list-item .main-link a.title, .topic-list-item a.raw-topic-link"
_CATEGORIES = ".category-list, .category-boxes, .category-boxes-with-topics, .categories-and-latest"
_COMPOSER = "#reply-control.open"
_TITLE = f"{_COMPOSER} #reply-title"
_EDITOR = f"{_COMPOSER} .d-editor-input"
_PREVIEW = f"{_COMPOSER} .d-editor-preview"
_SUBMIT = f"{_COMPOSER} .save-or-cancel .create"
_POST_MENU = "#post_1 .post-controls .show-more-actions, #post_1 .post-action-menu__show-more"
_EDIT = "#post_1 .post-controls .edit, #post_1 .post-action-menu__edit"


def opens(path: str) -> Callable[[BrowserVisit], None]:
    """Go to a page by its address."""
    return lambda visit: visit.open(path)


def sees(selector: str) -> Callable[[BrowserVisit], None]:
    """Wait until something can be seen."""
    return lambda visit: visit.see(selector)


def presses(selector: str) -> Callable[[BrowserVisit], None]:
    """Click the first of what can be seen of this kind."""
    return lambda visit: visit.press(selector)


def log_in(visit: BrowserVisit) -> None:
    """Type the credentials, and send them."""
    visit.write("#login-account-name", visit.username)
    visit.write("#login-account-password", visit.password.get_secret_value())
    visit.press("#login-button")


def open_first_topic(visit: BrowserVisit) -> None:
    """Not every list of categories shows topics, so it is the first of the newest ones."""
    visit.open("/latest")
    visit.press(_TOPIC_LINK)


def write_topic(visit: BrowserVisit) -> None:
    """Give it a title that no topic has, and a text."""
    visit.write(_TITLE, _title(visit))
    visit.write(_EDITOR, _topic(visit))


def write_reply(visit: BrowserVisit) -> None:
    """Write into the composer."""
    visit.write(_EDITOR, _reply(visit))


def edit_first_post(visit: BrowserVisit) -> None:
    """Some themes hide the pencil of one's own post behind three dots."""
    if not visit.shows(_EDIT) and visit.shows(_POST_MENU):
        visit.press(_POST_MENU)
    visit.press(_EDIT)
    visit.see(_EDITOR)
    visit.write(_EDITOR, _edited(visit))
    visit.see(_PREVIEW, _edited(visit))


def _title(visit: BrowserVisit) -> str:
    return f"A smoke test by the browser canary {visit.mark}"


def _topic(visit: BrowserVisit) -> str:
    return f"This topic shows that one can be written: {visit.mark}."


def _reply(visit: BrowserVisit) -> str:
    return f"And this reply shows that a topic can be replied to: {visit.mark}."


def _edited(visit: BrowserVisit) -> str:
    return f"This topic shows that one can be written and edited: {visit.mark}."


STEPS = (
    Step("open the site", opens("/")),
    Step("log-in button is visible", sees(_LOG_IN_BUTTON)),
    Step("open the log-in dialog", presses(_LOG_IN_BUTTON)),
    Step("log-in dialog is open", sees(_LOG_IN_DIALOG)),
    Step("log in", log_in),
    Step("is logged in", sees(".d-header .current-user")),
    Step("open /latest", opens("/latest")),
    Step("at least one topic", sees(_TOPIC)),
    Step("open /categories", opens("/categories")),
    Step("categories are visible", sees(_CATEGORIES)),
    Step("open the first topic", open_first_topic),
    Step("at least one post", sees(".topic-post .cooked")),
    Step("click the first user", presses(".topic-post [data-user-card]")),
    Step("user card shows", sees("#user-card .names, .user-card .names")),
    Step("go home", opens("/")),
    Step("topic list shows", sees(".topic-list")),
    Step("create-topic button is visible", sees("#create-topic")),
    Step("open the composer", presses("#create-topic")),
    Step("editor is focused", lambda visit: visit.see_focused(_COMPOSER)),
    Step("clear the title", lambda visit: visit.write(_TITLE, "")),
    Step("write a new topic", write_topic),
    Step("preview updates", lambda visit: visit.see(_PREVIEW, _topic(visit))),
    Step("submit the topic", presses(_SUBMIT)),
    Step("topic is created", lambda visit: visit.see(".fancy-title", _title(visit))),
    Step("open the composer to reply", presses("#topic-footer-buttons .create")),
    Step("composer is open", sees(_EDITOR)),
    Step("write a reply", write_reply),
    Step("preview shows the reply", lambda visit: visit.see(_PREVIEW, _reply(visit))),
    Step("submit the reply", presses(_SUBMIT)),
    Step("reply is shown", lambda visit: visit.see("#post_2 .cooked", _reply(visit))),
    Step("edit the first post", edit_first_post),
    Step("submit the edit", presses(_SUBMIT)),
    Step("edit is shown", lambda visit: visit.see("#post_1 .cooked", _edited(visit))),
    Step("open /admin", opens("/admin")),
    Step("dashboard appears", sees(".admin-contents .dashboard, .dashboard")),
    Step("open /admin/plugins", opens("/admin/plugins")),
    Step("plugin list appears", sees(".admin-plugins-list, .admin-plugins table")),
)
