"""A local stand-in for the Anthropic Messages API: says given prose, a few characters a delta."""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

DELTA_CHARACTERS = 6


@contextmanager
def serving(prose: str) -> Iterator[str]:
    """The base URL of a server that answers every message with `prose`."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            if self.path.split("?")[0].endswith("/count_tokens"):
                self._send("application/json", b'{"input_tokens":1}')
            elif body.get("stream"):
                self._send("text/event-stream", b"".join(_events(prose)))
            else:
                self._send("application/json", json.dumps(_message(prose)).encode())

        def do_GET(self) -> None:
            self._send("application/json", b"{}")

        def do_HEAD(self) -> None:
            self._send("application/json", b"{}")

        def _send(self, kind: str, body: bytes) -> None:
            self.send_response(200)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            if self.command != "HEAD":
                self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            """Quiet: pytest shows what matters."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, name="mock-api", daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def _message(prose: str) -> dict[str, object]:
    content = [{"type": "text", "text": prose}] if prose else []
    usage = {"input_tokens": 1, "output_tokens": 1}
    return {
        "id": "msg_1",
        "type": "message",
        "role": "assistant",
        "model": "claude-mock",
        "content": content,
        "stop_reason": "end_turn",
        "stop_sequence": None,
        "usage": usage,
    }


def _events(prose: str) -> Iterator[bytes]:
    yield _event("message_start", message={**_message(""), "stop_reason": None})
    yield _event("content_block_start", index=0, content_block={"type": "text", "text": ""})
    for at in range(0, len(prose), DELTA_CHARACTERS):
        text = prose[at : at + DELTA_CHARACTERS]
        yield _event("content_block_delta", index=0, delta={"type": "text_delta", "text": text})
    yield _event("content_block_stop", index=0)
    yield _event("message_delta", delta={"stop_reason": "end_turn"}, usage={"output_tokens": 1})
    yield _event("message_stop")


def _event(name: str, **fields: object) -> bytes:
    return f"event: {name}\ndata: {json.dumps({'type': name, **fields})}\n\n".encode()
