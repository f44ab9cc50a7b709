"""What `python -m bot check` says of Discord, over the wire."""

from bot.discord.checking import check
from models.health.finding import Weight
from models.settings import Settings
from tests.servers.discord import APPLICATION, GUILD, TOKEN, Discord, Trouble


def configured(server: Discord, token: str = TOKEN, admins: str = f"discord:{GUILD}:1") -> Settings:
    gateway = server.url.replace("http", "ws", 1) + "/gateway"
    api = f"{server.url}/api"
    return Settings(
        discord_token=token, discord_api_url=api, discord_gateway_url=gateway, admins=admins
    )


async def test_a_token_that_works(server: Discord) -> None:
    token, guilds = await check(configured(server))
    assert (token.weight, guilds.weight) == (Weight.FINE, Weight.FINE)
    assert f"client_id={APPLICATION}" in guilds.words
    assert "permissions=309237730304" in guilds.words
    assert "'Guild'" in guilds.words


async def test_a_bot_without_a_guild_is_told_where_to_install_it(server: Discord) -> None:
    server.trouble("GET /users/@me/guilds", Trouble(200, []))
    *_, guilds = await check(configured(server))
    assert guilds.weight is Weight.FIX
    assert "https://discord.com/oauth2/authorize" in guilds.words


async def test_commands_that_go_elsewhere(server: Discord) -> None:
    server.trouble(
        "GET /oauth2",
        Trouble(200, {"id": "1", "name": "x", "interactions_endpoint_url": "https://x.example"}),
    )
    _, endpoint, _ = await check(configured(server))
    assert endpoint.weight is Weight.FIX
    assert "Interactions Endpoint URL" in endpoint.words


async def test_a_token_that_is_refused_is_not_shown(server: Discord) -> None:
    (finding,) = await check(configured(server, "a.wrong.token"))
    assert finding.weight is Weight.FIX
    assert "DISCORD_TOKEN" in finding.words
    assert "a.wrong.token" not in finding.words


async def test_without_a_token_discord_is_off() -> None:
    (finding,) = await check(Settings(discord_token=""))
    assert finding.weight is Weight.HINT


async def test_a_discord_that_is_away(server: Discord) -> None:
    server.trouble("GET /oauth2", Trouble(503))
    (finding,) = await check(configured(server))
    assert finding.weight is Weight.FIX


async def test_a_guild_where_admins_names_nobody_is_told_of(server: Discord) -> None:
    *_, hint = await check(configured(server, admins=""))
    assert hint.weight is Weight.HINT
    assert f"ADMINS names nobody in 'Guild' (discord:{GUILD})" in hint.words
