"""A hub that behaves as the real one does, with its files on another server; or misbehaves on demand."""

import hashlib
import json
import re
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import unquote, urlsplit

COMMIT = "0123456789abcdef0123456789abcdef01234567"

# What is sent instead of the file; the handler has the request, and the content is the whole file.
Misdeed = Callable[["Handler", bytes], None]


@dataclass
class Asked:
    """A request as it came."""

    server: str
    path: str
    range: str
    token: str


@dataclass
class HubServer:
    """What it holds, what it shall do next, and what it was asked."""

    repository: str
    files: dict[str, bytes]
    lfs: set[str]
    address: str = ""
    elsewhere: str = ""
    api: list[Misdeed] = field(default_factory=list)
    content: list[Misdeed] = field(default_factory=list)
    heads: list[Misdeed] = field(default_factory=list)
    always: Misdeed | None = None
    listing: Any = None
    asked: list[Asked] = field(default_factory=list)

    @property
    def ranges(self) -> list[str]:
        """Of the requests for content."""
        return [each.range for each in self.asked if each.server == "elsewhere"]

    def rows(self) -> list[dict[str, Any]]:
        return [self._row(name, content) for name, content in self.files.items()]

    def _row(self, name: str, content: bytes) -> dict[str, Any]:
        blob = hashlib.sha1(b"blob %d\0" % len(content) + content, usedforsecurity=False).hexdigest()
        row: dict[str, Any] = {"rfilename": name, "size": len(content), "blobId": blob}
        if name in self.lfs:
            sha256 = hashlib.sha256(content).hexdigest()
            row["lfs"] = {"sha256": sha256, "size": len(content), "pointerSize": 135}
            row["blobId"] = "f" * 40  # of the pointer
        return row


class Handler(BaseHTTPRequestHandler):
    """Serves one of the two servers."""

    hub: HubServer
    role: str

    def do_GET(self) -> None:
        headers = self.headers
        asked = Asked(self.role, self.path, headers.get("Range", ""), headers.get("Authorization", ""))
        self.hub.asked.append(asked)
        path = unquote(urlsplit(self.path).path)
        if self.role == "elsewhere":
            self._content(path.removeprefix("/blobs/"))
        elif path.startswith(f"/api/models/{self.hub.repository}/revision/"):
            self._api()
        elif found := re.fullmatch(f"/{self.hub.repository}/resolve/{COMMIT}/(.*)", path):
            name = found[1]
            if name in self.hub.lfs:
                self.send(302, {"Location": f"{self.hub.elsewhere}/blobs/{name}?signature=secret"})
            else:
                self.whole_or_range(self.hub.files[name])
        else:
            self.send(404, {"X-Error-Code": "RepoNotFound"})

    def do_HEAD(self) -> None:
        """What the hub says of a file, without its content."""
        self.hub.asked.append(Asked("head", self.path, "", self.headers.get("Authorization", "")))
        if self.hub.heads:
            self.hub.heads.pop(0)(self, b"")
            return
        name = unquote(urlsplit(self.path).path).partition(f"/resolve/{COMMIT}/")[2]
        row = next(each for each in self.hub.rows() if each["rfilename"] == name)
        if "lfs" in row:
            linked = {"X-Linked-Etag": f'"{row["lfs"]["sha256"]}"', "X-Linked-Size": str(row["size"])}
            self.send(302, {"Location": f"{self.hub.elsewhere}/blobs/{name}", **linked})
        else:
            self.send(200, {"ETag": f'W/"{row["blobId"]}"'}, length=row["size"])

    def _api(self) -> None:
        if self.hub.api:
            self.hub.api.pop(0)(self, b"")
            return
        listing = self.hub.listing or {"id": self.hub.repository, "sha": COMMIT, "siblings": self.hub.rows()}
        self.send(200, {"Content-Type": "application/json"}, json.dumps(listing).encode())

    def _content(self, name: str) -> None:
        content = self.hub.files[name]
        if self.hub.content:
            self.hub.content.pop(0)(self, content)
        elif self.hub.always:
            self.hub.always(self, content)
        else:
            self.whole_or_range(content)

    def whole_or_range(self, content: bytes) -> None:
        start = self.start
        if not start:
            self.send(200, {}, content)
        elif start >= len(content):
            self.send(416, {"Content-Range": f"bytes */{len(content)}"})
        else:
            ranged = {"Content-Range": f"bytes {start}-{len(content) - 1}/{len(content)}"}
            self.send(206, ranged, content[start:])

    @property
    def start(self) -> int:
        found = re.fullmatch(r"bytes=(\d+)-", self.headers.get("Range", ""))
        return int(found[1]) if found else 0

    def send(
        self, status: int, headers: Mapping[str, str], body: bytes = b"", length: int | None = None
    ) -> None:
        """`length` is what is announced."""
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body) if length is None else length))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - its name in the base class
        """Tests need no log."""


@contextmanager
def serving(repository: str, files: Mapping[str, bytes], lfs: set[str] | None = None) -> Iterator[HubServer]:
    hub = HubServer(repository, dict(files), set(files) if lfs is None else lfs)
    servers = [_server(hub, role) for role in ("home", "elsewhere")]
    hub.address, hub.elsewhere = (f"http://127.0.0.1:{server.server_port}" for server in servers)
    threads = [threading.Thread(target=server.serve_forever, args=(0.01,)) for server in servers]
    for thread in threads:
        thread.start()
    try:
        yield hub
    finally:
        for server in servers:
            server.shutdown()
            server.server_close()
        for thread in threads:
            thread.join()


def _server(hub: HubServer, role: str) -> ThreadingHTTPServer:
    handler = type("Bound", (Handler,), {"hub": hub, "role": role})
    return ThreadingHTTPServer(("127.0.0.1", 0), handler)


def refusing(status: int, **headers: str) -> Misdeed:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return lambda handler, _: handler.send(status, named)


def breaking_after(size: int) -> Misdeed:
    """In the middle, with everything announced."""

    def misdeed(handler: Handler, content: bytes) -> None:
        rest = content[handler.start :]
        end = handler.start + len(rest) - 1
        ranged = {"Content-Range": f"bytes {handler.start}-{end}/{len(content)}"} if handler.start else {}
        handler.send(206 if handler.start else 200, ranged, rest[:size], len(rest))

    return misdeed


def sending(body: bytes, status: int = 200, **headers: str) -> Misdeed:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return lambda handler, _: handler.send(status, named, body)


def ignoring_the_range(handler: Handler, content: bytes) -> None:
    handler.send(200, {}, content)


def answering_another_range(handler: Handler, content: bytes) -> None:
    handler.send(206, {"Content-Range": f"bytes 1-{len(content) - 1}/{len(content)}"}, content[1:])


def spoiling(handler: Handler, content: bytes) -> None:
    handler.whole_or_range(b"X" + content[1:])


def hanging_up(handler: Handler, _content: bytes) -> None:
    handler.close_connection = True


def endless(handler: Handler, content: bytes) -> None:
    """No length, and no end."""
    handler.send_response(200)
    handler.end_headers()
    try:
        while True:
            handler.wfile.write(content or b" " * 65536)
    except OSError:
        handler.close_connection = True
