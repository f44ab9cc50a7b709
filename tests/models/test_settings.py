"""Settings: defaults, blanks, the order of their sources, and errors in words without values."""

import re
from pathlib import Path

import pytest
from pydantic import SecretStr

from models.settings import Settings, SettingsError
from models.settings.link_signing import KEYS_FILE, make_key

DEFAULTS = {
    "host": "127.0.0.1",
    "port": 8000,
    "local_chat_port": 8001,
    "database_url": "sqlite:///pluginwatch.sqlite3",
    "public_url": "http://127.0.0.1:8000",
    "log_level": "INFO",
    "forwarded_allow_ips": "127.0.0.1,::1",
    "report_retention_days": 30,
    "artefact_retention_days": 7,
    "github_webhook_secret": SecretStr(""),
    "admins": "",
    "canary_servers": SecretStr(""),
    "canary_steps": "",
    "canary_sandbox": True,
    "github_api_url": "https://api.github.com",
    "github_token": SecretStr(""),
    "github_app_id": "",
    "github_app_private_key": SecretStr(""),
    "github_app_private_key_file": "",
    "slack_bot_token": SecretStr(""),
    "slack_app_token": SecretStr(""),
    "slack_signing_secret": SecretStr(""),
    "slack_port": 8002,
    "slack_api_url": "https://slack.com/api/",
    "discord_token": SecretStr(""),
    "discord_api_url": "https://discord.com/api/v10",
    "discord_gateway_url": "wss://gateway.discord.gg/",
    "smtp_url": SecretStr(""),
    "smtp_from": "",
    "discourse_url": "",
    "discourse_api_key": SecretStr(""),
    "discourse_api_username": "system",
    "discourse_category": "",
    "discourse_tags": "",
    "webhook_signing_secret": SecretStr(""),
    "webhook_private_hosts": "",
    "link_signing_key": SecretStr(""),
    "extensions_folder": Path("extensions"),
    "extensions_install": "operator",
    "extensions_manage": "admin",
    "realm_jail": True,
    "extensions_failures": 3,
    "extensions_failures_minutes": 60,
}


