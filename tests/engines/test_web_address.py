"""Where text may be sent, and that it goes only there: addresses, certificates and proxies."""

import shutil
import socket
import ssl
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from engines.sounds import sine_s16, spoken
from engines.speech_server import HANG_S, Line, SpeechServer, whole
from streamtts.engine import EngineError
from streamtts.synthesizers.speech_api import SpeechApi, SpeechApiVoice
from streamtts.web.address import WebAddress, is_local, web_address
from streamtts.web.proxy import proxy_for

SOUND = sine_s16(0.3)
FAR = WebAddress(True, "speech.example", 443, "/v1/audio/speech")


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("https://api.openai.com/v1", WebAddress(True, "api.openai.com", 443, "/v1")),
        ("https://host:8443/a?b=c", WebAddress(True, "host", 8443, "/a?b=c")),
        ("http://localhost:8880/v1", WebAddress(False, "localhost", 8880, "/v1")),
        ("http://[::1]:80", WebAddress(False, "::1", 80, "")),
        ("HTTPS://HOST/", WebAddress(True, "host", 443, "/")),
    ],
)
def test_an_address_is_read(url: str, expected: WebAddress) -> None:
    assert web_address(url, "url", allow_http=False) == expected


@pytest.mark.parametrize(
    "url",
    [
        "",
        "host",
        "//host",
        "ftp://host",
        "file:///etc/passwd",
        "https://",
        "https://[::1",
        "https://host:99999",
        "https://host:x",
        "https://host/a b",
        "https://host/\r\nX: y",
        "https://höst/",
        "https://host\0/",
    ],
)
def test_what_is_no_address_is_refused(url: str) -> None:
    with pytest.raises(EngineError, match=r"^engines\.openai\.url is no address: give one like https://"):
        web_address(url, "engines.openai.url", allow_http=True)


def test_a_password_in_an_address_is_refused_and_not_shown() -> None:
    with pytest.raises(EngineError, match="holds a password") as caught:
        web_address("https://user:secret@host/", "url", allow_http=True)
    assert "secret" not in str(caught.value)


@pytest.mark.parametrize(
    "host",
    [
        *("localhost", "127.0.0.1", "127.8.9.1", "::1", "0.0.0.0"),  # noqa: S104 - nothing is bound
        *("10.0.0.7", "192.168.1.2", "172.20.0.1", "fd00::1", "fe80::1%eth0"),
        *("kokoro", "mac.local", "box.lan", "tts.internal", "x.localhost", "nas.home.arpa"),
    ],
)
def test_http_is_fine_in_the_house(host: str) -> None:
    assert is_local(host)
    shown = f"[{host}]" if ":" in host else host
    assert web_address(f"http://{shown}:8880", "url", allow_http=False).local


