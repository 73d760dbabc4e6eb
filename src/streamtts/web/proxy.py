"""The proxy that the system or the environment wants to be used for a server."""

from base64 import b64encode
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import unquote, urlsplit
from urllib.request import getproxies, proxy_bypass

from streamtts.engine import EngineError
from streamtts.web.address import WebAddress


@dataclass(frozen=True, slots=True)
class Proxy:
    """Whom to ask for a tunnel."""

    host: str
    port: int
    headers: Mapping[str, str]


def proxy_for(address: WebAddress) -> Proxy | None:
    """None for what is near, and for plain HTTP, which has no tunnel to go through."""
    if address.local or not address.tls:
        return None
    url = getproxies().get("https", "")
    if not url or proxy_bypass(address.host):
        return None
    try:
        parts = urlsplit(url if "//" in url else f"//{url}")
        host, port = parts.hostname or "", parts.port or 8080
    except ValueError:
        host = ""
    if not host or parts.scheme not in ("", "http"):
        raise EngineError(
            "the proxy in https_proxy is no address that can be used: give one like http://host:8080"
        )
    login = f"{unquote(parts.username or '')}:{unquote(parts.password or '')}".encode()
    headers = {"Proxy-Authorization": f"Basic {b64encode(login).decode()}"} if parts.username else {}
    return Proxy(host, port, headers)
