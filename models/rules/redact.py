"""Secrets and personal addresses taken out of what sites and people send, before it is stored or told."""

import re

import re2

from models.rules.known_tokens import without_tokens
from models.rules.secret_shapes import MAIL, SHAPES, Rule

# How these patterns stay linear on hostile text: each starts at a fixed word or at a token's first letter, repeats
# over a set that cannot contain that start (or is bounded), and what it has passed is never tried again. An escaped
# newline counts as a token's start, because logs carry JSON inside JSON.

# What is secret by its name. Names end in `:`, `=` or `=>`, after their own closing quote if they have one. A name
# before an apostrophe may be a method of a backtrace (in `token': undefined …), so there the value must be quoted.
_PAIR = r"[ \t]{0,8}(?:=>|:(?!:|//))[ \t]{0,8}"
# Not what ends a method's name, as in undefined method `token=' for nil.
_SETTER = r"[\"'`](?:[ \t]+(?:for|called|of|in|on)\b|:[ \t]|[,)\]]|\\[nrt]|[ \t\r]*(?:\n|\Z))"
_ASSIGNED = rf"[ \t]{{0,8}}(?:=>|:(?!:|//)|：|=(?![=~]|{_SETTER})|%3D)[ \t]{{0,8}}"
# What is said of a secret in its place; and YAML's sign for a text that stands below.
_SAID_OF_IT = (
    r"(?!(?:true|false|null|nil|none|undefined|required|missing|invalid|expired|empty|unset|is|was|must|has|not|too"
    r"|cannot|can't)(?:[\s,;)}\]\\]|\.?(?:\s|\Z))|[|>][+-]?\d?[ \t]*[\r\n])"
)
_NAME_END = r"(?:\\{{0,4}}\"\]?|'(?:\]|(?={end}[\[\\]{{0,5}}[\"'])))?{end}(?:\[(?=\\{{0,4}}[\"']))?"
# A quoted value runs to the same quote, with the same escaping, or to the line's end if it was cut off.
_QUOTED = r"(?:(?!(?P=quote))(?:\\.|[^\\\r\n]))++"
_VALUE = rf"(?P<quote>\\{{{{0,4}}}}[\"'`])?+(?(quote){_QUOTED}|{{bare}})"
_BARE_HEADER = r"[^\s\"'](?:[^\"'\r\n]|\"[^\"\r\n]*\"|'[^'\r\n]*')*+"
_BARE_VALUE = r"(?:\[redacted [^\]\n]{1,40}\]|[^\s\"'`&;<>])++"

_BARE_PARAMETER = r"(?:\[redacted [^\]\n]{1,40}\]|(?!%26|%23)[^\s\"'`&;#<>)\]}|])++"

