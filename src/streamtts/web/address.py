"""Where a server is, and whether text may go there."""

import ipaddress
from dataclasses import dataclass
from urllib.parse import urlsplit

from streamtts.engine import EngineError
from streamtts.web.quote import quoted

_LOCAL_ENDINGS = (".localhost", ".local", ".lan", ".internal", ".home.arpa")
_PORTS = {"http": 80, "https": 443}


@dataclass(frozen=True, slots=True)
class WebAddress:
    """An address that was checked: its parts can stand in a request as they are."""

    tls: bool
    host: str
    port: int
    path: str  # with the query

    @property
    def local(self) -> bool:
        return is_local(self.host)

    @property
    def name(self) -> str:
        """As it may be shown."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port == _PORTS["https" if self.tls else "http"] else f"{host}:{self.port}"


def web_address(url: str, setting: str, *, allow_http: bool) -> WebAddress:
    """The address that the setting of that name holds; text goes unencrypted only where nobody listens."""
    try:
        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port
    except ValueError as problem:
        raise EngineError(f"{setting} is no address: give one like https://host/v1") from problem
    if parts.scheme not in _PORTS or not host or not _is_plain(url):
        raise EngineError(f"{setting} is no address: give one like https://host/v1")
    if parts.username is not None:
        raise EngineError(f"{setting} holds a password: put the key into the environment instead")
    if parts.scheme == "http" and not (allow_http or is_local(host)):
        raise EngineError(
            f"{setting} would send the text to {quoted(host)} unencrypted:"
            " give an https address, or set allow_http to true"
        )
    path = parts.path + (f"?{parts.query}" if parts.query else "")
    return WebAddress(parts.scheme == "https", host, port or _PORTS[parts.scheme], path)


def is_local(host: str) -> bool:
    """On this machine or in the house."""
    try:
        address = ipaddress.ip_address(host.partition("%")[0])
    except ValueError:
        return "." not in host or host.lower().rstrip(".").endswith(_LOCAL_ENDINGS)
    return address.is_private or address.is_loopback or address.is_link_local


def _is_plain(url: str) -> bool:
    return url.isascii() and url.isprintable() and " " not in url
