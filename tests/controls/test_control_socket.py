"""What the control socket answers, and that nobody else can ask it or wear it out."""

import json
import os
import signal
import socket
import stat
import struct
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import ExitStack, suppress
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from controls.pty_rig import PATIENCE_S, PtyRig
from controls.recorder import Recorder
from controls.sockets import Client, Served, ask, only_socket, private_world, served, serving
from streamtts.control.desk import CLIENTS, LINE_BYTES, is_ours
from streamtts.control.server import ControlSocket
from streamtts.control.words import answer
from streamtts.verbs import Verb


@pytest.fixture
def world() -> Iterator[dict[str, str]]:
    with private_world() as environ:
        yield environ


@pytest.fixture
def session(world: dict[str, str]) -> Iterator[Served]:
    with served(world) as session:
        yield session


def test_every_verb_is_performed(session: Served) -> None:
    arguments = {Verb.SAY: "well  done, ü", Verb.TO: "ja"}
    for verb in Verb:
        line = f"{verb} {arguments.get(verb, '')}".rstrip()
        assert ask(session.path, line.encode()) == {"ok": True}
    assert session.recorder.asked == [(verb, arguments.get(verb, "")) for verb in Verb]


def test_status_is_what_the_remote_says(session: Served) -> None:
    assert ask(session.path, b"status") == {"ok": True, "pid": os.getpid(), **session.recorder.fields}


@pytest.mark.parametrize(
    ("line", "error"),
    [
        (b"paus", "there is no control 'paus': did you mean pause?"),
        (b"", "there is no control '': use one of pause, "),
        (b"\xff\xfe", "there is no control "),
        (b"say", "say needs something after it: say TEXT"),
        (b"say  \t ", "say needs something after it: say TEXT"),
        (b"pause now", "pause takes nothing after it, not 'now'"),
        (b"to xx", "there is no language xx: use a code like ja"),
    ],
)
def test_what_makes_no_sense_is_refused_in_a_sentence(session: Served, line: bytes, error: str) -> None:
    refused = ask(session.path, line)
    assert refused["ok"] is False
    assert str(refused["error"]).startswith(error)
    assert session.recorder.asked == []


def test_several_lines_are_answered_in_order(session: Served) -> None:
    with Client(session.path) as client:
        client.send(b"pause\r\nNEXT\nnonsense\nsta")
        client.send(b"tus\n")
        answers = [client.answer() for _ in range(4)]
    assert [answer["ok"] for answer in answers] == [True, True, False, True]
    assert session.recorder.asked == [(Verb.PAUSE, ""), (Verb.NEXT, "")]


def test_a_last_line_without_an_end_counts(session: Served) -> None:
    with Client(session.path) as client:
        client.send(b"next\nmute")
        client.end()
        assert client.answer() == {"ok": True}
        assert client.answer() == {"ok": True}
        assert client.is_hung_up()
    assert session.recorder.asked == [(Verb.NEXT, ""), (Verb.MUTE, "")]


def test_text_stays_data(session: Served) -> None:
    text = "--quit \x1b[2J; rm -rf / $(reboot) \u202e\x00 quit"
    assert ask(session.path, f"say {text}".encode()) == {"ok": True}
    assert session.recorder.asked == [(Verb.SAY, text)]


@pytest.mark.parametrize("end", [b"", b"\n"])
def test_an_endless_line_is_cut_off(session: Served, end: bytes) -> None:
    with Client(session.path) as client:
        client.send(b"say " + b"x" * LINE_BYTES + end)
        assert client.answer() == {"ok": False, "error": f"a line has at most {LINE_BYTES} bytes"}
        assert client.is_hung_up()
    assert session.recorder.asked == []
    assert ask(session.path, b"stop") == {"ok": True}


def test_the_longest_line_is_taken(session: Served) -> None:
    text = "x" * (LINE_BYTES - len("say "))
    assert ask(session.path, f"say {text}".encode()) == {"ok": True}
    assert session.recorder.asked == [(Verb.SAY, text)]


def test_silent_clients_make_room(session: Served) -> None:
    first = Client(session.path)
    silent = [Client(session.path) for _ in range(CLIENTS * 10)]
    assert ask(session.path, b"pause") == {"ok": True}
    assert first.is_hung_up()
    for client in [first, *silent]:
        client.socket.close()
    assert ask(session.path, b"resume") == {"ok": True}


def test_a_client_that_talks_is_not_the_one_to_go(session: Served) -> None:
    with Client(session.path) as busy, ExitStack() as silent:
        for _ in range(CLIENTS * 3):
            silent.enter_context(Client(session.path))
            busy.send(b"status\n")
            assert busy.answer()["ok"] is True


def test_a_client_that_never_reads_stops_only_itself(session: Served) -> None:
    asked_before = threading.active_count()
    with Client(session.path) as deaf:
        deaf.socket.setblocking(False)
        with suppress(BlockingIOError):
            for _ in range(10_000):
                deaf.socket.send(b"next\n" * 10_000)
        assert ask(session.path, b"pause") == {"ok": True}
    assert len(session.recorder.asked) < 1_000_000
    assert ask(session.path, b"stop") == {"ok": True}
    assert threading.active_count() == asked_before


def test_a_client_that_reads_late_loses_nothing(session: Served) -> None:
    session.recorder.fields["sentence"] = "word " * 1000
    count = 1000  # of answers: more than the system keeps for a client
    with Client(session.path) as late:
        late.send(b"status\n" * count)
        late.end()
        assert ask(session.path, b"pause") == {"ok": True}
        assert all(late.answer()["ok"] is True for _ in range(count))
        assert late.is_hung_up()


