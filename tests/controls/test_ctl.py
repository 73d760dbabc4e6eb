"""`streamtts ctl` finds the session and says in plain words what came of it."""

import json
import os
import socket
import threading
from collections.abc import Iterator

import pytest

from controls.pty_rig import PATIENCE_S
from controls.sockets import Served, only_socket, private_world, served, serving
from streamtts.control import ctl
from streamtts.control.runtime_folder import VARIABLE, candidates, prepared
from streamtts.errors import StreamttsError, UsageError
from streamtts.verbs import Verb


@pytest.fixture
def world() -> Iterator[dict[str, str]]:
    with private_world() as environ:
        yield environ


@pytest.fixture
def session(world: dict[str, str]) -> Iterator[Served]:
    with served(world) as session:
        yield session


def run(session: Served, verb: str, argument: str = "", **options: object) -> str:
    return ctl.run(verb, argument, environ=session.environ, **options)  # type: ignore[arg-type]


def test_a_verb_reaches_the_session(session: Served) -> None:
    assert run(session, "pause") == f"session {os.getpid()}: speaking\n"  # a recorder obeys nothing
    assert run(session, "say", "  two\nlines \x07 of ü ") == f"session {os.getpid()}: say\n"
    assert session.recorder.asked == [(Verb.PAUSE, ""), (Verb.SAY, "two lines \x07 of ü")]


@pytest.mark.parametrize(
    ("verb", "field", "told"),
    [
        ("toggle", {"state": "paused"}, "paused"),
        ("faster", {"speed": 1.2}, "1.2 times as fast as usual"),
        ("mute", {"muted": True}, "muted"),
        ("mute", {"muted": False}, "not muted"),
        ("to", {"to": "ja"}, "ja from here on"),
        ("to", {"to": ""}, "as written from here on"),
        ("pause", {"state": "a\x1b[2J\n"}, "a [2J "),
        ("next", {"state": "paused"}, "next"),
    ],
)
def test_what_has_become_of_it_is_told(
    session: Served, verb: str, field: dict[str, object], told: str
) -> None:
    session.recorder.fields |= field
    assert run(session, verb) == f"session {os.getpid()}: {told}\n"


def test_a_session_that_cannot_tell_has_still_obeyed(session: Served) -> None:
    session.recorder.fields.clear()
    assert run(session, "faster") == f"session {os.getpid()}: faster\n"


def test_the_answer_as_json(session: Served) -> None:
    assert run(session, "next", as_json=True) == '{"ok": true}\n'
    status = json.loads(run(session, "status", as_json=True))
    assert status == {"ok": True, "pid": os.getpid(), **session.recorder.fields}


def test_status_is_a_table_that_cannot_command_the_terminal(session: Served) -> None:
    session.recorder.fields |= {
        "muted": False,
        "voice": "",
        "lag_s": 2.50001,
        "sentence": "a\x1b[2J\nb" * 999,
    }
    table = run(session, "status")
    rows = dict(line.split(maxsplit=1) for line in table.splitlines())
    assert rows["state"] == "speaking"
    assert rows["muted"] == "no"
    assert rows["voice"] == "-"
    assert rows["lag_s"] == "2.5"
    assert rows["sentence"].startswith("a [2J b")
    assert len(rows["sentence"]) == ctl.VALUE_CHARACTERS
    assert "\x1b" not in table


@pytest.mark.parametrize(
    ("verb", "argument", "error"),
    [
        ("stat", "", "there is no control 'stat': did you mean status?"),
        ("lst", "", "there is no control 'lst': did you mean list?"),
        ("say", " \n ", "say needs something after it: say TEXT"),
        ("stop", "now", "stop takes nothing after it, not 'now'"),
        ("list", "all", "list takes nothing after it, not 'all'"),
    ],
)
def test_a_wrong_word_is_refused_before_anybody_is_asked(
    verb: str, argument: str, error: str, world: dict[str, str]
) -> None:
    with pytest.raises(UsageError) as refused:
        ctl.run(verb, argument, environ=world)
    assert str(refused.value) == error