_HEADERS = r"(?<![a-z])(?:authorization|cookie)"
# As servers hand headers on.
_SERVED = r"http_(?:proxy_)?(?:authorization|cookie)"
_COOKIES = r"(?<!\w)(?:_t|_forum_session)"
# Outside a Cookie header, and in addresses, of PHP, Java, .NET, Express, Rails, Rack, Laravel, Django, WordPress and
# Jenkins. A number alone is a row's, and what is short tells no secret.
_SESSIONS = (
    r"(?:sess(?:ion)?[_-]?id(?:[a-z]{8})?|connect\.sid|rack\.session|(?<=\w)_session"
    r"|wordpress_(?:logged_in|sec)_[\da-f]{32}|jenkins-crumb)"
)
_LONG = r"(?=\\{0,4}[\"'`]?(?=[^\sa-z]{0,60}[a-z])(?=[^\s\d]{0,60}\d)[\w%.:+/|~-]{16})"
# `Unexpected token: x` is a parser's complaint, and `token: word` mostly one too. PWD alone is where a shell stands.
_SECRETS = (
    r"(?:passw(?:or)?d(?:_?(?:hash|digest))?|passphrase|(?<=[_;-])(?:pass|pwd)|secret(?:_key(?:_base)?)?"
    r"|(?:api|access|account|auth|encryption|master|private|signing|licen[cs]e|product)[_ -]?key"
    r"|(?<!\w)_auth|(?<=auth[_-])token"
    r"|(?<!unexpected )token(?![ \t]*:[ \t]*(?:\d{1,15}|[^\s\d\"'\\\[]{1,15})(?:[\s\[]|\Z)))"
)
_NAMES = "pass|pwd|passwd|password|passphrase|secret|secret_key|secret_key_base|key|token|_auth|hash|digest"
# In other languages; and Bundler names the passwords of gems' servers by their hosts. Apart from the others, as each
# name more is tried at each letter of a text that has any of them.
_FOREIGN = r"passwort|contraseña|mot de passe|senha|пароль|密码|密碼|パスワード|bundle_\w{1,60}__[a-z]{2,20}"
_SHORT = (
    r"(?<![\w-])(?:pass|pwd)(?:[ \t]{0,8}=>?|:)[ \t]{0,8}(?=\\{0,4}[\"']?[^\s\"'/~.\\]{6})(?![a-z]:\\)"
    r"(?=[^\s\d]{0,60}\d)(?=[^\sa-z]{0,60}[a-z])"
)
_BLOCK = rf"{_SECRETS}[\"']?:[ \t]{{0,8}}[|>][+-]?\d?[ \t]{{0,8}}\r?\n[ \t]{{1,40}}"
# YAML also takes a value from the next line, and who is asked for a password answers there. One word with a digit in
# it, so that no sentence is taken for it; where it is not set in, no path either.
_BELOW = (
    rf"{_SECRETS}[\"']?:[ \t]{{0,8}}\r?\n(?:[ \t]{{1,40}}|(?![^\s/\\]{{0,200}}[/\\]))(?![-#\[{{])"
    rf"{_SAID_OF_IT}(?=[\"'][^\"'\r\n]{{6}}|(?=[^\s\d]{{0,60}}\d)[^\s]{{5,200}}[^\s:][ \t]{{0,8}}(?:[\r\n]|\Z))"
)
# A key alone is a cache's or a row's, unless it begins its line or its object, and is as long as keys are.
_HEX_KEY = (
    r"(?:\A|\n|\\n|[{(\[,;])[ \t]{0,40}(?:-[ \t]{1,4})?[\"']?key[\"']?[ \t]{0,8}(?:=>|[:=])[ \t]{0,8}"
    r"(?=[\"']?[0-9a-f]{32,128}(?!\w))"
)
# What is handed to a program that reads its password.
_READS_IT = r"(?:sudo\b[^\n|<]{0,80}?[ \t]-[A-Za-z]{0,4}S\b|[^\n|<]{1,120}?--(?:password-)?stdin\b)"
_PIPED = (
    r"(?<![\w-])(?:echo|printf)[ \t]{1,4}(?:-[neE]{1,3}[ \t]{1,4})?(?:[\"']?%s(?:\\{1,2}n)?[\"']?[ \t]{1,4})?"
    rf"(?![\"']?[$%])(?=[^\n|]{{1,200}}\|[ \t]{{0,4}}{_READS_IT})"
)
_HERE = rf"(?<![\w-]){_READS_IT}[^\n|<]{{0,80}}<<<[ \t]{{0,4}}(?![\"']?\$)"
# In the addresses of Discourse's own mails.
_MAILED = (
    r"/(?:u/(?:password-reset|activate-account|authorize-email|confirm-(?:admin|email-token|new-email|old-email))"
    r"|session/email-login|invites|email/unsubscribe)/(?=[\da-z]{10})"
)

