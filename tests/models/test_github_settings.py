"""The GitHub App in the settings: its ID and its key, of which neither is ever shown."""

from pathlib import Path

import pytest

from models.settings import Settings, SettingsError

KEY = "-----BEGIN RSA PRIVATE KEY-----\nbm90IGEga2V5\n-----END RSA PRIVATE KEY-----\n"


@pytest.fixture(autouse=True)
def _nothing_set(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in Settings.model_fields:
        monkeypatch.delenv(name.upper(), raising=False)
    monkeypatch.chdir(tmp_path)
    Path("key.pem").write_text(KEY)
    Path("key.pem").chmod(0o600)
    Path("other.pem").write_text("not a key")


@pytest.mark.parametrize(
    "given",
    [
        {"GITHUB_APP_PRIVATE_KEY": KEY},
        {"GITHUB_APP_PRIVATE_KEY": KEY.replace("\n", "\\n")},
        {"GITHUB_APP_PRIVATE_KEY_FILE": "key.pem"},
    ],
)
def test_a_key_is_taken_as_it_comes(monkeypatch: pytest.MonkeyPatch, given: dict[str, str]) -> None:
    monkeypatch.setenv("GITHUB_APP_ID", "123456")
    for name, value in given.items():
        monkeypatch.setenv(name, value)
    settings = Settings.load()
    assert settings.github_app_private_key.get_secret_value().strip() == KEY.strip()
    assert settings.asks_github
    assert "bm90" not in repr(settings)


def test_without_an_identity_nobody_asks() -> None:
    assert not Settings.load().asks_github


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"GITHUB_APP_ID": "1"}, "have GITHUB_APP_ID but no GITHUB_APP_PRIVATE_KEY"),
        ({"GITHUB_APP_PRIVATE_KEY": KEY}, "but no GITHUB_APP_ID"),
        ({"GITHUB_APP_ID": "my app"}, "GITHUB_APP_ID must be the App ID"),
        (
            {"GITHUB_APP_ID": "1", "GITHUB_APP_PRIVATE_KEY": "bm90"},
            "GITHUB_APP_PRIVATE_KEY must be the private key",
        ),
        ({"GITHUB_APP_ID": "1", "GITHUB_APP_PRIVATE_KEY_FILE": "none.pem"}, "that cannot be read"),
        (
            {"GITHUB_APP_ID": "1", "GITHUB_APP_PRIVATE_KEY_FILE": "other.pem"},
            "that holds no private key",
        ),
        (
            {
                "GITHUB_APP_ID": "1",
                "GITHUB_APP_PRIVATE_KEY": KEY,
                "GITHUB_APP_PRIVATE_KEY_FILE": "key.pem",
            },
            "set one of them",
        ),
    ],
)
def test_what_makes_no_sense_is_named_and_not_shown(
    monkeypatch: pytest.MonkeyPatch, given: dict[str, str], words: str
) -> None:
    for name, value in given.items():
        monkeypatch.setenv(name, value)
    with pytest.raises(SettingsError, match=words) as error:
        Settings.load()
    assert "bm90" not in str(error.value)


@pytest.mark.parametrize(("mode", "how"), [(0o644, "read"), (0o622, "change")])
def test_a_key_that_everybody_may_use_is_refused(
    monkeypatch: pytest.MonkeyPatch, mode: int, how: str
) -> None:
    monkeypatch.setenv("GITHUB_APP_ID", "123456")
    monkeypatch.setenv("GITHUB_APP_PRIVATE_KEY_FILE", "key.pem")
    Path("key.pem").chmod(mode)
    with pytest.raises(
        SettingsError,
        match=f"GITHUB_APP_PRIVATE_KEY_FILE, and everybody on this machine may {how} it",
    ):
        Settings.load()
