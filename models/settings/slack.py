"""The settings of Slack."""

from typing import Annotated, Self

from pydantic import Field, SecretStr, ValidationInfo, field_validator, model_validator
from pydantic_settings import BaseSettings

from models.settings.addresses import read_address
from models.settings.github import LEAST_WEBHOOK_SECRET

Port = Annotated[int, Field(ge=1, le=65535)]


class SlackSettings(BaseSettings):
    """Slack is on with a bot token. The app token means Socket Mode; without one the signing secret means HTTP on
    `slack_port`.
    """

    slack_bot_token: SecretStr = SecretStr("")
    slack_app_token: SecretStr = SecretStr("")
    slack_signing_secret: SecretStr = SecretStr("")
    slack_port: Port = 8002
    slack_api_url: str = "https://slack.com/api/"

    @field_validator("slack_bot_token", "slack_app_token")
    @classmethod
    def _slack_token(cls, token: SecretStr, info: ValidationInfo) -> SecretStr:
        begins = "xoxb-" if info.field_name == "slack_bot_token" else "xapp-"
        if token.get_secret_value() and not token.get_secret_value().startswith(begins):
            raise ValueError(
                f"should begin with {begins}: Slack has several tokens, and this is another one"
            )
        return token

    @field_validator("slack_api_url")
    @classmethod
    def _slack_api(cls, url: str) -> str:
        read_address(
            url, "http https", "must be where Slack's methods are, such as https://slack.com/api/"
        )
        return f"{url.rstrip('/')}/"

    @model_validator(mode="after")
    def _slack_in_pairs(self) -> Self:
        bot = self.slack_bot_token
        app = self.slack_app_token
        signing = self.slack_signing_secret
        if bot.get_secret_value() and not (app.get_secret_value() or signing.get_secret_value()):
            raise ValueError(
                "have SLACK_BOT_TOKEN but neither SLACK_APP_TOKEN (for Socket Mode, which needs no public address) "
                "nor SLACK_SIGNING_SECRET (for HTTP): set one of them"
            )
        if not bot.get_secret_value() and (app.get_secret_value() or signing.get_secret_value()):
            alone = "SLACK_APP_TOKEN" if app.get_secret_value() else "SLACK_SIGNING_SECRET"
            raise ValueError(
                f"have {alone} but no SLACK_BOT_TOKEN, which begins with xoxb-: set it as well"
            )
        return self

    @field_validator("slack_signing_secret")
    @classmethod
    def _slack_secret(cls, secret: SecretStr) -> SecretStr:
        if 0 < len(secret.get_secret_value()) < LEAST_WEBHOOK_SECRET:
            raise ValueError(
                f"must have {LEAST_WEBHOOK_SECRET} characters at least: copy it from the app's page at Slack"
            )
        return secret
