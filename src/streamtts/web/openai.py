"""What all servers with OpenAI's interface have in common: where they are, and the key they want."""

import os
from collections.abc import Mapping, Sequence
from urllib.parse import urlsplit, urlunsplit

from streamtts.engine import EngineError
from streamtts.web.address import WebAddress, web_address

DEFAULT_URL = "https://api.openai.com/v1"
KEY_VARIABLES = ("STREAMTTS_OPENAI_API_KEY", "OPENAI_API_KEY")


def endpoint_of(url: str, endpoint: str, setting: str, *, allow_http: bool) -> WebAddress:
    """Where `endpoint` is on the server that the setting of that name holds."""
    return web_address(_with(endpoint, url), setting, allow_http=allow_http)


def address_of(url: str, endpoint: str, setting: str, key: str, *, allow_http: bool) -> WebAddress:
    """The same for servers that are OpenAI's or like them: far ones want a key."""
    address = endpoint_of(url, endpoint, setting, allow_http=allow_http)
    if not key and not address.local:
        raise EngineError(f"{address.name} needs a key: set the environment variable {KEY_VARIABLES[0]}")
    return address


def lacking(table: str, settings: Mapping[str, str]) -> str | None:
    """What is to be set before a server can be asked: a key, or the address of one that needs none."""
    url, allow_http = settings.get("url", DEFAULT_URL), settings.get("allow_http") == "true"
    try:
        address_of(url, "", f"{table}.url", key_of_environment(), allow_http=allow_http)
    except EngineError as error:
        return f"{error}, or url in [{table}] to a server of yours" if url == DEFAULT_URL else str(error)
    return None


def key_of_environment(variables: Sequence[str] = KEY_VARIABLES) -> str:
    for name in variables:
        key = os.environ.get(name, "").strip()
        if key:
            if not (key.isascii() and key.isprintable() and " " not in key):
                raise EngineError(f"{name} holds characters that no key has: set it anew")
            return key
    return ""


def headers_with(key: str) -> dict[str, str]:
    headers = {"Content-Type": "application/json", "User-Agent": "streamtts"}
    return {**headers, "Authorization": f"Bearer {key}"} if key else headers


def _with(endpoint: str, url: str) -> str:
    """People give the server, its `/v1`, or all of it."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return url  # refused by who looks closer
    path = parts.path.rstrip("/") or "/v1"
    return urlunsplit(parts._replace(path=path if path.endswith(endpoint) else path + endpoint, fragment=""))
