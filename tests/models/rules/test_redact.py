"""Secrets leave no trace; what only looks alike stays."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models.rules.redact import redact

# Put together here, so that no scanner takes this file for a leak.
GITHUB = "gh" + "p_" + "Zx9" * 12
SLACK = "xo" + "xb-" + "1234567890-abcDEF123"
DISCORD = "M" + "TIzNDU2Nzg5MDEyMzQ1Njc4" + ".Gabcde." + "x" * 30
AWS = "AK" + "IA" + "QWERTYUIOPASDFGH"
JWT = "ey" + "JhbGciOiJub25l" + ".ey" + "JzdWIiOiJuZW1vIn" + ".c2lnbmF0dXJl"
UUID = "0a1b2c3d-4e5f-4071-8293-a4b5c6d7e8f9"
TOKEN = "Zx9_-" * 8
SHA = "0a1b2c3d4e5f60718293a4b5c6d7e8f901234567"
SESSION = "a1b2c3d4e5" * 3
HASH = "aB1./" * 20
BASE64 = "aB1+/" * 20
KEY = "-----BEGIN RSA PRIVATE KEY-----\nMIIabc+/=\n-----END RSA PRIVATE KEY-----"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (f"clone with {GITHUB} failed", "clone with [redacted GitHub token] failed"),
        (f'{{"log": "x\\n{GITHUB}"}}', '{"log": "x\\n[redacted GitHub token]"}'),
        ("github_" + "pat_" + "A1b2_" * 8, "[redacted GitHub token]"),
        (SLACK, "[redacted Slack token]"),
        (
            "POST https://hooks.slack.com/services/T0/B0/abc failed",
            "POST https://[redacted Slack webhook] failed",
        ),
        ('"https://discord.com/api/webhooks/1/a-b_c"', '"https://[redacted Discord webhook]"'),
        (f"login {DISCORD}", "login [redacted Discord token]"),
        (f"id {AWS}.", "id [redacted AWS key]."),
        (f"x\\n{JWT} y", "x\\n[redacted web token] y"),
        (f"key:\n{KEY}\nafter", "key:\n[redacted private key]\nafter"),
        (KEY[:50], "[redacted private key]"),
        (
            f"ping https://hc-ping.com/{UUID}/fail",
            "ping https://hc-ping.com/[redacted heartbeat]/fail",
        ),
        (f"GET /unsubscribe/{TOKEN} 500", "GET /unsubscribe/[redacted private link] 500"),
        (
            f"/user-api-key/requests/{TOKEN}/key",
            "/user-api-key/requests/[redacted private link]/key",
        ),
        (
            "git clone https://nemo:s3cret@git.example/x",
            "git clone https://[redacted credentials]@git.example/x",
        ),
        ("postgres://u:p@ss@db/forum", "postgres://[redacted credentials]@db/forum"),
        ("api.telegram.org/bot12:AAa-b_c/getMe", "api.telegram.org/bot[redacted token]/getMe"),
        (
            f"PuTTY-User-Key-File-3: ssh-rsa\nabc=\nPrivate-MAC: {SHA}\nx",
            "[redacted private key]\nx",
        ),
        ("https://a.webhook.office.com/webhookb2/0-1@2/x/3", "https://a.[redacted webhook]"),
        ("https://hooks.zapier.com/hooks/catch/12/a1b2/ x", "https://[redacted webhook] x"),
        (
            f"https://chat.example/hooks/{'a1' * 13}",
            "https://chat.example/hooks/[redacted webhook]",
        ),
        ("Basic bmVtbzpzZXNhbWU=", "Basic [redacted credentials]"),
        (f"is $2y$10${HASH[:53]} x", "is [redacted password hash] x"),
        (f"$6$rounds=5000$aB1/${HASH[:86]}:19000", "[redacted password hash]:19000"),
        (f"x=$apr1$a1B2c3D4${HASH[:22]}", "x=[redacted password hash]"),
        (f"$argon2id$v=19$m=65536,t=3,p=4${HASH[:22]}${HASH[:43]}", "[redacted password hash]"),
        (f"$pbkdf2-sha256$i=600000,l=32${HASH[:22]}${HASH[:43]}", "[redacted password hash]"),
        (
            f"'SCRAM-SHA-256$4096:{BASE64[:22]}==${BASE64[:43]}=:{BASE64[:43]}='",
            "'[redacted password hash]'",
        ),
        (
            "jdbc:oracle:thin:nemo/s3same@//db:1521/x",
            "jdbc:oracle:thin:[redacted credentials]@//db:1521/x",
        ),
    ],
)
def test_secrets_by_their_shape(text: str, expected: str) -> None:
    assert redact(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Authorization: Basic bmVtbw== x\nnext", "Authorization: [redacted header]\nnext"),
        ("curl -H 'Api-Key: 0a1b' -v", "curl -H 'Api-Key: [redacted secret]' -v"),
        ("set-cookie: a=1; b=2", "set-cookie: [redacted header]"),
        (
            '"HTTP_COOKIE"=>"a=\\"1\\"; b=2", "X"=>"y"',
            '"HTTP_COOKIE"=>"[redacted header]", "X"=>"y"',
        ),
        ("User-Api-Key: abc", "User-Api-Key: [redacted secret]"),
        ("_t=abc%3D; theme=1", "_t=[redacted cookie]; theme=1"),
        ("_forum_session=abc--def", "_forum_session=[redacted cookie]"),
        ("DB_PASSWORD=hunter2 rake", "DB_PASSWORD=[redacted secret] rake"),
        (
            "DEBUG ==> Setting smtp_password to 'hunter2' in x",
            "DEBUG ==> Setting smtp_password to '[redacted secret]' in x",
        ),
        ("Updated secret_key_base to 0a1b", "Updated secret_key_base to [redacted secret]"),
        ("HTTP_API_KEY\t0a1b\nip\tx", "HTTP_API_KEY\t[redacted secret]\nip\tx"),
        ("ENV['SECRET'] = 'hunter2'", "ENV['SECRET'] = '[redacted secret]'"),
        (f"encryption:\n  key: {SHA}\n", "encryption:\n  key: [redacted secret]\n"),
        (f'{{"key": "{SHA[:32]}"}}', '{"key": "[redacted secret]"}'),
        (f"key={SHA[:32]}", "key=[redacted secret]"),
        ("password:\n  hunter2 \nx", "password:\n  [redacted secret] \nx"),
        ("DB_PASSWORD:\n    'hunter 2'", "DB_PASSWORD:\n    '[redacted secret]'"),
        ("Enter password:\r\nhunter2\r\n", "Enter password:\r\n[redacted secret]\r\n"),
        ("echo hunter2 | sudo -S apt update", "echo [redacted secret] | sudo -S apt update"),
        ("echo -n 'hunter 2' | sudo -kS id", "echo -n '[redacted secret]' | sudo -kS id"),
        ("printf '%s\\n' hunter2 |sudo -S id", "printf '%s\\n' [redacted secret] |sudo -S id"),
        (
            'echo "hunter2" | docker login -u nemo --password-stdin',
            'echo "[redacted secret]" | docker login -u nemo --password-stdin',
        ),
        ("sudo -S id <<< hunter2", "sudo -S id <<< [redacted secret]"),
        ('ENV["API_TOKEN"]=>"hunter2"', 'ENV["API_TOKEN"]=>"[redacted secret]"'),
        (
            "https://x.example/a?api_key=abc&page=2",
            "https://x.example/a?api_key=[redacted secret]&page=2",
        ),
        ("next=%2Fa%3Ftoken%3Dabc", "next=%2Fa%3Ftoken%3D[redacted secret]"),
        ('{"client_secret": "a b\\"c", "n": 1}', '{"client_secret": "[redacted secret]", "n": 1}'),
        ('{\\"token\\":\\"abc\\",\\"n\\":1}', '{\\"token\\":\\"[redacted secret]\\",\\"n\\":1}'),
        ("{'password': 'abc'}", "{'password': '[redacted secret]'}"),
        ('"password"=>["a", 1]', '"password"=>["[redacted secret]", 1]'),
        (":secret_key_base=>'abc'", ":secret_key_base=>'[redacted secret]'"),
        ("password: hunter2", "password: [redacted secret]"),
        (f"access_token={SHA}", "access_token=[redacted secret]"),
        ("Bearer abcdefghijklmnop1234", "Bearer [redacted token]"),
        (f"token={GITHUB}", "token=[redacted secret]"),
        (
            "GET https://x.example/v1?key=abc&q=x 403",
            "GET https://x.example/v1?key=[redacted secret]&q=x 403",
        ),
        (
            "https://x.example/data?q=x&appid=0a1b",
            "https://x.example/data?q=x&appid=[redacted secret]",
        ),
        (
            "https://x.example/c?sv=2022&sig=a%2Bb%3D&sp=r",
            "https://x.example/c?sv=2022&sig=[redacted secret]&sp=r",
        ),
        ("/f?X-Amz-Signature=0a1b&amp;x=1", "/f?X-Amz-Signature=[redacted secret]&amp;x=1"),
        ("to=%2Ff%3Fsig%3Dabc%26x%3D1", "to=%2Ff%3Fsig%3D[redacted secret]%26x%3D1"),
        ("/api/f?code=Zx9Qw3== failed", "/api/f?code=[redacted secret] failed"),
        ("psql --password hunter2 -h db", "psql --password [redacted secret] -h db"),
        ("cli --api-key 'a b' run", "cli --api-key '[redacted secret]' run"),
        ("mysql --password=hunter2", "mysql --password=[redacted secret]"),
        (
            "curl -u admin:hunter2 https://x.example/",
            "curl -u admin:[redacted secret] https://x.example/",
        ),
        ("connect (TOKEN 'Zx9Qw3')", "connect (TOKEN '[redacted secret]')"),
        (
            "CREATE USER nemo WITH PASSWORD 'a b'",
            "CREATE USER nemo WITH PASSWORD '[redacted secret]'",
        ),
        ("IDENTIFIED BY 'hunter2' OR", "IDENTIFIED BY '[redacted secret]' OR"),
        (
            "SMTP_PWD=hunter2 REDIS_PASS=x",
            "SMTP_PWD=[redacted secret] REDIS_PASS=[redacted secret]",
        ),
        ("Uid=nemo;Pwd=hunter2;", "Uid=nemo;Pwd=[redacted secret];"),
        ("AccountKey=ab+/cd==;Endpoint=x", "AccountKey=[redacted secret];Endpoint=x"),
        (
            "mysqldump -h db -unemo -pTopSesame forum",
            "mysqldump -h db -unemo -p[redacted secret] forum",
        ),
        ("failed: -uroot -phunter2 forum", "failed: -uroot -p[redacted secret] forum"),
        ("sshpass -p 'a b' ssh x", "sshpass -p '[redacted secret]' ssh x"),
        ("docker login -u nemo -p sesame x", "docker login -u nemo -p [redacted secret] x"),
        ("redis-cli -h db -a sesame ping", "redis-cli -h db -a [redacted secret] ping"),
        ("plink -pw sesame nemo@x", "plink -pw [redacted secret] nemo@x"),
        ("ENV SMTP_PASSWORD sesame", "ENV SMTP_PASSWORD [redacted secret]"),
        ("s3_secret_key Zx9Qw3Er\n", "s3_secret_key [redacted secret]\n"),
        ("requirepass sesame", "requirepass [redacted secret]"),
        (
            "machine git.example login nemo password sesame",
            "machine git.example login nemo password [redacted secret]",
        ),
        ("the password is hunter2,", "the password is [redacted secret]"),
        ("MAXMIND_LICENSE_KEY: Zx9Qw3", "MAXMIND_LICENSE_KEY: [redacted secret]"),
        ('"licenseKey": "Zx9Qw3"', '"licenseKey": "[redacted secret]"'),
        ("License key: Zx9Qw3", "License key: [redacted secret]"),
        ("registered as AB12C-34DEF-GH567-8IJKL.", "registered as [redacted license key]."),
        ("X-Auth-Token: sesame", "X-Auth-Token: [redacted secret]"),
        ("//x.example/:_auth=bmVtbw==", "//x.example/:_auth=[redacted secret]"),
        ("<password>hunter2</password>", "<password>[redacted secret]</password>"),
        ("X-Vault-Token: Zx9Qw3", "X-Vault-Token: [redacted secret]"),
        ("refresh_token: Zx9Qw3", "refresh_token: [redacted secret]"),
        ("token Zx9Qw3Er7TyU1Op5As2Df has expired", "token [redacted secret] has expired"),
        ("Invalid API key: Zx9Qw3", "Invalid API key: [redacted secret]"),
        (
            "Incorrect API key provided: sk-ab***Zx9Q.",
            "Incorrect API key provided: [redacted secret]",
        ),
        ('HTTP_COOKIE="a=1; b=2"', 'HTTP_COOKIE="[redacted header]"'),
        ("HTTP_AUTHORIZATION=Basic x", "HTTP_AUTHORIZATION=[redacted header]"),
        ("password: |\n  a b\nnext: 1", "password: |\n  [redacted secret]\nnext: 1"),
        ("'api_key': >-\n  Zx9\n", "'api_key': >-\n  [redacted secret]\n"),
        ("pass: Zx9Qw3", "pass: [redacted secret]"),
        ("pwd='Zx9Qw3'", "pwd='[redacted secret]'"),
        (f'password_hash: "{SHA}"', 'password_hash: "[redacted secret]"'),
        (
            f'GET "/session/email-login/{SHA[:32]}" for ::1',
            'GET "/session/email-login/[redacted secret]" for ::1',
        ),
        (f"/u/password-reset/{SHA[:32]}?x=1", "/u/password-reset/[redacted secret]?x=1"),
        (
            "bundle config set --global gems.example.com nemo:sesame",
            "bundle config set --global gems.example.com nemo:[redacted secret]",
        ),
        (
            'BUNDLE_GEMS__EXAMPLE__COM: "nemo:sesame"',
            'BUNDLE_GEMS__EXAMPLE__COM: "[redacted secret]"',
        ),
        (
            "npm config set //r.example/:_authToken Zx9Qw3Er",
            "npm config set //r.example/:_authToken [redacted secret]",
        ),
        (
            '<meta name="csrf-token" content="Zx9Qw3">',
            '<meta name="csrf-token" content="[redacted secret]">',
        ),
        ("Passwort: sesame", "Passwort: [redacted secret]"),
        *(
            (f"saw {name}{SESSION}; path=/", f"saw {name}[redacted cookie]; path=/")
            for name in (
                "PHPSESSID=",
                "JSESSIONID=",
                "session_id=",
                "sessionid: ",
                "ASP.NET_SessionId=",
                "ASPSESSIONIDABCDEFGH=",
                "connect.sid=",
                "_t=",
                "_forum_session=",
                "laravel_session=",
                "rack.session=",
                "Jenkins-Crumb: ",
                f"wordpress_logged_in_{SHA[:32]}=",
            )
        ),
        (
            f"/login;jsessionid={SESSION}.node1?page=2",
            "/login;jsessionid=[redacted cookie]",
        ),
        (
            f'{{"session_id": "{SESSION}", "page": 2}}',
            '{"session_id": "[redacted cookie]", "page": 2}',
        ),
        (f"client-key-data: {BASE64}", "client-key-data: [redacted secret]"),
        ("密码：sesame", "密码：[redacted secret]"),
        ("/u/check?email=nemo%40nautilus.example", "/u/check?email=[redacted e-mail address]"),
        ("mail to nemo.o+x@mail.nautilus.example, now", "mail to [redacted e-mail address], now"),
        ("<nemo@nautilus.example.>", "<[redacted e-mail address].>"),
    ],
)
def test_secrets_by_their_name(text: str, expected: str) -> None:
    assert redact(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        f"badge-cabinet moved to {SHA}",
        f"https://github.com/shelf/badge-cabinet/compare/{SHA}...{SHA[::-1]}",
        "git@github.com:shelf/badge-cabinet.git",
        "ssh://git@github.com/shelf/badge-cabinet",
        "images/logo@2x.png and icons@3x.min.svg",
        "/gems/row@1.2/lib, shelf@4.17.21-beta.next/index",
        "run@vendor-0a1b.js:3:4",
        "plugin.rb:13:in `token': undefined method `x' for nil",
        "plugin.rb:13:in 'Shelf#password': undefined method 'x' for nil",
        "SyntaxError: Unexpected token: punc (})",
        "Password is too short and the token is invalid",
        "if token == other then Cookie::Jar end",
        "GET /x?code=404&page=2&keyword=a",
        "session_id=12345 of 1234567890123456 rows; sessionId: not_found_in_the_store, sid=3",
        "column sessions.session_id does not exist, rack.session = nil, current_session=closed_by_peer_",
        "undefined method `session_id=' for nil, connect.sid is missing, costs $1$ or $2",
        "PWD=/var/www and first_pass of 3",
        "Unexpected token '<', \"<!DOCTYPE \"... is not valid JSON",
        "Unexpected token 'export'",
        "the option --token is required, --password must not be blank",
        "docker run -u 1000:1000 x",
        "token 'else' in line 3",
        "undefined method `api_key' for #<Shelf @row.col>",
        "ssh -p22 x, mkdir -p/srv, docker run -p8080:80, tar -pxzf y, gcc -pthread, dh -python3.11",
        "mysql -h db -u nemo -p forum",
        "mysql -h db -p",
        "SMTP_PASSWORD is not set, SMTP_PASSWORD environment variable, set SMTP_PASSWORD",
        "set SMTP_PASSWORD first, such as x; SMTP_PASSWORD but no SMTP_TOKEN .*",
        "the password is wrong, its token was lost",
        "column users.api_key does not exist; validates_password failed",
        "OpenSSL::SSL::SSLError: ASN1-TIME-ENCODING-ERROR, HTTP2-STREAM-CLOSED-EARLY",
        f"cache key: {SHA}, sha: {SHA}, key: not found, primary key: 12345678",
        "password:\n  - is too short\n  minimum8: 12\npassword:\n\nLogin failed, password:\nis wrong",
        "token:\nlib/shelf2.rb\nsecret:\n  required: true",
        "echo $TOKEN2 | docker login --password-stdin; echo hunter2 | grep -S x",
        "id 123E4567-E89B-12D3-A456-426614174000, PART-TIME-WORK-ONLY, 2026-1234-5678-9012",
        "login nemo password incorrect",
        "undefined method 'password=' for an instance of Shelf",
        "undefined method `token=' for nil:NilClass",
        "lib/shelf.rb:3:in 'Shelf#api_key='",
        "lib/shelf.rb:3:in `secret=': it is empty\\n",
        "shelf_list:\n  type: list\n  secret: true",
        "password: null, api_key=>nil, token=nil)",
        "auth_token: invalid",
        "access_key: required.",
        "password: is too short",
        "Basic authentication/settings failed",
        "pass: 12 of 12345a, pwd=/var/www/a1b2",
        "token discourse-ai-tokenizer is not known",
        "no shared cipher: ECDHE-ECDSA-AES128-SHA256, pass :data:`h11.SERVER`",
        "images/logo@2x.avif, fonts/a@1.woff",
        "https://registry.example/%40shelf%2fcore.git",
        f"/hooks/post-receive, /u/nemo/invites, /invites/show.json, commit {SHA}",
    ],
)
def test_what_stays(text: str) -> None:
    assert redact(text) == text


SECRETS = [
    GITHUB,
    SLACK,
    DISCORD,
    AWS,
    JWT,
    KEY,
    KEY[:40],
    SHA,
    "nemo@x.example",
    "hooks.slack.com/",
    "a:b@",
]
NAMES = [
    "password",
    "token",
    "api_key",
    "_t",
    "Cookie",
    "authorization",
    "Bearer ",
    "eyJ",
    "git@",
    "[redacted ",
    "abc",
]
SIGNS = [
    "=",
    ":",
    "=>",
    " ",
    "\n",
    '"',
    "'",
    "\\",
    '\\"',
    "\\n",
    "[",
    "]",
    "&",
    "@",
    ".",
    "-",
    "_",
    "%3D",
    "://",
]
PIECES = st.sampled_from([*SECRETS, *NAMES, *SIGNS, "[redacted secret]"])


@settings(max_examples=500)
@given(st.lists(PIECES, max_size=14).map("".join) | st.text())
def test_redacting_twice_changes_nothing(text: str) -> None:
    once = redact(text)
    assert redact(once) == once


@given(
    st.text("abc\n '\"=:@/"),
    st.text("abc\n '\"=:@/"),
    st.sampled_from([GITHUB, SLACK, DISCORD, KEY]),
)
def test_a_token_never_survives_its_surroundings(before: str, after: str, secret: str) -> None:
    assert secret not in redact(before + secret + after)


ALMOST = [
    "a",
    "a@",
    "a.",
    "@a.",
    "://",
    "://a:",
    "eyJ",
    "\\neyJaaaaaaaa.",
    "M",
    "AKIA",
    "ghp_",
    "xoxb-",
    "Bearer a",
]
ALMOST += [
    *NAMES,
    "token: ",
    "token ",
    'Cookie:"',
    "Cookie:'\"",
    'password="\\',
    "password=\\\\\\",
    "password=[redacted ",
    "?key=a&",
    "--password ",
    "--a",
    "-u a",
    "<password>",
    "(TOKEN '",
    "sk-ant-",
    "glpat-a",
    "AIza1",
    *(
        "mysql ",
        "mysql -p",
        "docker login ",
        "redis-cli ",
        "AB12-",
        "A_TOKEN ",
        "a_token ",
        "machine a ",
    ),
    *("Basic a", "/hooks/", "token Aa1", "password: |\n", 'name="token"', "pass: a1", "a%40"),
    *("PuTTY-User-Key-File-2:", "bundle config ", "bundle_a__", "/u/password-reset/", "token=' "),
    *("password:\n a1", "key: 0a", "echo a", "echo a|sudo ", "sudo -S ", "<<<", "AB1-"),
    *(
        "session_id=",
        "session_id=a1",
        "connect.sid=a",
        "a_session=",
        "wordpress_",
        "1wordpress_sec_",
    ),
    *("$2y$", "$2y$10$", "$6$a", "$6$a$", "$argon2id$a", "$pbkdf2-", "SCRAM-SHA-256$1:", "JQQJ9"),
    *(
        "jdbc:oracle:thin:",
        "jdbc:oracle:thin:a/",
        "client-key-data: a",
        "1//0",
        "t1.",
        "SA2",
        "12|",
    ),
    *("'k':'", "'kty'", "'k':'Aa1' 'kty", "b_a1", "live_", "00A", f"AC{SHA[:32]} ", '"d": '),
    *("set a", "Setting token to ", "a_token\t", "token']", "api.telegram.org/bot1"),
]
ALMOST += [*SIGNS, "-----BEGIN PRIVATE KEY", "-----BEGIN PRIVATE KEY-----", "hooks.slack.com/"]


@pytest.mark.parametrize("piece", ALMOST)
def test_a_megabyte_of_almost(piece: str) -> None:
    redact(piece * (1_000_000 // len(piece)))
    once = redact(piece * (100_000 // len(piece)))
    assert redact(once) == once
