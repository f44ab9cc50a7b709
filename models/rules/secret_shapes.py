"""Secrets and addresses of mail that are recognised by their shape, whatever stands around them."""

import re
from typing import NamedTuple

from models.rules.kinds import KeyKind

_AT_START = r"(?:(?<![\w-]eyJ)|(?<=\\[nrt]eyJ))"
_UNTIL_QUOTE_OR_SPACE = r"[^\s\"'<>`]+"
# Four groups or more of one length.
_ALIKE = "|".join(rf"[A-Z\d]{{{n}}}(?:-[A-Z\d]{{{n}}}){{3,7}}(?![\w-])" for n in range(4, 9))

_OUR_KEY = f"pw_(?:{'|'.join(KeyKind)})_"


def _random(length: int) -> str:
    """So many letters and no more, as they are drawn: names of that length have more signs between their words."""
    return (
        rf"(?=[\w=-]{{{length}}}(?![\w=-]))(?=(?:[^\s\d]{{0,{length}}}\d){{2}})"
        rf"(?!(?:[A-Za-z\d=]{{0,{length}}}[_-]){{8}})[\w=-]{{{length}}}"
    )


class Rule(NamedTuple):
    """What the pattern finds is replaced by the mark. The hint finds something in each text where the pattern does:
    it is for RE2, and some ten times as quick.
    """

    hint: str
    pattern: re.Pattern[str]
    mark: str


def _shape(hint: str, pattern: str, kind: str) -> Rule:
    return Rule(hint, re.compile(pattern, re.ASCII), f"[redacted {kind}]")


# At a word's beginning, or right after an escape of JSON or of an address.
_WORD = r"(?:(?<![\w=-])|(?<=\\[nrt])|(?<=%[\dA-Fa-f]{2})|(?<![\w-])(?<==))"
# Of a private key that is written as JSON: what of it nobody may know, by names of one or two letters. It is as long
# as keys are, or short beside its kind; a name or a commit has not letters of both kinds, and digits.
_PART_OF_KEY = r"(?:[dpqk]|d[pq]|qi)\\{0,4}[\"'][ \t\r\n]{0,40}(?:=>|:)[ \t\r\n]{0,40}\\{0,4}[\"']"
_SHORT_KEY = r"\\{0,4}[\"']k\\{0,4}[\"'][ \t\r\n]{0,40}(?:=>|:)[ \t\r\n]{0,40}\\{0,4}[\"']"
_KIND_OF_KEY = r"[\"']kty\\{0,4}[\"']"
# Up to the next of either.
_BESIDE_IT = r"(?:[^{}\"'k]|k(?!ty)|[\"'](?!k\\{0,4}[\"'])){0,300}?"
_TWILIO = r"\bAC[\da-f]{32}(?:\\[nrt]|[^\w\\]|\\){1,12}(?:(?i:(?:twilio_)?(?:auth[_ -]?)?token)(?:[^\w\\]|\\){1,12})?"

