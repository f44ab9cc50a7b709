"""Tokens that are recognised as secret by their shape, from a maintained rule set.

The shapes are data, `known_tokens.json`, under the licences of `known_tokens.LICENSE`: the
catalogue of Kingfisher, which has that of Betterleaks (the successor of Gitleaks) and some of
Veles. `make tokens` writes it again. RE2 finds them all in one pass, in time linear in the text.
"""

import json
import re
from pathlib import Path
from typing import Any

import re2

_UUID = "[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}"

# What that catalogue lacks, or finds only next to other words: of Google's OAuth, Stripe's webhooks, OpenAI and
# similar by their prefix, Telegram, Mailgun, Mailchimp, Square, Sentry, New Relic, Terraform, Azure; and, from
# what gitleaks and detect-secrets find and the makers' own words, of those named beside each.
_MORE = (
    r"ya29\.[\w-]{16,}",
    r"GOCSPX-[\w-]{16,}",
    r"whsec_[A-Za-z0-9+/=]{16,}",
    r"sk-(?:ant|proj|svcacct|admin|or|None)-[\w-]{16,}",
    r"sk-[A-Za-z0-9]{32,}",
    r"[0-9]{8,10}:AA[\w-]{30,}",
    r"key-[0-9a-f]{32}",
    r"[0-9a-f]{32}-us[0-9]{1,2}",
    r"sq0[a-z]{3}-[\w-]{16,}",
    r"sntry[a-z]_[\w+/=-]{16,}",
    r"NRAK-[A-Z0-9]{16,}",
    r"[A-Za-z0-9]{14}\.atlasv1\.[\w=-]{16,}",
    r"\w[\w~.]{2}[0-9]Q~[\w~.-]{16,}",
    r"[A-Za-z0-9]{76}AZDO[A-Za-z0-9]{4}",  # Azure DevOps
    r"[A-Za-z0-9]{52}JQQJ9[A-Za-z0-9]{20,30}",  # Azure AI
    r"LTAI[A-Za-z0-9]{16,30}",  # Alibaba
    r"AT(?:BB[A-Za-z0-9]{32}|CTT3[\w=-]{32,})",  # Atlassian
    r"(?:IQoJb3JpZ2lu|FwoGZXIvYXdz)[\w+/=-]{32,}",  # sessions of AWS
    rf"amzn\.mws\.{_UUID}",
    r"4b1d[A-Za-z0-9]{38}\b",  # ClickHouse
    r"dnkey-[a-z0-9=_-]{26}-[a-z0-9=_-]{52}",  # Defined Networking
    r"dp\.(?:ct|pt|st|scim|audit|sa)\.(?:[\w-]{2,35}\.)?[A-Za-z0-9]{40,44}",  # Doppler
    r"[0-9]{13,17}\|[\w-]{27}\b",  # Facebook
    r"fo1_[\w-]{43}",  # Fly.io, and the next
    r"fm[12][ar]?_[\w+/=-]{60,}",
    rf"pat-[a-z]{{2}}[0-9]-{_UUID}",  # HubSpot
    r"hf_[A-Za-z0-9]{34}\b",  # Hugging Face
    rf"(?:api|sdk|mob)-{_UUID}",  # LaunchDarkly
    r"(?:live|test)_[0-9a-f]{35}\b",  # Lob
    r"pubkey-[0-9a-f]{32}",
    r"sk\.[A-Za-z0-9]{60,}\.[\w-]{22}",  # Mapbox
    r"[A-Za-z0-9]{6}_[A-Za-z0-9]{29}_mmk",  # MaxMind
    r"nfp_[A-Za-z0-9]{36}",  # Netlify
    r"NRJS-[0-9a-f]{19}",
    r"NRII-[\w-]{32}",
    r"[0-9a-f]{36}NRAL",
    r"secret_[A-Za-z0-9]{43}\b",  # Notion
    r"oy2[a-z0-9]{43}\b",  # NuGet
    r"SSWS 00[\w-]{20,}",  # Okta
    rf"access-(?:sandbox|development|production)-{_UUID}",  # Plaid
    r"sq[apu]_[0-9a-f]{40}",  # Sonar
    r"sgp_(?:(?:[0-9a-f]{16}|local)_)?[0-9a-f]{40}",  # Sourcegraph
    r"tskey-[a-z]{2,12}-[\w-]{20,}",  # Tailscale
    r"tfp_[\w.=-]{59}",  # Typeform
    r"AQVN[\w-]{35,38}",  # Yandex, and the next
    r"t1\.[\w-]{60,}\.[\w-]{40,}",
    r"re_[A-Za-z0-9]{8}_[A-Za-z0-9]{24}\b",  # Resend
    r"CFPAT-[\w-]{43}",  # Contentful
    rf"waka_{_UUID}",  # WakaTime
    r"access_token\$(?:production|sandbox)\$[0-9a-z]{16}\$[0-9a-f]{32}",  # Braintree
    r"AAAA[\w-]{7}:APA91b[\w-]{100,}",  # Firebase
    r"sl\.(?:u\.)?[\w-]{100,}",  # Dropbox
    r"c[ks]_[0-9a-f]{40}\b",  # WooCommerce
    r"[12]/[0-9]{10,20}(?:/[0-9]{10,20})?:[0-9a-f]{32}",  # Asana
    r"nyk_v0_[A-Za-z0-9]{64}",  # Nylas
    r"tr_(?:dev|prod|stg|preview)_[A-Za-z0-9]{20,}",  # Trigger.dev
    r"1//0[\w-]{40,}",  # Google's refreshing
    r"0x4AAAAAA[\w-]{20,}",  # Cloudflare Turnstile
    r"6L[\w-]{38}\b",  # reCAPTCHA
    r"[12][A-Za-z0-9]{26}_[A-Za-z0-9]{15,22}\b",  # ngrok
    r"sk_[0-9a-f]{48}\b",  # ElevenLabs
    r"tvly-[A-Za-z0-9-]{28,}",  # Tavily
    r"fc-[0-9a-f]{32}\b",  # Firecrawl
    r"e2b_[0-9a-f]{40}\b",
    r"S[A-Z2-7]{55,57}\b",  # NATS, Stellar
)
# A token begins at a word's beginning, or right after an escape of JSON or of an address.
_BEGIN = r"(?:\b|\\[nrt]|%[0-9A-Fa-f]{2})"
_ESCAPE = re.compile(rb"\\[nrt]|%[0-9A-Fa-f]{2}")
_DIGIT, _CAPITAL = re.compile(rb"[0-9]"), re.compile(rb"[A-Z]")