def test_what_the_session_refuses_is_an_error(session: Served) -> None:
    with pytest.raises(StreamttsError, match="there is no language xx: use a code like ja"):
        run(session, "to", "xx")


def test_too_much_text_is_refused(session: Served) -> None:
    with pytest.raises(StreamttsError, match="a line has at most"):
        run(session, "say", "word " * 1_000_000)
    assert session.recorder.asked == []


def test_nobody_there(world: dict[str, str]) -> None:
    with pytest.raises(StreamttsError, match=r"^no streamtts session is running: start one"):
        ctl.run("pause", "", environ={**world, VARIABLE: world[VARIABLE] + "/none"})


def test_a_session_that_was_killed_leaves_nothing_behind(world: dict[str, str]) -> None:
    with serving(world) as killed:
        socket = only_socket(world)
        killed.kill()
        killed.wait(PATIENCE_S)
        assert socket.is_socket()
    with pytest.raises(StreamttsError, match="no streamtts session is running"):
        ctl.run("list", "", environ=world)
    assert not socket.exists()


def test_the_newest_of_several_is_meant(world: dict[str, str]) -> None:
    with served(world) as old, served(world) as new:
        os.utime(old.path, ns=(1, 1))
        said = run(new, "mute")
        assert said.startswith(f"session {os.getpid()}: mute\n(the newest of 2 sessions: --pid chooses")
        assert (old.recorder.asked, new.recorder.asked) == ([], [(Verb.MUTE, "")])
        assert len(run(new, "list").splitlines()) == 2
        listed = json.loads(run(new, "list", as_json=True))
        assert [entry["pid"] for entry in listed] == [os.getpid()] * 2


def test_a_session_is_chosen_by_its_process(session: Served) -> None:
    with serving(session.environ) as other:
        assert run(session, "mute", pid=os.getpid()) == f"session {os.getpid()}: mute\n"
        with pytest.raises(StreamttsError) as missing:
            run(session, "mute", pid=1)
        assert str(other.pid) in str(missing.value)
        assert run(session, "quit", pid=other.pid) == f"session {other.pid}: quit\n"
        assert other.wait(PATIENCE_S) == 0
    assert session.recorder.asked == [(Verb.MUTE, "")]


def test_a_folder_that_others_can_write_is_not_trusted(session: Served) -> None:
    session.path.parent.chmod(0o777)
    with pytest.raises(StreamttsError, match="no streamtts session is running"):
        run(session, "say", "a secret")
    assert session.recorder.asked == []


@pytest.mark.parametrize(
    ("reply", "error"),
    [
        (b"", "ended before it answered"),
        (b'{"ok": true', "ended before it answered"),
        (b"hello\n", "answers in a way this version does not know"),
        (b"[" * 100_000 + b"\n", "answers in a way this version does not know"),
        (b'"ok"\n', "answers in a way this version does not know"),
        (b'{"ok": false, "error": "no\\u001b[2J"}\n', r"no \[2J"),
        (b"{}\n", "refuses and does not say why"),
    ],
)
def test_a_strange_session_is_an_error_in_a_sentence(reply: bytes, error: str, world: dict[str, str]) -> None:
    path = prepared(candidates(world)[0]) / f"{os.getpid()}.sock"
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as listener:
        listener.bind(os.fspath(path))
        listener.listen()

        def serve() -> None:
            for _ in range(2):  # the first only looks whether somebody is there
                connection, _ = listener.accept()
                with connection:
                    connection.settimeout(PATIENCE_S)
                    if connection.recv(1000):
                        connection.sendall(reply)

        server = threading.Thread(target=serve)
        server.start()
        with pytest.raises(StreamttsError, match=error):
            ctl.run("status", "", environ=world)
        server.join(PATIENCE_S)


def test_a_stopped_session_is_named(world: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ctl, "PATIENCE_S", 0.1)
    path = prepared(candidates(world)[0]) / f"{os.getpid()}.sock"
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as listener:
        listener.bind(os.fspath(path))
        listener.listen()
        with pytest.raises(StreamttsError, match=r"does not answer: if it was stopped with Ctrl-Z"):
            ctl.run("pause", "", environ=world)
        assert "does not answer" in ctl.run("list", "", environ=world)
