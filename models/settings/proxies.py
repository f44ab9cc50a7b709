"""Which proxies are believed when they say for whom they call."""

from ipaddress import ip_network

from pydantic import field_validator
from pydantic_settings import BaseSettings


class ProxySettings(BaseSettings):
    """`forwarded_allow_ips` are addresses and networks, with commas between; uvicorn's name, for
    its own variable.

    Whom they name in X-Forwarded-For, from the right the first that is no such proxy, is who sends.
    """

    forwarded_allow_ips: str = "127.0.0.1,::1"

    @field_validator("forwarded_allow_ips")
    @classmethod
    def _proxies(cls, text: str) -> str:
        proxies = [word.strip() for word in text.split(",") if word.strip()]
        if "*" in proxies:
            raise ValueError(
                "must name the proxies, such as 10.0.0.0/8: with * anyone could say to be anybody, past every limit"
            )
        for proxy in proxies:
            try:
                ip_network(proxy)
            except ValueError as error:
                raise ValueError(
                    "must be addresses or networks with commas between, such as 10.1.2.3,10.9.0.0/16"
                ) from error
        return ",".join(proxies)