# In an address. `code` is left where it is the number of an answer.
_PARAMETERS = (
    r"(?:[?&;#]|%3F|%26)(?:key|app_?id|[\w-]{0,30}sig(?:nature)?|s?auth|code(?!(?:=|%3D)\d{1,4}\b)|pass|pwd?|sas|otp"
    r"|hmac|session_?id|sid|jwt|[\w-]{0,30}credential)(?:=|%3D)"
)
# What is said of an option or a variable (`--token is required`) is no value.
_NO_VALUE = (
    r"(?!(?:is|was|are|must|and|or|not|to|for|has|can|cannot|requires?d?|needs?|option|flag|argument|with|in|on|given"
    r"|env|environment|variable|missing|unset|empty|from|as|by|of|does|should|will|if|when)\b)"
)
# On a command line.
_OPTION = (
    r"(?<![\w-])--?[a-z0-9_-]{0,30}"
    r"(?:passw(?:or)?d|passphrase|pass|secret|token|(?:api|access|private)[_-]?key|credential)[ \t]{1,8}(?!-)"
    rf"{_NO_VALUE}"
)
# Programs whose password is a letter's, glued to it or not; and -p with letters and digits, whoever's it is.
_LETTER = (
    r"(?<![\w-])(?:(?:mysql\w{0,10}|mariadb(?:-\w{1,10})?)(?:\.exe)?[ \t][^\n;|&]{0,120}?(?<=[ \t])-p(?=[^\s-])"
    r"|sshpass[ \t]{1,4}-p[ \t]{0,4}"
    r"|(?:docker|podman|helm|registry|oc|cf)[ \t]{1,4}login[^\n;|&]{0,120}?[ \t]-p[ \t]{1,4}"
    r"|redis-cli[^\n;|&]{0,120}?[ \t]-a[ \t]{1,4}|(?:plink|pscp|psftp)[^\n;|&]{0,120}?[ \t]-pw[ \t]{1,4})"
)
# The beginning, or what is no visible ASCII but an opening: in names of plugins, -p stands everywhere.
_BEFORE_OPTION = r"(?:\A|[^!#-&)-_a-~])"
_GLUED = (
    r"(?<![^\s\"'`(])-p(?!ython|erl|hp|arallel|\d+\b)(?=[^\s]{6})"
    r"(?=[^\s\d]{0,60}\d)(?=[^\sa-zA-Z]{0,60}[a-zA-Z])(?![^\s:/=,]{0,60}[:/=,])"
)
# As Dockerfiles, documentation and servers' files have it: a variable, and its value beside it.
_VARIABLE = (
    r"(?<![\w$])[A-Z][A-Z\d_]{0,60}_"
    r"(?:PASSWORD|PASSWD|PASS|PWD|SECRET|TOKEN|KEY_BASE|(?:API|ACCESS|SECRET|PRIVATE|LICENSE|MASTER)_KEY)"
    rf"[ \t]{{1,4}}(?![-=:<>|&(.*])(?![a-z]{{1,30}}[,.;)]?[ \t]{{1,4}}\w){_NO_VALUE}"
)
_BESIDE = (
    r"(?<![\w-])(?:[a-z][a-z\d_]{0,60}_(?:password|passwd|pwd|secret|token|(?:api|access|secret|private|license)_key)"
    r"|(?:licen[cs]e|product) key|_authToken|api[ _-]?key(?:[ \t]provided:)?(?=[ \t]{1,4}[\w*-]{12})"
    r"|(?:password|passphrase|api[ _-]?key)[ \t]{1,4}(?:is|was):?)[ \t]{1,4}"
    r"(?=[^\s]{6})(?=[^\s\d]{0,60}\d)(?=[^\sa-z]{0,60}[a-z])"
)
_DIRECTIVE = (
    r"(?<![\w-])(?:requirepass|masterauth|machine[ \t]{1,4}\S{1,80}\s{1,4}login[ \t]{1,4}\S{1,80}"
    r"\s{1,4}password)[ \t]{1,4}"
)
_USER = (
    r"(?<![\w-])(?:(?:-u|--user|--proxy-user)[ \t=]|bundle config[\w \t-]{0,40}[ \t][\w-]{1,60}\.[\w.-]{1,60}[ \t])"
    r"[ \t=]{0,7}[\"']?[^\s:\"'/@]{0,100}:(?!\d+(?:\s|\Z))"
)
# As SQL and some programs say it: PASSWORD 'x', (TOKEN "x"). A parser's complaint about a token has no digit in it.
_TOLD = (
    r"(?<![\w`'\"])(?:passw(?:or)?d|passphrase|identified[ \t]{1,4}by|secret|(?:api|access|private)[_ -]?key"
    r"|(?<!unexpected )token(?=[ \t]{1,4}\\{0,4}[\"'`][^\s\"'`]{0,200}\d))[ \t]{1,4}(?=\\{0,4}[\"'`])"
)
# As programs tell what they set up, and as Rails' log lists an environment, between tabs.
_SET_TO = (
    r"(?<![a-z])(?:set|setting|changed?|changing|updated?|updating)[ \t]{1,4}[\w.-]{0,40}"
    r"(?:passw(?:or)?d|passphrase|secret|secret_key_base|token|(?:api|access|private)[_-]?key)[ \t]{1,4}to[ \t]{1,4}"
)
_LISTED = r"(?<![a-z\d])[a-z][a-z\d_]{0,40}(?:password|secret|token|api_key|_pass)\t{1,4}"
_FIELD = (
    r"name=\\{0,4}\"[\w-]{0,40}(?:password|secret|token|api_key)\\{0,4}\"[ \t]{1,4}(?:value|content)="
    r"(?=\\{0,4}\"[^\"\\])"
)
_SPOKEN = (
    r"(?<![\w-])[Tt]oken[ \t]{1,4}(?=[\"'`]?[\w-]{20})"
    r"(?=\D{0,60}\d)(?=[^\sA-Z]{0,60}[A-Z])(?=[^\sa-z]{0,60}[a-z])"
)
_ELEMENT = r"<[\w:-]{0,30}(?:passw(?:or)?d|secret|token|api[_-]?key)>(?=[^<\s])"


def _named(words: str, names: str, end: str, bare: str, kind: str) -> Rule:
    """The value that follows a name and its end, quoted or bare."""
    before = rf"(?:{names}){_NAME_END.format(end=end)}"
    return _told(rf"(?:{words})[\\\"'\]]{{0,5}}[ \t]{{0,8}}(?:[:=：]|%3D)", before, bare, kind)