@pytest.mark.parametrize(
    "host",
    [
        *("example.com", "localhost.example.com", "10.0.0.1.example.com", "local.com"),
        *("8.8.8.8", "100.64.0.1", "2001:4860:4860::8888"),
    ],
)
def test_http_goes_nowhere_else_unless_it_is_allowed(host: str) -> None:
    assert not is_local(host)
    url = f"http://{f'[{host}]' if ':' in host else host}/v1"
    with pytest.raises(EngineError, match="unencrypted: give an https address, or set allow_http to true"):
        web_address(url, "url", allow_http=False)
    assert web_address(url, "url", allow_http=True).host == host


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A file with key and certificate for speech.example and 127.0.0.1, signed by itself."""
    if not shutil.which("openssl"):
        pytest.skip("openssl is not installed, which makes the certificate")
    folder = tmp_path_factory.mktemp("tls")
    subprocess.run(
        [
            *(
                "openssl",
                "req",
                "-x509",
                "-newkey",
                "rsa:2048",
                "-nodes",
                "-days",
                "2",
                "-subj",
                "/CN=speech.example",
            ),
            *("-addext", "subjectAltName=DNS:speech.example,IP:127.0.0.1"),
            *("-keyout", str(folder / "key.pem"), "-out", str(folder / "certificate.pem")),
        ],
        check=True,
        capture_output=True,
    )
    both = folder / "both.pem"
    both.write_bytes((folder / "key.pem").read_bytes() + (folder / "certificate.pem").read_bytes())
    return both


@pytest.fixture
def tls_server(certificate: Path) -> Iterator[SpeechServer]:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    with SpeechServer(whole(SOUND), tls=context) as server:
        yield server


def voice_at(address: WebAddress) -> SpeechApiVoice:
    return SpeechApiVoice(SpeechApi("m", "v", "pcm", 24_000, HANG_S, "", pauses_s=()), address)


def test_a_certificate_that_is_trusted_will_do(
    tls_server: SpeechServer, certificate: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    voice = voice_at(web_address(f"{tls_server.url}/v1", "url", allow_http=False))
    assert len(spoken(voice, "One.")) == len(spoken(voice, "Two.")) == len(SOUND) // 2
    assert [request.connection for request in tls_server.requests] == [0, 0]
    voice.close()


def test_one_that_is_not_trusted_ends_it_before_the_text_is_sent(tls_server: SpeechServer) -> None:
    voice = voice_at(web_address(f"{tls_server.url}/v1", "url", allow_http=False))
    with pytest.raises(
        EngineError, match=r"^127\.0\.0\.1:\d+ has a certificate that is not trusted: .*SSL_CERT_FILE$"
    ):
        spoken(voice, "One.")
    assert tls_server.requests == []
    voice.close()


def test_a_certificate_for_another_name_is_not_trusted(
    tls_server: SpeechServer, certificate: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    voice = voice_at(WebAddress(True, "localhost", tls_server.port, "/v1"))
    with pytest.raises(EngineError, match="not trusted"):
        spoken(voice, "One.")
    assert tls_server.requests == []
    voice.close()


def test_https_to_a_server_without_it_is_told() -> None:
    with SpeechServer(whole(SOUND)) as server:
        voice = voice_at(WebAddress(True, "127.0.0.1", server.port, "/v1"))
        with pytest.raises(EngineError, match=r"should begin with http|closed the connection"):
            spoken(voice, "One.")
        voice.close()


@pytest.fixture
def no_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY", "no_proxy", "NO_PROXY"):
        monkeypatch.delenv(name, raising=False)


@pytest.mark.usefixtures("no_proxy")
def test_a_far_server_is_reached_through_the_proxy(
    tls_server: SpeechServer, certificate: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def tunnel(line: Line) -> None:
        with socket.create_connection(("127.0.0.1", tls_server.port)) as far:
            line.send(b"HTTP/1.1 200 Connected\r\n\r\n")
            relay(line.sock, far)
        line.keep = False

    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    with SpeechServer(tunnel) as proxy:
        monkeypatch.setenv("https_proxy", f"http://me:p%40ss@127.0.0.1:{proxy.port}")
        voice = voice_at(FAR)
        assert len(spoken(voice, "One.")) == len(SOUND) // 2
        voice.close()
        assert proxy.requests[0].line.startswith("CONNECT speech.example:443 HTTP/1.")
        assert proxy.requests[0].headers["proxy-authorization"] == "Basic bWU6cEBzcw=="
    assert tls_server.requests[0].json["input"] == "One."


def relay(one: socket.socket, other: socket.socket) -> None:
    """Until either end is closed."""
    import selectors

    with selectors.DefaultSelector() as selector:
        selector.register(one, selectors.EVENT_READ, other)
        selector.register(other, selectors.EVENT_READ, one)
        while True:
            for key, _ in selector.select(HANG_S):
                data = key.fileobj.recv(1 << 16)  # type: ignore[union-attr]
                if not data:
                    return
                key.data.sendall(data)


@pytest.mark.usefixtures("no_proxy")
def test_a_proxy_that_refuses_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    with SpeechServer(whole(b"no", 407)) as proxy:
        monkeypatch.setenv("https_proxy", f"http://127.0.0.1:{proxy.port}")
        voice = voice_at(FAR)
        with pytest.raises(EngineError, match=r"^speech\.example cannot be reached: "):
            spoken(voice, "One.")
        voice.close()


@pytest.mark.usefixtures("no_proxy")
def test_what_is_near_and_what_is_excepted_needs_no_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("https_proxy", "proxy.example:3128")
    found = proxy_for(FAR)
    assert found is not None
    assert (found.host, found.port, dict(found.headers)) == ("proxy.example", 3128, {})
    assert proxy_for(WebAddress(True, "localhost", 443, "/")) is None
    assert proxy_for(WebAddress(False, "speech.example", 80, "/")) is None
    monkeypatch.setenv("no_proxy", "speech.example")
    assert proxy_for(FAR) is None


@pytest.mark.usefixtures("no_proxy")
@pytest.mark.parametrize("url", ["http://", "http://[::1", "http://host:99999", "socks5://"])
def test_a_proxy_that_makes_no_sense_is_told(monkeypatch: pytest.MonkeyPatch, url: str) -> None:
    monkeypatch.setenv("https_proxy", url)
    with pytest.raises(EngineError, match="https_proxy"):
        proxy_for(FAR)