def test_clients_that_vanish_are_forgotten(session: Served) -> None:
    for _ in range(100):
        with Client(session.path) as client:
            client.send(b"status\n" * 50)
    assert ask(session.path, b"pause") == {"ok": True}


def test_without_descriptors_it_makes_room(world: dict[str, str]) -> None:
    with serving(world, "few descriptors") as process, ExitStack() as silent:
        path = only_socket(world)
        for _ in range(40):
            silent.enter_context(Client(path))
        assert ask(path, b"pause") == {"ok": True}
        assert ask(path, b"quit") == {"ok": True}
        assert process.wait(PATIENCE_S) == 0
    assert not path.exists()


@settings(max_examples=200)
@given(st.binary(max_size=200))
def test_any_line_gets_one_line_of_json(line: bytes) -> None:
    reply = answer(Recorder(), line.replace(b"\n", b""))
    assert reply.endswith(b"\n")
    assert reply.count(b"\n") == 1
    assert isinstance(json.loads(reply)["ok"], bool)


def test_a_sentence_with_half_a_character_is_still_json(session: Served) -> None:
    session.recorder.fields["sentence"] = "\ud83d \x00\n"
    assert ask(session.path, b"status")["sentence"] == "\ud83d \x00\n"


@pytest.mark.parametrize("umask", [0o000, 0o022, 0o077])
def test_only_the_user_can_get_at_it(world: dict[str, str], umask: int) -> None:
    before = os.umask(umask)
    try:
        with served(world) as session:
            assert stat.S_IMODE(session.path.stat().st_mode) == 0o600
            assert stat.S_IMODE(session.path.parent.stat().st_mode) == 0o700
            assert session.path.name == f"{os.getpid()}.sock"
    finally:
        os.umask(before)


class _Peer:
    """A connection of which only the system's word about the peer matters."""

    def __init__(self, credentials: bytes) -> None:
        self._credentials = credentials

    def getsockopt(self, _level: int, _option: int, size: int) -> bytes:
        return self._credentials[:size]


@pytest.mark.parametrize("platform", ["linux", "darwin"])
@pytest.mark.parametrize(("uid", "ours"), [(os.geteuid(), True), (0, True), (os.geteuid() + 1, False)])
def test_other_users_are_turned_away(platform: str, uid: int, *, ours: bool) -> None:
    linux = struct.pack("3i", 1, uid, 1)
    darwin = struct.pack("=IIh2x16I", 0, uid, 1, *range(16))
    peer = _Peer({"linux": linux, "darwin": darwin}[platform])
    assert is_ours(peer, platform) is ours  # type: ignore[arg-type]


def test_our_own_connections_are_ours() -> None:
    left, right = socket.socketpair()
    with left, right:
        assert is_ours(left)


def test_nothing_is_left_behind(world: dict[str, str]) -> None:
    descriptors = len(list(Path("/dev/fd").iterdir()))
    for _ in range(10):
        with served(world) as session, Client(session.path) as client:
            client.send(b"pau")
        assert not session.path.exists()
    assert len(list(Path("/dev/fd").iterdir())) == descriptors
    assert all(thread.name != "control" for thread in threading.enumerate())


def test_a_client_learns_of_the_end(world: dict[str, str]) -> None:
    with served(world) as session:
        client = Client(session.path)
        client.send(b"pause\n")
        client.answer()
    assert client.is_hung_up()
    client.socket.close()


def test_another_file_in_its_place_is_not_removed(world: dict[str, str]) -> None:
    with served(world) as session:
        session.path.unlink()
        session.path.write_text("mine", encoding="utf-8")
    assert session.path.read_text(encoding="utf-8") == "mine"


def test_without_a_safe_folder_the_session_goes_on(world: dict[str, str]) -> None:
    folder = Path(world["XDG_RUNTIME_DIR"]) / "streamtts"
    folder.mkdir()
    folder.chmod(0o755)
    told: list[str] = []
    with ControlSocket(Recorder(), world, told.append) as control:
        assert control.path is None
    assert told == [f"no control socket: others can get into {folder}: run `chmod 700 {folder}`"]


@pytest.mark.parametrize(("traits", "status"), [((), -15), (("handler",), 7)])
def test_sigterm_removes_the_socket(world: dict[str, str], traits: tuple[str, ...], status: int) -> None:
    with serving(world, *traits) as process:
        path = only_socket(world)
        process.terminate()
        assert process.wait(PATIENCE_S) == status
    assert not path.exists()


def test_sigterm_gives_back_socket_and_terminal(world: dict[str, str]) -> None:
    command = [sys.executable, str(Path(__file__).with_name("recorder.py")), "socket"]
    with PtyRig(command, env=world) as rig:
        rig.wait_for("<ready True>")
        path = only_socket(world)
        rig.signal(signal.SIGTERM)
        assert rig.wait() == -signal.SIGTERM
        assert rig.modes() == rig.modes_before
    assert not path.exists()


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can become another user")
def test_another_user_who_got_at_the_socket_is_turned_away(session: Served) -> None:
    session.path.chmod(0o777)
    for folder in (session.path.parent, session.path.parent.parent):
        folder.chmod(0o755)
    script = (
        "import os, socket, sys; os.setuid(12345); s = socket.socket(socket.AF_UNIX);"
        "s.connect(sys.argv[1]); s.settimeout(60); s.sendall(b'pause\\n'); print(s.recv(100))"
    )
    asked = subprocess.run(
        [sys.executable, "-c", script, str(session.path)], capture_output=True, text=True, check=False
    )
    assert asked.stdout in ("b''\n", "")
    assert "ok" not in asked.stdout
    assert session.recorder.asked == []
    assert ask(session.path, b"stop") == {"ok": True}
