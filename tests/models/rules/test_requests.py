"""Which requests count, and whom they blame."""

import pytest

from models.rules.attribution import blamed
from models.rules.requests import Request, counts, failure_words

SITE = "https://forum.example.com"
PLUGIN = "/assets/plugins/sun-dial-0a1b2c3d4e5f.js"
DIGESTED = "/assets/js/plugins/sun-dial_main.Bq_x1-0a1b2c3d4e5f.digested.js"
CDN = "https://cdn.example.net"


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("/latest.json", "xhr"),
        ("/weather-vane/forecast.json", "fetch"),
        ("/latest", "document"),
        (PLUGIN, "script"),
        ("/stylesheets/desktop_0a1b2c3d.css", "stylesheet"),
        ("/plugins/sun-dial/images/face.png", "image"),
        ("/assets/fontawesome.woff2", "font"),
    ],
)
def test_code_and_data_of_the_site_count(path: str, kind: str) -> None:
    assert counts(Request("GET", SITE + path, kind, 404), SITE)
    assert counts(Request("GET", f"{SITE}:443{path}", kind, 500), f"{SITE}/")
    assert counts(Request("GET", SITE + path, kind, failure="net::ERR_CONNECTION_RESET"), SITE)
    assert not counts(Request("GET", SITE + path, kind, 304), SITE)
    assert not counts(
        Request("GET", SITE + path, kind, failure="net::ERR_ABORTED", canceled=True), SITE
    )


@pytest.mark.parametrize(
    ("url", "kind"),
    [
        (f"{SITE}/user_avatar/forum.example.com/ines/48/3_2.png", "image"),
        (f"{SITE}/uploads/default/original/1X/3a.mp3", "media"),
        (f"{SITE}/message-bus/0a1b/poll", "xhr"),
        (f"{SITE}/topics/timings", "xhr"),
        (f"{SITE}/presence/update", "fetch"),
        (f"{SITE}/session/current.json", "xhr"),
        (f"{SITE}/favicon.ico", "other"),
        (f"{SITE}/service-worker.js", "script"),
        (f"{SITE}/latest.json", "preflight"),
        ("https://analytics.example.org/count.js", "script"),
        ("https://analytics.example.org/collect", "fetch"),
        ("http://forum.example.com/latest.json", "xhr"),
        (f"{CDN}/uploads/logo.png", "image"),
    ],
)
def test_noise_does_not(url: str, kind: str) -> None:
    assert not counts(Request("GET", url, kind, 500), SITE)


def test_a_plugins_code_counts_from_wherever_it_is_served() -> None:
    assert counts(Request("GET", CDN + PLUGIN, "script", 404), SITE)
    assert counts(Request("GET", CDN + DIGESTED, "script", 404), SITE)
    assert blamed(failure_words(Request("GET", SITE + DIGESTED, "script", 404))) == ("sun-dial",)
    assert not counts(Request("GET", f"{CDN}/assets/other.js", "script", 404), SITE)


def test_the_words_blame_who_asked() -> None:
    stack = (
        f"{SITE}/assets/discourse-5d41402a.js:9:1",
        f"{SITE}/assets/plugins/weather-vane-0a1b2c3d4e5f.js:3:9",
        f"{SITE}/assets/plugins/ink-well-0a1b2c3d4e5f.js:1:1",
    )
    asked = Request("GET", f"{SITE}/forecast.json?topic=1", "fetch", 500, stack=stack)
    assert (
        failure_words(asked) == f"GET /forecast.json was answered with 500\nasked for by {stack[1]}"
    )
    assert blamed(failure_words(asked)) == ("weather-vane",)
    gone = Request("GET", SITE + PLUGIN, "script", failure="net::ERR_FAILED", stack=stack)
    assert failure_words(gone) == f"GET {PLUGIN} failed: net::ERR_FAILED"
    assert blamed(failure_words(gone)) == ("sun-dial",)
    core = Request("POST", f"{SITE}/posts", "xhr", 502, stack=stack[:1])
    assert blamed(failure_words(core)) == ()