@pytest.fixture(autouse=True)
def _nothing_set(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in Settings.model_fields:
        monkeypatch.delenv(name.upper(), raising=False)
    monkeypatch.chdir(tmp_path)


def test_defaults() -> None:
    assert Settings.load().model_dump() == DEFAULTS


def test_the_example_is_the_default() -> None:
    default = Settings.load()
    Path(".env").write_text(
        (Path(__file__).parents[2] / ".env.example").read_text(encoding="utf-8"), encoding="utf-8"
    )
    assert Settings.load() == default


def test_the_example_explains_every_setting() -> None:
    example = (Path(__file__).parents[2] / ".env.example").read_text(encoding="utf-8")
    assert [name for name in Settings.model_fields if f"\n{name.upper()}=" not in example] == []


def test_the_operators_handbook_names_every_setting() -> None:
    handbook = (Path(__file__).parents[2] / "docs" / "operating.md").read_text(encoding="utf-8")
    assert [name for name in Settings.model_fields if f"`{name.upper()}`" not in handbook] == []


@pytest.mark.parametrize(
    ("given", "understood"),
    [
        ("", ()),
        ("It's a Secret to Everybody", (b"It's a Secret to Everybody",)),
        (
            " the old one of many ,, größer und schöner",
            (b"the old one of many", "größer und schöner".encode()),
        ),
    ],
)
def test_github_may_sign_with_several_secrets(
    given: str, understood: tuple[bytes, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GITHUB_WEBHOOK_SECRET", given)
    settings = Settings.load()
    assert settings.github_secrets == understood
    assert (
        not given.strip(" ,")
        or given.strip() not in f"{settings!r} {settings} {settings.model_dump_json()}"
    )


def test_the_environment_beats_the_file(monkeypatch: pytest.MonkeyPatch) -> None:
    Path(".env").write_text("PORT=1111\nHOST=10.0.0.1\n")
    monkeypatch.setenv("PORT", "2222")
    settings = Settings.load()
    assert (settings.port, settings.host, settings.public_url) == (
        2222,
        "10.0.0.1",
        "http://10.0.0.1:2222",
    )


@pytest.mark.parametrize("blank", ["", "  ", "\t"])
@pytest.mark.parametrize("name", [name.upper() for name in Settings.model_fields])
def test_blank_means_the_default(name: str, blank: str, monkeypatch: pytest.MonkeyPatch) -> None:
    default = Settings.load()
    monkeypatch.setenv(name, blank)
    assert Settings.load() == default
    monkeypatch.delenv(name)
    Path(".env").write_text(f"{name}={blank}\n")
    assert Settings.load() == default


@pytest.mark.parametrize(
    ("given", "understood"),
    [
        ("postgres://u:p@h/db", "postgresql://u:p@h/db"),
        (
            "postgresql://u:p@h:5433/db?sslmode=require",
            "postgresql://u:p@h:5433/db?sslmode=require",
        ),
        (" sqlite:////data/x.sqlite3 ", "sqlite:////data/x.sqlite3"),
    ],
)
def test_database_urls(given: str, understood: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", given)
    monkeypatch.setenv("LINK_SIGNING_KEY", "k" * 32)
    assert Settings.load().database_url == understood


def test_a_password_is_not_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgresql://u:hunter2@h/db")
    monkeypatch.setenv("LINK_SIGNING_KEY", "hunter2" * 5)
    settings = Settings.load()
    assert "hunter2" not in f"{settings!r} {settings}"


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("PORT", "hunter2", "PORT should be a valid integer"),
        ("PORT", "0", "PORT should be greater than"),
        ("PORT", "65536", "PORT should be less than"),
        ("LOCAL_CHAT_PORT", "-1", "LOCAL_CHAT_PORT should be greater than"),
        ("REPORT_RETENTION_DAYS", "0", "REPORT_RETENTION_DAYS should be greater than"),
        ("LOG_LEVEL", "loud", "LOG_LEVEL should be 'DEBUG'"),
        ("DATABASE_URL", "hunter2", "DATABASE_URL is no database URL"),
        ("DATABASE_URL", "mysql://u:hunter2@h/db", "DATABASE_URL is of another kind of database"),
        ("DATABASE_URL", "postgresql://u:hunter2@h:port/db", "DATABASE_URL is no database URL"),
        ("DATABASE_URL", "sqlite://", "DATABASE_URL names no file"),
        ("FORWARDED_ALLOW_IPS", "*", "FORWARDED_ALLOW_IPS must name the proxies"),
        (
            "FORWARDED_ALLOW_IPS",
            "10.0.0.1,hunter2",
            "FORWARDED_ALLOW_IPS must be addresses or networks",
        ),
        ("FORWARDED_ALLOW_IPS", "10.0.0.1/8", "FORWARDED_ALLOW_IPS must be addresses or networks"),
        ("PUBLIC_URL", "example.com", "PUBLIC_URL must be the address"),
        ("DISCORD_API_URL", "discord.com", "DISCORD_API_URL must be where Discord's API is"),
        (
            "DISCORD_GATEWAY_URL",
            "https://discord.com",
            "DISCORD_GATEWAY_URL must be where Discord's gateway is",
        ),
        ("GITHUB_API_URL", "api.example.com", "GITHUB_API_URL must be where GitHub's API is"),
        ("CANARY_SERVERS", "hunter2", "CANARY_SERVERS must be JSON such as"),
        ("CANARY_SERVERS", '{"a": "hunter2"}', "CANARY_SERVERS must be JSON such as"),
        (
            "CANARY_SERVERS",
            '{"a": {"url": "hunter2"}}',
            "CANARY_SERVERS for a: url must be the site's address",
        ),
        (
            "CANARY_SERVERS",
            '{"a": {"url": "http://169.254.1.1"}}',
            "CANARY_SERVERS for a: url must be no link-local",
        ),
        (
            "CANARY_SERVERS",
            '{"a": {"url": "https://a.example", "password": "hunter2"}}',
            "for a: username is missing",
        ),
        (
            "CANARY_SERVERS",
            '{"https://a": {}}',
            "CANARY_SERVERS has a server whose name is not like tests-passed",
        ),
        (
            "CANARY_SERVERS",
            '{"a": {"url": "https://a.example", "username": "u", "password": "hunter2", "at": "25:00"}}',
            "for a: at must be a time of day",
        ),
        (
            "CANARY_SERVERS",
            '{"a": {"url": "https://a.example", "username": "u", "password": "hunter2", "basic_auth": "hunter2"}}',
            "for a: basic_auth must be USER:PASSWORD",
        ),
        ("CANARY_STEPS", "/hunter2.py", "CANARY_STEPS must be the path of a Python file"),
        (
            "ADMINS",
            "slack:T1:U1, hunter2",
            "ADMINS does not name person 2 as platform:workspace:user",
        ),
        ("PUBLIC_URL", "https://u:hunter2@example.com", "PUBLIC_URL must hold no password"),
        ("SLACK_BOT_TOKEN", "xapp-hunter2", "SLACK_BOT_TOKEN should begin with xoxb-"),
        ("SLACK_APP_TOKEN", "xoxb-hunter2", "SLACK_APP_TOKEN should begin with xapp-"),
        ("SLACK_BOT_TOKEN", "xoxb-hunter2", "neither SLACK_APP_TOKEN (for Socket Mode"),
        ("SLACK_APP_TOKEN", "xapp-hunter2", "SLACK_APP_TOKEN but no SLACK_BOT_TOKEN"),
        ("SLACK_SIGNING_SECRET", "hunter2" * 5, "SLACK_SIGNING_SECRET but no SLACK_BOT_TOKEN"),
        (
            "SLACK_SIGNING_SECRET",
            "hunter2",
            "SLACK_SIGNING_SECRET must have 16 characters at least",
        ),
        (
            "GITHUB_WEBHOOK_SECRET",
            "hunter2",
            "GITHUB_WEBHOOK_SECRET must have 16 characters at least",
        ),
        (
            "GITHUB_WEBHOOK_SECRET",
            f"{'hunter2' * 5},x",
            "GITHUB_WEBHOOK_SECRET must have 16 characters at least, each",
        ),
        ("GITHUB_WEBHOOK_SECRET", " , ", "GITHUB_WEBHOOK_SECRET must have 16 characters at least"),
        ("LINK_SIGNING_KEY", "hunter2", "LINK_SIGNING_KEY must have at least 32 characters"),
        (
            "WEBHOOK_SIGNING_SECRET",
            "hunter2",
            "WEBHOOK_SIGNING_SECRET must have at least 32 characters",
        ),
        ("HOST", "http://hunter2", "HOST must be an address or the name of this machine"),
        ("HOST", "hunter2:8000", "HOST must be an address or the name of this machine"),
        ("HOST", "999.1.1.1", "HOST must be an address or the name of this machine"),
        ("PORT", "8001", "have LOCAL_CHAT_PORT and PORT on the same port"),
        ("PUBLIC_URL", "https://hunter2:port", "PUBLIC_URL must be the address"),
        ("PUBLIC_URL", "https://a.example:99999", "PUBLIC_URL must be the address"),
        ("PUBLIC_URL", "https://[::1", "PUBLIC_URL must be the address"),
        ("PUBLIC_URL", "https://hunter2℀.example", "PUBLIC_URL must be the address"),
        ("PUBLIC_URL", "https://a.example/hunter2 x", "PUBLIC_URL must be the address"),
        ("SMTP_URL", "smtp://hunter2@a.example:x", "SMTP_URL must be where mail is handed over"),
        (
            "DISCOURSE_URL",
            "https://hunter2/?a",
            "DISCOURSE_URL must be where the Discourse site is",
        ),
        ("DATABASE_URL", "hunter2://x", "DATABASE_URL is"),
        (
            "DATABASE_URL",
            "postgresql://u:hunter2@h/db",
            "have PostgreSQL in DATABASE_URL but no LINK_SIGNING_KEY",
        ),
        ("SLACK_API_URL", "slack.com/api", "SLACK_API_URL must be where"),
    ],
)
def test_errors_name_the_setting_and_not_its_value(
    name: str, value: str, words: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(name, value)
    with pytest.raises(SettingsError) as error:
        Settings.load()
    assert words in str(error.value)
    assert "hunter2" not in str(error.value)


@pytest.mark.parametrize("partner", ["SLACK_APP_TOKEN", "SLACK_SIGNING_SECRET"])
def test_slack_needs_a_pair_and_shows_neither(
    partner: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SLACK_BOT_TOKEN", "xoxb-hunter2")
    monkeypatch.setenv(partner, "xapp-hunter2-hunter2")
    monkeypatch.setenv("SLACK_API_URL", "https://slack-gov.com/api")
    settings = Settings.load()
    assert settings.slack_api_url == "https://slack-gov.com/api/"
    assert "hunter2" not in f"{settings!r} {settings}"


def test_all_errors_are_told_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PORT", "x")
    monkeypatch.setenv("LOCAL_CHAT_PORT", "y")
    with pytest.raises(SettingsError) as error:
        Settings.load()
    assert len(str(error.value).splitlines()) == 2


@pytest.mark.parametrize(
    ("host", "url"),
    [
        ("0.0.0.0", "http://127.0.0.1:8000"),
        ("::", "http://[::1]:8000"),
        ("::1", "http://[::1]:8000"),
    ],
)
def test_the_public_url_can_be_opened(host: str, url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOST", host)
    assert Settings.load().public_url == url


def test_a_public_url_ends_without_a_slash(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PUBLIC_URL", "https://watch.example.com/")
    assert Settings.load().public_url == "https://watch.example.com"


def test_a_public_url_has_no_path_for_nothing_is_served_below_one(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("PUBLIC_URL", "https://example.com/watch/")
    with pytest.raises(SettingsError, match="PUBLIC_URL must end with the host or port"):
        Settings.load()


def test_levels_in_any_case(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LOG_LEVEL", "debug")
    assert Settings.load().log_level == "DEBUG"


def test_a_file_that_is_not_text_is_told() -> None:
    Path(".env").write_bytes(b"PORT=\xff\xfe")
    with pytest.raises(SettingsError, match="UTF-8"):
        Settings.load()


@pytest.mark.parametrize(
    ("name", "value", "hint"),
    [
        ("SMTP_URL", "mail.example.com", "smtp://user:password@mail"),
        ("SMTP_URL", "smtp://user:hidden@mail.example.com:587", "SMTP_FROM"),
        ("SMTP_FROM", "Ada <ada@example.com>", "one e-mail address"),
        ("DISCOURSE_URL", "http://[::ffff:169.254.169.254]", "link-local"),
        ("DISCOURSE_URL", "forum.example.com", "https://forum.example.com"),
        ("DISCOURSE_URL", "https://user:hidden@forum.example.com", "must hold no password"),
        ("DISCOURSE_URL", "https://forum.example.com", "DISCOURSE_API_KEY"),
        ("DISCOURSE_CATEGORY", "plugins", "number"),
        ("WEBHOOK_SIGNING_SECRET", "hidden", "at least 32 characters"),
    ],
)
def test_what_leaves_chat_is_set_whole(
    name: str, value: str, hint: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(name, value)
    with pytest.raises(SettingsError, match=re.escape(hint)) as caught:
        Settings.load()
    assert "hidden" not in str(caught.value)


def test_where_mail_is_handed_over(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SMTP_FROM", "pluginwatch@example.com")
    monkeypatch.setenv("SMTP_URL", "smtp://us%40er:p%2Fw@mail.example.com")
    assert Settings.load().smtp == ("mail.example.com", 587, "us@er", "p/w", False)
    monkeypatch.setenv("SMTP_URL", "smtps://mail.example.com")
    assert Settings.load().smtp == ("mail.example.com", 465, "", "", True)


def test_slacks_port_counts_when_slack_calls(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SLACK_PORT", "8000")
    assert Settings.load().slack_port == 8000
    monkeypatch.setenv("SLACK_BOT_TOKEN", "xoxb-hunter2")
    monkeypatch.setenv("SLACK_SIGNING_SECRET", "hunter2" * 5)
    with pytest.raises(SettingsError, match="have PORT and SLACK_PORT on the same port"):
        Settings.load()
    monkeypatch.setenv("SLACK_APP_TOKEN", "xapp-hunter2")
    assert Settings.load().slack_port == 8000


@pytest.mark.parametrize(
    ("lines", "words"),
    [
        ("PORT=1111\nPROT=hunter2\n", ".env, line 2: PROT is no setting; PORT was probably meant"),
        ("# x\n\nCOLOUR=hunter2", ".env, line 3: COLOUR is no setting of Pluginwatch"),
        ("PORT=1111\nhunter2\n", ".env, line 2: this is not NAME=value"),
        ("PORT=1111\n'hunter2\n", ".env, line 2: this is not NAME=value"),
        ("MIIhunter2AwIBAAKCAQ==\n", ".env, line 1: this is no setting of Pluginwatch"),
        (b"HOST=\xffhunter2", ".env is not UTF-8 text"),
    ],
)
def test_each_line_of_the_file_sets_something(lines: str | bytes, words: str) -> None:
    Path(".env").write_bytes(lines if isinstance(lines, bytes) else lines.encode())
    with pytest.raises(SettingsError) as error:
        Settings.load()
    assert words in str(error.value)
    assert "hunter2" not in str(error.value)


@pytest.mark.parametrize(
    "secret",
    ["DISCORD_TOKEN=hunter2", "SMTP_URL=smtp://u:hunter2@a.example\nSMTP_FROM=a@b.example"],
)
def test_a_file_with_secrets_is_its_owners(secret: str) -> None:
    file = Path(".env")
    file.write_text(f"PORT=1111\n{secret}\n")
    file.chmod(0o600)
    assert Settings.load().port == 1111
    for mode, how in ((0o604, "read"), (0o602, "change")):
        file.chmod(mode)
        with pytest.raises(SettingsError) as error:
            Settings.load()
        assert (
            f".env holds {secret.partition('=')[0]} and everybody on this machine may {how} it"
            in str(error.value)
        )
        assert "hunter2" not in str(error.value)
    file.write_text("PORT=1111\nDISCORD_TOKEN=\n")
    assert Settings.load().port == 1111


def test_the_key_for_links_is_made_once_and_for_its_owner(monkeypatch: pytest.MonkeyPatch) -> None:
    assert make_key(".env")
    file = Path(KEYS_FILE)
    assert file.stat().st_mode & 0o777 == 0o600
    made = Settings.load().link_signing_key.get_secret_value()
    assert len(made) == 64
    assert not make_key(".env")
    assert Settings.load().link_signing_key.get_secret_value() == made
    Path(".env").write_text("LINK_SIGNING_KEY=\n")
    assert Settings.load().link_signing_key.get_secret_value() == made
    monkeypatch.setenv("LINK_SIGNING_KEY", "k" * 32)
    assert Settings.load().link_signing_key.get_secret_value() == "k" * 32
    file.unlink()
    assert not make_key(".env")
    assert not file.exists()