# What is secret by its own shape, and of a kind that people want to know. Commit shas are not: they are what this
# project talks about.
SHAPES = (
    # A key without its end was cut off: all that follows is taken for its body.
    _shape(
        "-----BEGIN ",
        r"-----BEGIN [A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)?-----[\s\S]*?(?:-----END [A-Z0-9 ]{1,60}-----|\Z)",
        "private key",
    ),
    _shape(
        "PuTTY-User-Key-File",
        r"PuTTY-User-Key-File-\d:[\s\S]*?(?:Private-MAC: \w+|\Z)",
        "private key",
    ),
    _shape(
        r"hooks\.slack",
        rf"hooks\.slack(?:-gov)?\.com(?:/|%2F){_UNTIL_QUOTE_OR_SPACE}",
        "Slack webhook",
    ),
    _shape(
        r"discord(?:app)?\.com/api/",
        rf"discord(?:app)?\.com/api/(?:v\d{{1,3}}/)?webhooks/{_UNTIL_QUOTE_OR_SPACE}",
        "Discord webhook",
    ),
    # Of Teams, Zapier, IFTTT, Mattermost and Rocket.Chat.
    _shape(
        r"webhook\.office\.com/|office(?:365)?\.com/webhook/|/hooks/|/with/key/",
        rf"(?:webhook\.office\.com|outlook\.office(?:365)?\.com/webhook|hooks\.zapier\.com/hooks)/{_UNTIL_QUOTE_OR_SPACE}"
        r"|(?<=/with/key/)[\w-]{10,}|(?<=/hooks/)(?:[a-z0-9]{26}(?!\w)|[A-Za-z0-9]{17,24}/[A-Za-z0-9]{17,64})",
        "webhook",
    ),
    # Everything between the scheme and the last @ before the path; the user `git` is the same for everyone.
    _shape(r"://[^\s/\"'<>`]+@", r"(?<=://)(?!git@)[^\s/\"'<>`]+(?=@)", "credentials"),
    _shape("gh[oprsu]_|github_pat_", r"(?:gh[oprsu]_|github_pat_)\w{16,}", "GitHub token"),
    _shape("x(?:ox[a-z]|app)-", r"x(?:ox[a-z]|app)-[A-Za-z0-9-]{10,}", "Slack token"),
    _shape(
        r"[MNO][\w-]{23,}\.[\w-]{6}\.[\w-]|mfa\.",
        r"[MNO][\w-]{23,27}\.[\w-]{6}\.[\w-]{27,40}|mfa\.[\w-]{80,100}",
        "Discord token",
    ),
    _shape(r"api\.telegram\.org/bot", r"(?<=api\.telegram\.org/bot)\d{1,20}:[\w-]+", "token"),
    _shape(
        "/heartbeats/|hc-ping",
        r"(?:(?<=/heartbeats/)|(?<=hc-ping\.com/))[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}",
        "heartbeat",
    ),
    # Of our own pages that are opened by their address alone: whoever has it ends mails, or takes a site's key.
    _shape(
        "/unsubscribe/|/user-api-key/requests/",
        r"(?:(?<=/unsubscribe/)|(?<=/user-api-key/requests/))[\w-]{20,}",
        "private link",
    ),
    _shape(_OUR_KEY, rf"{_OUR_KEY}[\w-]{{20,}}", "Pluginwatch key"),
    _shape(
        "A(?:KIA|SIA)[A-Z2-7]", r"A(?<![A-Z0-9]A)(?:KIA|SIA)[A-Z2-7]{16}(?![A-Z0-9])", "AWS key"
    ),
    _shape(
        r"[A-Z\d]{4,8}-[A-Z\d]{4,8}-[A-Z\d]{4,8}-[A-Z\d]",
        # Groups that differ in length, of which one alone has a digit, are words: ASN1-TIME-ENCODING-ERROR.
        r"(?<![\w-])(?=[A-Z-]*\d)(?=[\d-]*[A-Z])(?!(?:[A-Z\d]{1,8}-){0,8}(?:AES|SHA)\d)"
        rf"(?=[A-Z-]*\d[A-Z\d]*-[A-Z-]*\d|{_ALIKE})"
        r"[A-Z\d]{4,8}(?:-[A-Z\d]{4,8}){3,7}(?![\w-])",
        "license key",
    ),
    # As crypt(3), passlib and PostgreSQL write them.
    _shape(
        r"\$(?:2[abxy]|[156y]|apr1|argon2\w{1,2}|pbkdf2[\w-]*)\$|SCRAM-SHA-256\$",
        r"\$(?:2[abxy]\$\d\d\$[\w./]{53}|(?:[156y]|apr1)\$[^\s$:\"'\\]{1,64}(?:\$[\w./]{1,40})?\$[\w./]{22,86}"
        r"|(?:argon2\w{1,2}|pbkdf2[\w-]{0,12})(?:\$[\w=,+/.-]{1,128}){2,4})"
        r"|SCRAM-SHA-256\$\d{1,9}:[\w+/=]{1,60}\$[\w+/=]{1,60}:[\w+/=]{1,60}",
        "password hash",
    ),
    _shape(
        "jdbc:oracle:",
        r"(?<=jdbc:oracle:thin:)[^\s/@\"']{1,60}/[^\s/@\"']{1,60}(?=@)",
        "credentials",
    ),
    Rule(
        rf"{_PART_OF_KEY}[\w-]{{32}}",
        re.compile(
            rf"(?P<name>(?<=[\"']){_PART_OF_KEY})(?=[^\s\d]{{0,60}}\d)"
            r"(?=[^\sA-Z]{0,60}[A-Z])(?=[^\sa-z]{0,60}[a-z])[\w-]{32,}+",
            re.ASCII,
        ),
        r"\g<name>[redacted private key]",
    ),
    Rule(
        _KIND_OF_KEY,
        re.compile(
            rf"(?P<name>{_KIND_OF_KEY}{_BESIDE_IT}{_SHORT_KEY})[\w-]{{16,}}+"
            rf"|(?P<first>{_SHORT_KEY})[\w-]{{16,}}+(?={_BESIDE_IT}{_KIND_OF_KEY})",
            re.ASCII,
        ),
        r"\g<name>\g<first>[redacted private key]",
    ),
    Rule(
        rf"{_TWILIO}[\da-f]{{32}}",
        re.compile(rf"(?P<name>{_TWILIO})[\da-f]{{32}}(?!\w)", re.ASCII),
        r"\g<name>[redacted token]",
    ),
    _shape(r"b_[\w=-]{44}", rf"{_WORD}b_{_random(44)}", "token"),  # Beamer
    # GoCardless. What a commit is named by is none.
    _shape(
        r"(?:live|sandbox)_[\w=-]{40}",
        rf"{_WORD}(?:live|sandbox)_(?![\da-f]{{40}}(?!\w)){_random(40)}",
        "token",
    ),
    # Okta
    _shape(
        r"00[\w-]{40}",
        rf"{_WORD}00(?=[^\sA-Z]{{0,40}}[A-Z])(?=[^\sg-z]{{0,40}}[g-z]){_random(40)}",
        "token",
    ),
    _shape("eyJ", rf"eyJ{_AT_START}[\w-]{{8,}}+\.eyJ[\w-]{{8,}}+\.[\w-]*", "web token"),
    _shape(r"Bearer [\w.~+/-]{16}", r"(?<=\bBearer )[\w.~+/-]{16,}=*", "token"),
    _shape(
        r"Basic [\w+/]{12}",
        r"(?<=\bBasic )(?=[A-Za-z+/]{0,60}[\d=])[A-Za-z\d+/]{12,}={0,2}",
        "credentials",
    ),
)

_E_MAIL = re.compile(
    # What looks alike and is not: versions (gem@1.2.3), pictures (logo@2x.png), stack frames (run@vendor.js).
    r"(?<![\w.+%-])(?!git@)(?:(?:[\w.+-]|%(?!40))++(?:@|%40)(?!\d+\.\d|\d+x\.)(?:[\w-]{1,63}\.(?=\w)){1,8}+"
    r"(?!(?:avif|css|g?js|gif|gz|hbs|html?|ico|jpe?g|json|lock|map|mjs|png|rb|scss|svg|tar|webp|woff|ya?ml|zip)(?![\w-]))"
    r"(?:xn--[\w-]{1,59}|[^\W\d_]{2,24}))+"
)
MAIL = Rule(r"(?:@|%40)[^\s@]+\.", _E_MAIL, "[redacted e-mail address]")
