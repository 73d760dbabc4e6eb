"""The watch on the network can fail: whoever goes there is seen, whatever way it takes."""

from pathlib import Path

import pytest

from engines.sounds import sine_s16
from engines.speech_server import SpeechServer, whole
from privacy.alone import QUICK, needs_eyes, run
from privacy.kernel_watch import network_calls
from privacy.telling_engine import WAYS
from worker.registering import install

TESTS = Path(__file__).resolve().parent.parent


@needs_eyes
@pytest.mark.parametrize("isolate", ["never", "always"])
@pytest.mark.parametrize("way", WAYS)
def test_a_voice_that_opens_a_socket_is_seen(tmp_path: Path, way: str, isolate: str) -> None:
    install(tmp_path, {"telling": "privacy.telling_engine:engine"})
    done = run(
        tmp_path,
        *(*QUICK, "--voice", "telling", "--isolate", isolate),
        config=f'[engines.telling]\nway = "{way}"\n',
        variables={"PYTHONPATH": f"{tmp_path}:{TESTS}"},
    )
    assert done.status == 0
    assert bool(done.network) == (way != "none"), done.network


@needs_eyes
def test_a_server_that_was_asked_for_by_name_is_seen(tmp_path: Path) -> None:
    with SpeechServer(whole(sine_s16(0.2))) as server:
        done = run(tmp_path, *QUICK, "--voice", "openai", config=f'[engines.openai]\nurl = "{server.url}"\n')
        assert server.requests
    assert any("connect(" in call and "AF_INET" in call for call in done.network)


@pytest.mark.parametrize(
    ("line", "seen"),
    [
        ("71 socket(AF_INET, SOCK_STREAM|SOCK_CLOEXEC, IPPROTO_IP) = 4", True),
        ("71 socket(AF_INET6, SOCK_DGRAM, IPPROTO_IP <unfinished ...>", True),
        ("71 socket(AF_NETLINK, SOCK_RAW|SOCK_CLOEXEC, NETLINK_ROUTE) = 3", True),
        ("71 socket(0x63 /* AF_??? */, SOCK_STREAM, 0) = -1 EAFNOSUPPORT", True),
        (
            '71 connect(3, {sa_family=AF_INET, sin_port=htons(80), sin_addr=inet_addr("1.1.1.1")}, 16) = 0',
            True,
        ),
        ('71 sendto(3, "x", 1, 0, {sa_family=AF_INET6, sin6_port=htons(53)}, 28) = 1', True),
        ("71 io_uring_setup(8, {flags=0}) = 3", True),
        ("71 socket(AF_UNIX, SOCK_STREAM|SOCK_CLOEXEC, 0) = 8", False),
        ("71 socketpair(AF_UNIX, SOCK_STREAM|SOCK_CLOEXEC, 0, [3, 4]) = 0", False),
        ('71 sendto(3, "a \\"quoted\\" AF_INET", 19, 0, NULL, 0) = 19', False),
        ('71 recvfrom(3, "AF_INET6 and io_uring_setup(", 64, 0, NULL, NULL) = 28', False),
        ("71 <... connect resumed>) = 0", False),
        ("71 --- SIGCHLD {si_signo=SIGCHLD, si_code=CLD_EXITED} ---", False),
        ("71 +++ exited with 0 +++", False),
    ],
)
def test_what_counts_as_network(line: str, seen: bool) -> None:
    assert list(network_calls([line])) == [line] * seen