def _compiled() -> Any:
    data = Path(__file__).with_name("known_tokens.json").read_text(encoding="utf-8")
    shapes = (*_MORE, *json.loads(data)["shapes"].values())
    each = "|".join(f"(?:{shape})" for shape in shapes)  # a flag in a group holds for it alone
    options = re2.Options()
    options.never_capture = True
    # Memory for the automaton, at the most. With 10 MiB and more RE2 also makes the one that goes back from a token's
    # end to its beginning, of which text full of different tokens makes ever new states: 1 s for 32 KB, not 12 ms.
    options.max_mem = 6 << 20
    options.log_errors = False
    return re2.compile(f"{_BEGIN}(?:{each})".encode(), options)


_TOKEN = _compiled()


def without_tokens(text: str) -> str:
    """The text with `[redacted token]` for each token."""
    content = text.encode("utf-8", "surrogatepass")
    if not _TOKEN.search(content):
        return text
    without: bytes = _TOKEN.sub(_marked, content)
    return without.decode("utf-8", "surrogatepass")


def _marked(found: Any) -> bytes:
    escape = _ESCAPE.match(found[0])
    word = found[0][escape.end() :] if escape else found[0]
    if _is_name(word):
        return bytes(found[0])
    return (escape[0] if escape else b"") + b"[redacted token]"


def _is_name(word: bytes) -> bool:
    """Whether this is a name, such as tss_something_long or r.registerComponents: of what was made at random half
    of the letters are capitals, and hardly one has no digit.
    """
    if _DIGIT.search(word):
        return False
    return 4 * len(_CAPITAL.findall(word)) <= len(word) or word == word.upper()