def _told(
    hint: str,
    before: str,
    bare: str = _BARE_VALUE,
    kind: str = "secret",
    flags: re.RegexFlag = re.IGNORECASE,
) -> Rule:
    """The value that follows at once, quoted or bare."""
    pattern = rf"(?P<name>{before}){_VALUE.format(bare=bare)}"
    mark = rf"\g<name>\g<quote>[redacted {kind}]"
    return Rule(f"(?i){hint}", re.compile(pattern, flags), mark)


_NAMED = (
    _named("authorization|cookie", _HEADERS, _PAIR, _BARE_HEADER, "header"),
    _named("_t|_forum_session", _COOKIES, _ASSIGNED, _BARE_VALUE, "cookie"),
    _named(
        r"sess(?:ion)?[_-]?id(?:[a-z]{8})?|connect\.sid|[._]session|wordpress_[a-z_]*_[\da-f]{32}|crumb",
        _SESSIONS,
        _ASSIGNED + _LONG,
        _BARE_VALUE,
        "cookie",
    ),
    _named(_SERVED, _SERVED, _ASSIGNED, _BARE_HEADER, "header"),
    _told(rf"(?:{_NAMES})[\"']?:[ \t]*[|>]", _BLOCK, r"[^\r\n]++"),
    _told(rf"(?:{_NAMES})[\"']?:[ \t]*\r?\n", _BELOW),
    _told(r"key[\"']?[ \t]*[:=]>?[ \t]*[\"']?[0-9a-f]{32}", _HEX_KEY, r"[0-9a-fA-F]++"),
    _told(r"(?:echo|printf)[ \t][^\n]*\|", _PIPED, r"[^\s\"'`&;<>|]++"),
    _told("<<<", _HERE),
    _named(_NAMES, _SECRETS, _ASSIGNED + _SAID_OF_IT, _BARE_VALUE, "secret"),
    _named(_FOREIGN, _FOREIGN, _ASSIGNED + _SAID_OF_IT, _BARE_VALUE, "secret"),
    _told("(?:pass|pwd)[ \t]{0,8}[:=]", _SHORT),
    _told(r"/(?:u|session|invites|email)/", _MAILED, r"[\da-zA-Z]++"),
    _told(r"(?:[?&;#]|%3F|%26)[\w-]{1,60}(?:=|%3D)", _PARAMETERS, _BARE_PARAMETER),
    _told(rf"-[\w-]*(?:{_NAMES}|credential)[ \t]", _OPTION),
    _told(r"(?:-u|-user|bundle config[^\n]*)[ \t=]+[\"']?[^\s:\"'/@]*:", _USER),
    _told(rf"(?:{_NAMES}|by)[ \t]{{1,4}}\\{{0,4}}[\"'`]", _TOLD),
    _told(rf"<[\w:-]*(?:{_NAMES})>", _ELEMENT),
    _told(rf"name=\\{{0,4}}\"[\w-]*(?:{_NAMES})", _FIELD),
    _told(r"token[ \t]", _SPOKEN, flags=re.NOFLAG),
    _told(rf"(?:{_NAMES}|base)[ \t]+to[ \t]", _SET_TO),
    _told(rf"(?:{_NAMES})\t", _LISTED),
    _told("client-key-data", r"client-key-data[\"']?:[ \t]{1,8}(?=[\"']?[\w+/]{16})"),
    _told("mysql|mariadb|sshpass|login|redis-cli|plink|pscp|psftp", _LETTER, flags=re.NOFLAG),
    _told(rf"{_BEFORE_OPTION}-p[^\s]{{6}}", _GLUED, flags=re.NOFLAG),
    _told(rf"_(?:{_NAMES})[ \t]", _VARIABLE, flags=re.NOFLAG),
    _told(rf"(?:{_NAMES})[ \t]", _BESIDE),
    _told("requirepass|masterauth|machine", _DIRECTIVE),
)

_AFTER_TOKENS = (MAIL, *_NAMED)
_HINTS = {rule.hint: re2.compile(rule.hint.encode()) for rule in (*SHAPES, *_AFTER_TOKENS)}
_ANY_HINT = re2.compile("|".join(f"(?:{hint})" for hint in _HINTS).encode())


def redact(text: str) -> str:
    """`text` with each secret and e-mail address replaced by a mark that names its kind, as `[redacted token]`."""
    content = text.encode("utf-8", "surrogatepass")
    if not _ANY_HINT.search(content):
        return without_tokens(text)
    return _without(_AFTER_TOKENS, without_tokens(_without(SHAPES, text)))


def _without(rules: tuple[Rule, ...], text: str) -> str:
    content = text.encode("utf-8", "surrogatepass")
    for rule in rules:
        if _HINTS[rule.hint].search(content):
            text = rule.pattern.sub(rule.mark, text)
    return text
